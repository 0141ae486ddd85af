/**
 * When the office takes an order away while its technician works on it offline, its rows leave the base. A copy
 * of the order, its customer, machine and checklist (of an invoice: its customer) is kept beside the base until that work is resolved, so that
 * the person can finish and sees what it was about. The base itself stays exactly the portal's view.
 */
import type { InvoiceBody, OrderBody } from "../protocol/rows";
import { replay } from "../rules/replay";
import { isOpen } from "../rules/visit-state";
import type { QueuedMutation, StoredRow } from "./schema";

export function keepsakes(
  before: readonly StoredRow[],
  kept: readonly StoredRow[],
  after: ReadonlyMap<string, StoredRow>,
  outbox: readonly QueuedMutation[],
  /** invoices that somebody is at the door with: typed or recorded, not in the outbox yet */
  inHand: ReadonlySet<string> = new Set(),
): StoredRow[] {
  const known = new Map([...kept, ...before].map((row) => [`${row.kind}/${row.id}`, row]));
  const keep = new Map<string, StoredRow>();
  const remember = (key: string): StoredRow | undefined => {
    const row = known.get(key);
    if (row && !after.has(key)) {
      keep.set(key, row);
    }
    return row;
  };
  for (const orderId of ordersAtWork(after, outbox)) {
    const order = (after.get(`order/${orderId}`) ?? remember(`order/${orderId}`))?.body as
      | OrderBody
      | undefined;
    if (order) {
      remember(`customer/${order.customer_id}`);
      remember(`equipment/${order.equipment_id}`);
      remember(`checklist/${order.checklist_version_id}`);
    }
  }
  for (const invoiceId of new Set([...inHand, ...invoicesUnresolved(outbox)])) {
    const invoice = (after.get(`invoice/${invoiceId}`) ?? remember(`invoice/${invoiceId}`))?.body as
      | InvoiceBody
      | undefined;
    if (invoice) remember(`customer/${invoice.customer_id}`);
  }
  return [...keep.values()];
}

function invoicesUnresolved(outbox: readonly QueuedMutation[]): string[] {
  return outbox
    .filter((entry) => !entry.isInBase)
    .flatMap(({ mutation }) => ("invoice_id" in mutation.args ? [mutation.args.invoice_id] : []));
}

function ordersAtWork(after: ReadonlyMap<string, StoredRow>, outbox: readonly QueuedMutation[]): Set<string> {
  const view = replay({ rows: [...after.values()], kept: [], outbox, receivedFiles: new Set() });
  const visited = [...view.visits.values()]
    .filter((visit) => isOpen(visit.state))
    .map((visit) => visit.order_id);
  const unresolved = outbox
    .filter((entry) => !entry.isInBase)
    .flatMap(({ mutation }) => ("order_id" in mutation.args ? [mutation.args.order_id] : []));
  return new Set([...visited, ...unresolved]);
}
