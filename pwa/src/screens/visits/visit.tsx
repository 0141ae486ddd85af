/** Atendimento: the visit's timeline, with one big next step. */
import type { FC } from "hono/jsx";
import type { CustomerBody, EquipmentBody } from "../../protocol/rows";
import type { FieldErrors } from "../../rules/completion";
import type { Row, SeenOrder, SeenVisit } from "../../rules/seen";
import { isOpen } from "../../rules/visit-state";
import { Banner } from "../../ui/banner";
import { TextArea } from "../../ui/fields";
import { telHref } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { discrepancy, OUTCOME, PENDING_REASON } from "../../ui/labels";
import { Fact, Facts, Fold, Panel } from "../../ui/panel";
import { cityLine, directionsHref, geoHref, hasAddress, streetLine } from "../../ui/place";
import { ReceiptMark } from "../../ui/receipt";
import { Screen } from "../../ui/screen";
import type { SyncGlance } from "../../ui/sync-glance";
import { OrderBanners, Troubles } from "../orders/order-banners";
import { NextStep } from "./next-step";
import { Timeline } from "./timeline";
import { Travel, type TravelGlance } from "./travel";
import { VisitParts } from "./visit-parts";

export interface VisitProps {
  visit: SeenVisit;
  order: SeenOrder | null;
  customer: Row<CustomerBody> | null;
  equipment: Row<EquipmentBody> | null;
  technicianId: string | null;
  arrivalNearM: number;
  travel: TravelGlance | null;
  isSharing: boolean;
  hasFormDraft: boolean;
  hasSignatureDraft: boolean;
  timezone: string;
  now: Date;
  glance: SyncGlance;
  errors?: FieldErrors;
  typedReason?: string;
}

export const Visit: FC<VisitProps> = (props) => {
  const { visit, order, customer, timezone } = props;
  const open = isOpen(visit.state);
  return (
    <Screen
      title={order?.web_number ? `Atendimento ${order.web_number}` : "Atendimento"}
      glance={props.glance}
      back={{ href: "/field/", label: "Voltar para hoje" }}
      refreshes={props.errors ? undefined : `/field/visits/${visit.id}`}
      action={open ? <NextStep {...props} /> : <OnToTheNext />}
    >
      {order ? <OrderBanners order={order} technicianId={props.technicianId} visit={visit} /> : null}
      <Troubles troubles={visit.troubles} />
      {visit.discrepancies.filter(isNews(visit)).map(({ kind }) => (
        <Banner tone="warn" title="A revenda vai conferir">
          <p>{discrepancy(kind)}</p>
        </Banner>
      ))}
      <section class="panel">
        <h2 class="text-2xl leading-tight font-bold">
          {customer?.trade_name ?? customer?.name ?? "Cliente"}
        </h2>
        {customer ? (
          <p class="text-quiet">{[streetLine(customer), cityLine(customer)].filter(Boolean).join(" – ")}</p>
        ) : null}
        <p class="mt-1">
          {props.equipment ? <span class="font-semibold">{props.equipment.model}. </span> : null}
          {order?.defect ?? order?.description}
        </p>
        <div class="mt-3 flex gap-2">
          {customer && hasAddress(customer) ? (
            <a
              class="btn btn-quiet flex-auto gap-1 px-1.5 text-base"
              href={directionsHref(customer)}
              data-geo={geoHref(customer)}
              target="_blank"
              rel="noopener"
            >
              <Icon name="route" class="size-5" />
              Navegar
            </a>
          ) : null}
          {(order?.requester_phone ?? customer?.phone) ? (
            <a
              class="btn btn-quiet flex-auto gap-1 px-1.5 text-base"
              href={telHref(order?.requester_phone ?? customer?.phone ?? "")}
            >
              <Icon name="phone" class="size-5" />
              Ligar
            </a>
          ) : null}
          <a class="btn btn-quiet flex-auto gap-1 px-1.5 text-base" href={`/field/orders/${visit.order_id}`}>
            <Icon name="info" class="size-5" />
            Chamado
          </a>
        </div>
      </section>
      <Travel
        visit={visit}
        travel={props.travel}
        isSharing={props.isSharing}
        timezone={timezone}
        now={props.now}
      />
      {visit.state === "completed" ? <Ended visit={visit} /> : null}
      <Panel title="Linha do tempo" aside={<ReceiptMark receipt={visit.receipt} />}>
        <Timeline
          visit={visit}
          customer={customer}
          arrivalNearM={props.arrivalNearM}
          timezone={timezone}
          now={props.now}
        />
      </Panel>
      {visit.state === "cancelled" ? null : <VisitParts {...props} />}
      {open ? <Cancellation {...props} /> : null}
    </Screen>
  );
};

const OnToTheNext: FC = () => (
  <a class="btn btn-primary btn-step" href="/field/">
    Próximo chamado
    <Icon name="next" class="size-7" />
  </a>
);

const Ended: FC<{ visit: SeenVisit }> = ({ visit }) => (
  <Panel title="Resultado">
    <p class="text-lg font-bold">{visit.outcome ? OUTCOME[visit.outcome].label : "Concluído"}</p>
    <Facts>
      <Fact label="Pendência">{visit.pending_reason && PENDING_REASON[visit.pending_reason]}</Fact>
      <Fact label="Laudo">{visit.diagnosis}</Fact>
      <Fact label="Solução">{visit.resolution}</Fact>
      <Fact label="Assinado por">
        {visit.signature
          ? `${visit.signature.signer_name} (${visit.signature.signer_document})`
          : visit.signature_refused_reason && `recusou: ${visit.signature_refused_reason}`}
      </Fact>
      <Fact label="Arquivos">
        {visit.files_expected > 0 ? `${visit.files_received} de ${visit.files_expected} no portal` : null}
      </Fact>
    </Facts>
    {visit.is_primary || visit.received_at === null ? null : (
      <p class="mt-2 font-semibold">
        Outro atendimento deste chamado foi concluído antes; os dois ficam guardados.
      </p>
    )}
  </Panel>
);

/** Kept out of the refresh: somebody may be typing the reason. */
const Cancellation: FC<VisitProps> = ({ visit, errors, typedReason }) => (
  <div id="cancellation" hx-morph-skip>
    <Fold title="Cancelar atendimento" isOpen={Boolean(errors?.reason)}>
      <form
        class="panel grid gap-3"
        method="post"
        action={`/field/visits/${visit.id}/cancellation`}
        novalidate
      >
        <p>O chamado volta para a sua lista. O que já foi registrado fica guardado.</p>
        <TextArea name="reason" label="Motivo" value={typedReason ?? ""} errors={errors} rows={2} />
        <button class="btn btn-danger" type="submit">
          Cancelar este atendimento
        </button>
      </form>
    </Fold>
  </div>
);

/** The order's own banners already say that it was cancelled or reassigned. */
function isNews(visit: SeenVisit) {
  const told = new Set(visit.troubles.flatMap(({ result }) => result.data.discrepancies ?? []));
  return ({ kind, is_open }: { kind: string; is_open: boolean }) =>
    is_open && !told.has(kind) && kind !== "order_cancelled" && kind !== "order_reassigned";
}
