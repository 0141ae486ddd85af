/** Entrega: where it goes, what it is, and the two ways it can end. */
import type { FC } from "hono/jsx";
import type { FieldErrors } from "../../rules/completion";
import type { DeliveryItem } from "../../rules/deliveries";
import type { SeenDelivery } from "../../rules/seen";
import { Banner, Tag } from "../../ui/banner";
import { date, number } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { DELIVERY_OUTCOME, refusal } from "../../ui/labels";
import { Fact, Facts, Panel } from "../../ui/panel";
import { Screen } from "../../ui/screen";
import type { SyncGlance } from "../../ui/sync-glance";
import { StateTag } from "../deliveries/delivery-card";
import { CustomerPanel } from "../orders/customer-panel";
import { Attempts } from "./attempts";

export interface DeliveryProps {
  item: DeliveryItem;
  userId: string;
  hasDraft: boolean;
  timezone: string;
  now: Date;
  glance: SyncGlance;
  errors: FieldErrors;
}

export const Delivery: FC<DeliveryProps> = (props) => {
  const { item, timezone, now } = props;
  const { invoice } = item;
  const base = `/field/deliveries/${invoice.id}`;
  const undoable = item.attempts.find((one) => one.undo_until !== null);
  return (
    <Screen
      title={`NF ${invoice.number}`}
      glance={props.glance}
      back={{ href: "/field/", label: "Voltar para entregas" }}
      refreshes={Object.keys(props.errors).length > 0 ? undefined : base}
      action={item.state === "pending" && undoable === undefined ? <Next base={base} /> : undefined}
    >
      {undoable ? <Undo base={base} delivery={undoable} /> : null}
      <Troubles attempts={item.attempts} />
      {item.state === "cancelled" ? (
        <Banner tone="bad" title="A revenda cancelou esta nota">
          <p>Se a mercadoria já foi entregue, o que você registrou fica guardado.</p>
        </Banner>
      ) : null}
      {item.state === "left" ? (
        <Banner tone="warn" title="A revenda passou esta nota a outro transportador">
          <p>Se a mercadoria está com você e foi entregue, registre: nada se perde.</p>
          <div class="mt-3">
            <Next base={base} />
          </div>
          {props.hasDraft ? (
            <form class="mt-2" method="post" action={`${base}/draft/removal`}>
              <button class="btn btn-quiet w-full" type="submit">
                Descartar rascunho
              </button>
            </form>
          ) : null}
        </Banner>
      ) : null}
      {props.hasDraft && item.state === "pending" ? (
        <Banner tone="info" title="Há um rascunho desta entrega neste aparelho" />
      ) : null}
      <CustomerPanel customer={item.customer} distanceM={item.distanceM} />
      <Panel title="Nota fiscal">
        <p class="flex flex-wrap items-center gap-2">
          <span class="text-lg font-bold">
            {`NF ${invoice.number}`}
            {invoice.series ? ` · série ${invoice.series}` : ""}
          </span>
          {item.isLate ? (
            <Tag tone="bad" icon="clock">
              Atrasada
            </Tag>
          ) : null}
          <StateTag item={item} />
        </p>
        <Facts>
          <Fact label="Emitida em">{invoice.issued_at && date(invoice.issued_at, timezone)}</Fact>
          <Fact label="Volumes">{invoice.volumes === null ? null : number(invoice.volumes)}</Fact>
          <Fact label="Observação">{invoice.notes}</Fact>
          <Fact label="Rastreio">{invoice.tracking_code}</Fact>
          <Fact label="Recebido por">{item.last ? null : invoice.received_by}</Fact>
        </Facts>
      </Panel>
      <Attempts
        attempts={item.attempts}
        userId={props.userId}
        timezone={timezone}
        now={now}
        errors={props.errors}
      />
    </Screen>
  );
};

const Next: FC<{ base: string }> = ({ base }) => (
  <div class="grid grid-cols-[1fr_auto] gap-2">
    <a class="btn btn-primary btn-step" href={`${base}/confirmation`}>
      Entreguei
    </a>
    <a class="btn btn-quiet h-auto" href={`${base}/failure`}>
      Não entregue
    </a>
  </div>
);

/** Until its seconds are over the record has not left the phone. */
const Undo: FC<{ base: string; delivery: SeenDelivery }> = ({ base, delivery }) => (
  <Banner tone="ok" title={`${DELIVERY_OUTCOME[delivery.outcome]}: registrado neste aparelho`} role="status">
    <form class="mt-3" method="post" action={`${base}/attempts/${delivery.id}/undo`}>
      <button class="btn btn-quiet w-full" type="submit">
        <Icon name="undo" class="size-5" />
        Desfazer
      </button>
    </form>
    <p class="mt-2">Em dez segundos segue para o portal.</p>
  </Banner>
);

const Troubles: FC<{ attempts: readonly SeenDelivery[] }> = ({ attempts }) => (
  <>
    {attempts
      .flatMap((delivery) => delivery.troubles)
      .filter(({ result }) => result.status === "quarantined" || result.status === "rejected")
      .map(({ result }) => (
        <Banner tone="warn" title="A revenda vai conferir este registro">
          <p>{result.message ?? refusal(result.code)}</p>
        </Banner>
      ))}
  </>
);
