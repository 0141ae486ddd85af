/**
 * The day's agenda, next first: the visit that was started, then what is late or promised soonest, then what is
 * near. Ended and cancelled orders come last.
 */

import type { CustomerBody, EquipmentBody } from "../protocol/rows";
import { distanceM, type Point, pointOf } from "./distance";
import { type Row, type SeenOrder, type SeenVisit, type View, visitOf } from "./seen";
import { isOpen } from "./visit-state";

export interface AgendaItem {
  order: SeenOrder;
  customer: Row<CustomerBody> | null;
  equipment: Row<EquipmentBody> | null;
  visit: SeenVisit | null;
  /** the revised promise where there is one, or else with what the order waited */
  dueAt: string | null;
  isOverdue: boolean;
  /** metres from here; null where either end is unknown */
  distanceM: number | null;
  isEnded: boolean;
}

const ENDED = new Set(["O", "T", "C"]);

export function agenda(view: View, here: Point | null, now: Date): AgendaItem[] {
  return [...view.orders.values()].map((order) => item(view, order, here, now)).sort(byUrgency);
}

function item(view: View, order: SeenOrder, here: Point | null, now: Date): AgendaItem {
  const customer = view.customers.get(order.customer_id) ?? null;
  const visit = visitOf(view, order.id);
  const door = customer && pointOf(customer);
  const dueAt = order.revised_due_at ?? order.paused_due_at ?? order.due_at;
  const isBeingServed = visit !== null && isOpen(visit.state);
  // A pendency, or an order that was dispatched again, wants another visit: it is not at its end.
  const wantsMore = !order.has_left && "EPLS".includes(order.status);
  const isEnded = !isBeingServed && (ENDED.has(order.status) || (visit?.state === "completed" && !wantsMore));
  return {
    order,
    customer,
    equipment: order.equipment_id === null ? null : (view.equipment.get(order.equipment_id) ?? null),
    visit,
    dueAt,
    isOverdue: !isEnded && !isPaused(order) && dueAt !== null && Date.parse(dueAt) < now.getTime(),
    distanceM: here && door ? distanceM(here, door) : null,
    isEnded,
  };
}

/** Waits for the customer or for parts: its time stands still. */
function isPaused({ status, pending_reason: reason }: SeenOrder): boolean {
  return "LS".includes(status) || (status === "P" && reason !== null && reason !== "other");
}

function byUrgency(a: AgendaItem, b: AgendaItem): number {
  return (
    Number(a.isEnded) - Number(b.isEnded) ||
    Number(isServed(b)) - Number(isServed(a)) ||
    time(a.dueAt) - time(b.dueAt) ||
    (a.distanceM ?? Number.MAX_VALUE) - (b.distanceM ?? Number.MAX_VALUE) ||
    (a.order.id < b.order.id ? -1 : 1)
  );
}

function isServed(item: AgendaItem): boolean {
  return item.visit !== null && isOpen(item.visit.state);
}

function time(instant: string | null): number {
  return instant === null ? Number.MAX_SAFE_INTEGER : Date.parse(instant);
}
