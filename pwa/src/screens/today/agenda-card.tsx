/** One order of the day, as much of it as helps to choose where to go. */
import type { FC } from "hono/jsx";
import type { AgendaItem } from "../../rules/agenda";
import { isOpen } from "../../rules/visit-state";
import { Tag, type Tone } from "../../ui/banner";
import { Due } from "../../ui/due";
import { distance, shortDateTime } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { ORDER_STATUS, VISIT_STATE } from "../../ui/labels";
import { cityLine } from "../../ui/place";

interface Props {
  item: AgendaItem;
  timezone: string;
  now: Date;
  isFirst?: boolean;
}

export const AgendaCard: FC<Props> = ({ item, timezone, now, isFirst = false }) => {
  const { order, customer, equipment } = item;
  return (
    <li>
      <a
        class={`panel grid gap-2 ${isFirst ? "border-primary border-2" : ""} ${item.isEnded ? "bg-base-200" : ""}`}
        href={hrefOf(item)}
      >
        <span class="flex items-start gap-2">
          <span class="min-w-0 flex-1">
            <span class={`block font-bold ${isFirst ? "text-xl" : "text-lg"}`}>{nameOf(item)}</span>
            {customer ? <span class="text-quiet block">{cityLine(customer)}</span> : null}
          </span>
          {item.distanceM === null || item.isEnded ? null : (
            <span class="text-primary flex items-center gap-1 pt-0.5 font-bold whitespace-nowrap">
              <Icon name="route" class="size-5" />
              {distance(item.distanceM)}
            </span>
          )}
        </span>
        <span class="block">
          {equipment ? <span class="block font-semibold">{equipment.model}</span> : null}
          <span class="line-clamp-2">{order.defect ?? order.description}</span>
        </span>
        <span class="flex flex-wrap items-center gap-2">
          {item.isEnded ? null : (
            <Due dueAt={item.dueAt} isOverdue={item.isOverdue} timezone={timezone} now={now} />
          )}
          {item.isEnded || !order.scheduled_at ? null : (
            <Tag tone="quiet">agendado {shortDateTime(order.scheduled_at, timezone, now)}</Tag>
          )}
          <StateTag item={item} />
          <span class="text-quiet ml-auto text-[0.9375rem]">{numberOf(item)}</span>
        </span>
      </a>
    </li>
  );
};

const STATUS_TONE: Partial<Record<AgendaItem["order"]["status"], Tone>> = {
  C: "bad",
  O: "ok",
  T: "ok",
  P: "warn",
  L: "warn",
  S: "warn",
};

const StateTag: FC<{ item: AgendaItem }> = ({ item: { order, visit } }) => {
  if (visit && isOpen(visit.state)) {
    return (
      <>
        <Tag tone="info">{VISIT_STATE[visit.state]}</Tag>
        {order.status === "C" ? <Tag tone="bad">{ORDER_STATUS.C}</Tag> : null}
      </>
    );
  }
  if (order.status === "E") return null;
  return <Tag tone={STATUS_TONE[order.status] ?? "quiet"}>{ORDER_STATUS[order.status]}</Tag>;
};

function hrefOf({ order, visit }: AgendaItem): string {
  return visit && isOpen(visit.state) ? `/field/visits/${visit.id}` : `/field/orders/${order.id}`;
}

function nameOf({ customer }: AgendaItem): string {
  return customer ? (customer.trade_name ?? customer.name) : "Cliente";
}

function numberOf({ order }: AgendaItem): string {
  return order.web_number === null ? "sem número ainda" : `nº ${order.web_number}`;
}
