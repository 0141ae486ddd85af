/** Ordem: everything known about one order, from the door to the machine's past; and the way into its visit. */
import type { Child, FC } from "hono/jsx";
import type {
  CustomerBody,
  EquipmentBody,
  MeterReadingBody,
  PartRequestBody,
  PastVisitBody,
} from "../../protocol/rows";
import type { FieldErrors } from "../../rules/completion";
import type { Row, SeenOrder, SeenVisit } from "../../rules/seen";
import { isOpen } from "../../rules/visit-state";
import { Banner, Tag } from "../../ui/banner";
import { Due } from "../../ui/due";
import { dateTime } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { CONTRACT, ORDER_STATUS, PART_STATUS, PENDING_REASON } from "../../ui/labels";
import { Fact, Facts, Panel } from "../../ui/panel";
import { ReceiptMark } from "../../ui/receipt";
import { Screen } from "../../ui/screen";
import type { SyncGlance } from "../../ui/sync-glance";
import { Contact, CustomerPanel } from "./customer-panel";
import { MachineHistory } from "./machine-history";
import { Notes } from "./notes";
import { OrderBanners } from "./order-banners";
import { Triage, type TriageRow } from "./triage";

export interface OrderProps {
  order: SeenOrder;
  customer: Row<CustomerBody> | null;
  equipment: Row<EquipmentBody> | null;
  visit: SeenVisit | null;
  /** a visit to another order that is still open */
  otherVisit: { visit: SeenVisit; customerName: string } | null;
  technicianId: string | null;
  readings: readonly Row<MeterReadingBody>[];
  pastVisits: readonly Row<PastVisitBody>[];
  triage: readonly TriageRow[];
  parts: readonly Row<PartRequestBody>[];
  dueAt: string | null;
  isOverdue: boolean;
  distanceM: number | null;
  timezone: string;
  now: Date;
  glance: SyncGlance;
  /** what was typed and refused */
  typed?: { note?: string; requester_name?: string; requester_phone?: string };
  errors?: FieldErrors;
  /** why the last attempt was refused */
  refusal?: string;
}

export const Order: FC<OrderProps> = (props) => {
  const { order, equipment, timezone, now } = props;
  const title = order.web_number === null ? "Chamado novo" : `Chamado ${order.web_number}`;
  return (
    <Screen
      title={title}
      glance={props.glance}
      back={{ href: "/field/", label: "Voltar para hoje" }}
      action={actionOf(props)}
    >
      {props.refusal ? <Banner tone="bad" title={props.refusal} role="alert" /> : null}
      <OrderBanners order={order} technicianId={props.technicianId} visit={props.visit} />
      <CustomerPanel customer={props.customer} distanceM={props.distanceM} />
      <Panel title="Chamado" aside={order.ver === 0 ? <ReceiptMark receipt={order.receipt} /> : null}>
        <div class="mb-3 flex flex-wrap gap-2">
          <Due dueAt={props.dueAt} isOverdue={props.isOverdue} timezone={timezone} now={now} />
          <Tag tone={order.status === "C" ? "bad" : "info"}>{ORDER_STATUS[order.status]}</Tag>
        </div>
        {order.defect ? <p class="text-lg font-bold">{order.defect}</p> : null}
        <p class="whitespace-pre-line">{order.description}</p>
        <Facts>
          <Fact label="Prazo">{dateTime(props.dueAt, timezone)}</Fact>
          <Fact label="Agendado para">{order.scheduled_at && dateTime(order.scheduled_at, timezone)}</Fact>
          <Fact label="Aberto em">{dateTime(order.opened_at, timezone)}</Fact>
          <Fact label="Nº ILUX">{order.ilux_number}</Fact>
          <Fact label="Contrato">
            {[CONTRACT[order.contract_kind], order.contract_number].filter(Boolean).join(" – ")}
          </Fact>
          <Fact label="Pendência">{order.pending_reason && PENDING_REASON[order.pending_reason]}</Fact>
        </Facts>
      </Panel>
      <Contact order={order} typed={props.typed} errors={props.errors} />
      {equipment ? (
        <Panel title="Equipamento">
          <p class="text-lg font-bold">{equipment.model}</p>
          <Facts>
            <Fact label="Série">
              <span class="font-mono">{equipment.serial_number}</span>
            </Fact>
            <Fact label="Patrimônio">{equipment.asset_tag}</Fact>
            <Fact label="Fabricante">{equipment.manufacturer}</Fact>
            <Fact label="Departamento">{equipment.department}</Fact>
            <Fact label="Local de instalação">{equipment.install_location}</Fact>
          </Facts>
          <MachineHistory
            readings={props.readings}
            pastVisits={props.pastVisits}
            isColor={equipment.is_color}
            timezone={timezone}
          />
        </Panel>
      ) : (
        <Panel title="Equipamento">
          <p>Este chamado não tem equipamento.</p>
        </Panel>
      )}
      <Triage messages={props.triage} timezone={timezone} />
      <Notes order={order} timezone={timezone} typed={props.typed?.note} errors={props.errors} />
      <p>
        <a class="btn btn-quiet w-full" href={`/field/orders/${order.id}/parts`}>
          <Icon name="part" class="size-5" />
          Peças
          {props.parts.length > 0
            ? `: ${props.parts.map((part) => PART_STATUS[part.status]).join(", ")}`
            : null}
        </a>
      </p>
    </Screen>
  );
};

function actionOf({ order, visit, otherVisit, technicianId }: OrderProps): Child {
  if (visit && isOpen(visit.state)) {
    return (
      <a class="btn btn-primary btn-step" href={`/field/visits/${visit.id}`}>
        Continuar atendimento
        <Icon name="next" class="size-7" />
      </a>
    );
  }
  const isMine = !order.has_left && (technicianId === null || order.technician_id === technicianId);
  if (!isMine || !"EMPLS".includes(order.status)) {
    return visit ? (
      <a class="btn btn-quiet w-full" href={`/field/visits/${visit.id}`}>
        Ver o atendimento feito
        <Icon name="next" class="size-5" />
      </a>
    ) : undefined;
  }
  if (otherVisit) {
    return (
      <div class="grid gap-2">
        <p class="text-center text-[0.9375rem]">Um atendimento por vez. Você está em:</p>
        <a class="btn btn-quiet" href={`/field/visits/${otherVisit.visit.id}`}>
          {otherVisit.customerName}
          <Icon name="next" class="size-5" />
        </a>
      </div>
    );
  }
  return (
    <form method="post" action={`/field/orders/${order.id}/visits`}>
      <button class="btn btn-primary btn-step" type="submit">
        Selecionar atendimento
      </button>
    </form>
  );
}
