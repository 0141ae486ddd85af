/** Peças: what the order waits for and how logistics has it; what else the technician needs, asked for with
 * or without network. */
import type { FC } from "hono/jsx";
import type { PartBody, PartRequestBody, PartStatus } from "../../protocol/rows";
import type { FieldErrors } from "../../rules/completion";
import type { Row, SeenOrder, SeenVisit } from "../../rules/seen";
import { Tag, type Tone } from "../../ui/banner";
import { DraftState } from "../../ui/draft-state";
import { ErrorSummary, TextArea } from "../../ui/fields";
import { number } from "../../ui/format";
import { PART_STATUS } from "../../ui/labels";
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
  /** of this order, as the portal has them */
  requests: readonly Row<PartRequestBody>[];
  draft: PartRequestDraft;
  errors: FieldErrors;
  glance: SyncGlance;
}

export const PartRequest: FC<PartRequestProps> = ({ order, visit, draft, errors, ...props }) => {
  const base = `/field/orders/${order.id}/parts`;
  const known = new Set(props.requests.map((request) => request.id));
  const unsent = [...(visit?.part_requests ?? []), ...order.unsent_part_requests].filter(
    (part) => !known.has(part.id),
  );
  return (
    <Screen
      title="Peças"
      glance={props.glance}
      back={
        visit
          ? { href: `/field/visits/${visit.id}`, label: "Voltar para o atendimento" }
          : { href: `/field/orders/${order.id}`, label: "Voltar para o chamado" }
      }
    >
      {known.size + unsent.length > 0 ? (
        <Panel title="Já solicitadas">
          <ul>
            {props.requests.map((request) => (
              <Requested request={request} />
            ))}
            {unsent.map((part) => (
              <li class="row">
                <span class="flex-1 font-semibold">{part.description}</span>
                <span>{number(part.quantity)}×</span>
                <ReceiptMark receipt="device" />
              </li>
            ))}
          </ul>
        </Panel>
      ) : null}
      <form class="grid gap-4" method="post" action={base} novalidate data-enter-stays>
        <ErrorSummary errors={errors} />
        <Panel title="Solicitar peça">
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

const TONE: Record<PartStatus, Tone> = {
  open: "quiet",
  reserved: "info",
  backorder: "warn",
  sent: "info",
  delivered: "ok",
  refused: "bad",
};

const Requested: FC<{ request: PartRequestBody }> = ({ request }) => {
  const told = [
    request.expected_on && `previsão ${request.expected_on.split("-").reverse().join("/")}`,
    request.carrier,
    request.tracking_code && `rastreio ${request.tracking_code}`,
    request.reason,
  ].filter(Boolean);
  return (
    <li class="row">
      <span class="min-w-0 flex-1 break-words">
        <span class="font-semibold">
          {number(request.quantity)}× {request.description}
        </span>
        {told.length > 0 ? <span class="text-quiet block">{told.join(" · ")}</span> : null}
      </span>
      <Tag tone={TONE[request.status]}>{PART_STATUS[request.status]}</Tag>
    </li>
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
