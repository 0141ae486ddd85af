/**
 * The driver's list: pending ones first, by the order that the driver made, else by distance from the last known
 * place; what was tried comes after what was not, what is done last.
 */
import type { CustomerBody } from "../protocol/rows";
import { distanceM, type Point, pointOf } from "./distance";
import type { Row, SeenDelivery, SeenInvoice, View } from "./seen";

export interface DeliveryItem {
  invoice: SeenInvoice;
  customer: Row<CustomerBody> | null;
  /** newest first, withdrawn ones too */
  attempts: SeenDelivery[];
  /** the attempt that says how it stands */
  last: SeenDelivery | null;
  state: "pending" | "delivered" | "cancelled" | "left";
  isLate: boolean;
  /** metres from here; null where either end is unknown */
  distanceM: number | null;
}

export type Sorting = "distance" | "route";

export interface Wanted {
  sorting: Sorting;
  /** ids of invoices in the order that the driver made */
  route: readonly string[];
  /** part of a number, a name or a city */
  text: string;
}

const DAY_MS = 86_400_000;
const DUE_DAYS = 3;

export function deliveryItems(view: View, here: Point | null, now: Date): DeliveryItem[] {
  return [...view.invoices.values()].map((invoice) => itemOf(view, invoice, here, now));
}

export function itemOf(view: View, invoice: SeenInvoice, here: Point | null, now: Date): DeliveryItem {
  const customer = view.customers.get(invoice.customer_id) ?? null;
  const door = customer && pointOf(customer);
  const attempts = [...view.deliveries.values()]
    .filter((delivery) => delivery.invoice_id === invoice.id)
    .sort((a, b) =>
      a.happened_at < b.happened_at || (a.happened_at === b.happened_at && a.id < b.id) ? 1 : -1,
    );
  const state = stateOf(invoice);
  const dueMs = (view.deliveryPolicy?.due_days ?? DUE_DAYS) * DAY_MS;
  return {
    invoice,
    customer,
    attempts,
    last: attempts.find((delivery) => delivery.withdrawn_at === null) ?? null,
    state,
    isLate:
      state === "pending" &&
      invoice.issued_at !== null &&
      Date.parse(invoice.issued_at) + dueMs < now.getTime(),
    distanceM: here && door ? distanceM(here, door) : null,
  };
}

/** The pending ones in the wanted order, and the others, latest first; each only where the text fits. */
export function sorted(
  items: readonly DeliveryItem[],
  wanted: Wanted,
): { pending: DeliveryItem[]; done: DeliveryItem[] } {
  const fitting = items.filter((item) => fits(item, wanted.text));
  const place = new Map(wanted.route.map((id, index) => [id, index]));
  const isRoute = wanted.sorting === "route";
  const pending = fitting
    .filter((item) => item.state === "pending")
    .sort(
      (a, b) =>
        (isRoute
          ? rank(place, a) - rank(place, b)
          : Number(a.last !== null) - Number(b.last !== null) ||
            (a.distanceM ?? Number.MAX_VALUE) - (b.distanceM ?? Number.MAX_VALUE)) || byIssue(a, b),
    );
  const done = fitting
    .filter((item) => item.state !== "pending")
    .sort((a, b) => ((a.last?.happened_at ?? "") < (b.last?.happened_at ?? "") ? 1 : -1));
  return { pending, done };
}

/** The same list with one invoice moved by so many places; ends stay ends. */
export function moved(ids: readonly string[], id: string, by: number): string[] {
  const from = ids.indexOf(id);
  if (from < 0) return [...ids];
  const rest = ids.filter((one) => one !== id);
  const to = Math.min(Math.max(from + by, 0), rest.length);
  return [...rest.slice(0, to), id, ...rest.slice(to)];
}

function stateOf(invoice: SeenInvoice): DeliveryItem["state"] {
  if (invoice.delivery_status === "delivered") return "delivered";
  if (!invoice.is_active) return "cancelled";
  return invoice.has_left ? "left" : "pending";
}

/** What the driver has not placed yet comes behind what was. */
function rank(place: ReadonlyMap<string, number>, item: DeliveryItem): number {
  return place.get(item.invoice.id) ?? Number.MAX_SAFE_INTEGER;
}

function byIssue(a: DeliveryItem, b: DeliveryItem): number {
  return (a.invoice.issued_at ?? "") < (b.invoice.issued_at ?? "") || a.invoice.id < b.invoice.id ? -1 : 1;
}

function fits({ invoice, customer }: DeliveryItem, text: string): boolean {
  const words = plain(text).split(/\s+/).filter(Boolean);
  const said = plain(
    [invoice.number, customer?.name, customer?.trade_name, customer?.city, customer?.district].join(" "),
  );
  return words.every((word) => said.includes(word));
}

/** Case and accents do not count. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
