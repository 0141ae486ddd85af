/** Solicitar peça: what the technician needs, on its way to logistics with or without network. */
import type { FC } from "hono/jsx";
import type { PartBody } from "../../protocol/rows";
import type { FieldErrors } from "../../rules/completion";
import type { SeenOrder, SeenVisit } from "../../rules/seen";
import { DraftState } from "../../ui/draft-state";
import { ErrorSummary, TextArea } from "../../ui/fields";
import { number } from "../../ui/format";
import { Panel } from "../../ui/panel";
import { ReceiptMark } from "../../ui/receipt";
import { Screen } from "../../ui/screen";
import type { SyncGlance } from "../../ui/sync-glance";
import { KnownParts, PartFields } from "./part-fields";
import type { DraftPart } from "./part-lines";

export interface PartRequestDraft {
  parts: DraftPart[];
  note: string;
}

export interface PartRequestProps {
  order: SeenOrder;
  /** the visit that is open on this order, where there is one */
  visit: SeenVisit | null;
  parts: readonly PartBody[];
  draft: PartRequestDraft;
  errors: FieldErrors;
  glance: SyncGlance;
}

export const PartRequest: FC<PartRequestProps> = ({ order, visit, draft, errors, ...props }) => {
  const base = `/field/orders/${order.id}/parts`;
  const requested = [...(visit?.part_requests ?? []), ...order.unsent_part_requests];
  return (
    <Screen
      title="Solicitar peça"
      glance={props.glance}
      back={
        visit
          ? { href: `/field/visits/${visit.id}`, label: "Voltar para o atendimento" }
          : { href: `/field/orders/${order.id}`, label: "Voltar para o chamado" }
      }
    >
      {requested.length > 0 ? (
        <Panel title="Já solicitadas">
          <ul>
            {requested.map((part) => (
              <li class="row">
                <span class="flex-1 font-semibold">{part.description}</span>
                <span>{number(part.quantity)}×</span>
                {order.unsent_part_requests.includes(part) ? <ReceiptMark receipt="device" /> : null}
              </li>
            ))}
          </ul>
        </Panel>
      ) : null}
      <form class="grid gap-4" method="post" action={base} novalidate data-enter-stays>
        <ErrorSummary errors={errors} />
        <Panel title="Peças">
          <KnownParts parts={props.parts} />
          <div class="grid gap-3">
            <WantedParts orderId={order.id} parts={draft.parts} errors={errors} />
            <TextArea name="note" label="Observação" value={draft.note} rows={2} isOptional />
          </div>
        </Panel>
        <DraftState action={`${base}/draft`} />
        <button class="btn btn-primary btn-step" type="submit">
          Solicitar
        </button>
      </form>
    </Screen>
  );
};

export const WantedParts: FC<{ orderId: string; parts: readonly DraftPart[]; errors: FieldErrors }> = ({
  orderId,
  parts,
  errors,
}) => (
  <PartFields
    list="wanted"
    legend="De que você precisa?"
    parts={parts}
    errors={errors}
    draftAction={`/field/orders/${orderId}/parts/draft`}
  />
);
