/** Linha do tempo: what happened, when, where, and where each fact is by now; then what is still to come. */
import type { FC } from "hono/jsx";
import type { CustomerBody, VisitEventKind } from "../../protocol/rows";
import { distanceM, pointOf } from "../../rules/distance";
import type { SeenEvent, SeenVisit } from "../../rules/seen";
import { isOpen, nextStep } from "../../rules/visit-state";
import { date, distance, isSameDay, time } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { EVENT } from "../../ui/labels";
import { ReceiptMark } from "../../ui/receipt";

const COURSE: readonly VisitEventKind[] = [
  "selected",
  "travel_started",
  "arrived",
  "work_started",
  "work_finished",
  "form_filled",
  "completed",
];

interface Props {
  visit: SeenVisit;
  customer: CustomerBody | null;
  arrivalNearM: number;
  timezone: string;
  now: Date;
}

export const Timeline: FC<Props> = (props) => {
  const { visit } = props;
  const next = isOpen(visit.state) ? nextStep(visit.state) : null;
  const ahead = next === null ? [] : COURSE.slice(COURSE.indexOf(next));
  return (
    <ol class="rail">
      {visit.events.map((event) => (
        <Done event={event} {...props} />
      ))}
      {ahead.map((kind) => (
        <li class={kind === next ? "next" : ""} data-event={kind}>
          <span class="rail-dot" />
          <p class={kind === next ? "font-bold" : "text-quiet"}>
            {EVENT[kind]}
            {kind === next ? <span class="text-accent block text-[0.9375rem]">próximo passo</span> : null}
          </p>
        </li>
      ))}
    </ol>
  );
};

const Done: FC<Props & { event: SeenEvent }> = ({ event, customer, arrivalNearM, timezone, now }) => (
  <li class="done" data-event={event.kind}>
    <span class="rail-dot">
      <Icon name={event.kind === "cancelled" ? "close" : "check"} class="size-4" />
    </span>
    <div class="flex items-baseline gap-2">
      <p class="min-w-0 flex-1 font-semibold">{EVENT[event.kind]}</p>
      <p class="text-lg font-bold">
        <time datetime={event.occurred_at}>{time(event.occurred_at, timezone)}</time>
      </p>
    </div>
    <p class="flex flex-wrap items-center gap-x-3">
      <ReceiptMark receipt={event.receipt} />
      {isSameDay(event.occurred_at, now, timezone) ? null : (
        <span class="text-quiet text-[0.875rem]">{date(event.occurred_at, timezone)}</span>
      )}
      {event.kind === "arrived" ? (
        <Nearness event={event} customer={customer} arrivalNearM={arrivalNearM} />
      ) : null}
      {event.latitude === null ? <span class="text-quiet text-[0.875rem]">sem posição</span> : null}
    </p>
    {event.note ? <p class="mt-0.5">{event.note}</p> : null}
  </li>
);

/** Arrived near or far from the address: said, never blocked. */
const Nearness: FC<{ event: SeenEvent; customer: CustomerBody | null; arrivalNearM: number }> = ({
  event,
  customer,
  arrivalNearM,
}) => {
  const door = customer && pointOf(customer);
  const here = pointOf(event);
  if (!door || !here) return null;
  const metres = distanceM(here, door);
  return metres <= arrivalNearM + (event.accuracy_m ?? 0) ? (
    <span class="tag tone-ok">no endereço</span>
  ) : (
    <span class="tag tone-warn">a {distance(metres)} do endereço</span>
  );
};
