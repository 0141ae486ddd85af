/** One invoice of the list, as much of it as helps to choose where to go. */
import type { FC } from "hono/jsx";
import type { DeliveryItem } from "../../rules/deliveries";
import { Tag, type Tone } from "../../ui/banner";
import { distance, plural, shortDateTime } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { DELIVERY_OUTCOME } from "../../ui/labels";
import { cityLine } from "../../ui/place";
import { ReceiptMark } from "../../ui/receipt";

interface Props {
  item: DeliveryItem;
  timezone: string;
  now: Date;
  /** with handle and buttons, for the route by hand */
  isMovable?: boolean;
}

export const DeliveryCard: FC<Props> = ({ item, timezone, now, isMovable = false }) => {
  const { invoice, customer, last, state } = item;
  return (
    <li class="panel flex items-stretch gap-1 p-0" data-sortable-item={isMovable ? invoice.id : undefined}>
      <a
        class={`grid min-w-0 flex-1 gap-2 p-4 ${state === "pending" ? "" : "bg-base-200 rounded-box"}`}
        href={`/field/deliveries/${invoice.id}`}
      >
        <span class="flex items-start gap-2">
          <span class="min-w-0 flex-1">
            <span class="block text-lg font-bold">{nameOf(item)}</span>
            {customer ? <span class="text-quiet block">{cityLine(customer)}</span> : null}
          </span>
          {item.distanceM === null || state !== "pending" ? null : (
            <span class="text-primary flex items-center gap-1 pt-0.5 font-bold whitespace-nowrap">
              <Icon name="route" class="size-5" />
              {distance(item.distanceM)}
            </span>
          )}
        </span>
        <span class="flex flex-wrap items-center gap-2">
          <span class="font-semibold">{`NF ${invoice.number}`}</span>
          {invoice.volumes === null ? null : <span>{plural(invoice.volumes, "volume", "volumes")}</span>}
          {item.isLate ? (
            <Tag tone="bad" icon="clock">
              Atrasada
            </Tag>
          ) : null}
          <StateTag item={item} />
        </span>
        {last ? (
          <span class="flex flex-wrap items-center gap-x-3">
            <span class="text-quiet text-[0.9375rem]">{shortDateTime(last.happened_at, timezone, now)}</span>
            <ReceiptMark receipt={last.receipt} />
          </span>
        ) : null}
      </a>
      {isMovable ? <Mover id={invoice.id} name={`NF ${invoice.number}`} /> : null}
    </li>
  );
};

const Mover: FC<{ id: string; name: string }> = ({ id, name }) => (
  <form
    class="border-base-300 grid content-center border-l"
    method="post"
    action="/field/deliveries/moves"
    data-move
  >
    <input type="hidden" name="id" value={id} />
    <button class="grid size-12 place-items-center" type="submit" name="by" value="-1">
      <Icon name="up" />
      <span class="sr-only">{`Subir ${name}`}</span>
    </button>
    <span class="text-quiet grid size-12 cursor-grab touch-none place-items-center" data-sortable-handle>
      <Icon name="grip" />
    </span>
    <button class="grid size-12 place-items-center" type="submit" name="by" value="1">
      <Icon name="down" />
      <span class="sr-only">{`Descer ${name}`}</span>
    </button>
  </form>
);

const TONE: Record<string, Tone> = { delivered: "ok", partial: "warn", not_delivered: "warn" };

export const StateTag: FC<{ item: DeliveryItem }> = ({ item: { last, state } }) => {
  if (state === "cancelled") return <Tag tone="bad">Nota cancelada</Tag>;
  if (state === "left") return <Tag tone="warn">Passada a outro transportador</Tag>;
  if (last === null) return state === "delivered" ? <Tag tone="ok">{DELIVERY_OUTCOME.delivered}</Tag> : null;
  return <Tag tone={TONE[last.outcome] ?? "quiet"}>{DELIVERY_OUTCOME[last.outcome]}</Tag>;
};

export function nameOf({ customer }: DeliveryItem): string {
  return customer ? (customer.trade_name ?? customer.name) : "Cliente";
}
