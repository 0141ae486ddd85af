/** A driver's mutations played over the base: what `replay.ts` does for visits. Pure. */
import type { Mutation } from "../protocol/mutations";
import type { DeliveryBody, DeliveryOutcome } from "../protocol/rows";
import type { HeldMutation } from "../store/schema";
import { type Receipt, receiptOf } from "./receipts";
import type { Row, SeenDelivery, SeenInvoice, View } from "./seen";

type Attempt = HeldMutation["mutation"];

export function seenDelivery(delivery: Row<DeliveryBody>): SeenDelivery {
  return {
    ...delivery,
    receipt: receiptOf({ isUnsent: false, iluxAt: delivery.ilux_at }),
    undo_until: null,
    troubles: [],
  };
}

export function performDelivery(
  view: View,
  mutation: Attempt | Mutation,
  receipt: Receipt,
  undoUntil: string | null,
): void {
  switch (mutation.name) {
    case "confirm_delivery":
    case "report_failed_delivery":
      attempt(view, mutation, receipt, undoUntil);
      break;
    case "withdraw_delivery":
      withdraw(view, mutation.args.delivery_id, mutation.occurred_at);
      break;
  }
}

function attempt(view: View, mutation: Attempt, receipt: Receipt, undoUntil: string | null): void {
  const { args } = mutation;
  if (view.deliveries.has(args.delivery_id)) return;
  const outcome: DeliveryOutcome = "outcome" in args ? args.outcome : "not_delivered";
  const signature = "signature" in args && args.signature ? [args.signature] : [];
  const files: DeliveryBody["files"] = [
    ...signature.map((one) => ({
      id: one.id,
      kind: "signature" as const,
      sha256: one.sha256,
      size: one.size,
      taken_at: one.signed_at,
    })),
    ...args.photos.map(({ id, sha256, size, taken_at }) => ({
      id,
      kind: "photo" as const,
      sha256,
      size,
      taken_at,
    })),
  ];
  view.deliveries.set(args.delivery_id, {
    id: args.delivery_id,
    ver: 0,
    invoice_id: args.invoice_id,
    user_id: view.me?.id ?? "",
    driver_name: view.me?.name ?? "",
    outcome,
    is_primary: outcome === "delivered",
    reason: "reason" in args ? args.reason : null,
    note: args.note,
    receiver_name: "receiver_name" in args ? args.receiver_name : null,
    receiver_document: "receiver_document" in args ? args.receiver_document || null : null,
    happened_at: args.happened_at,
    received_at: null,
    latitude: args.position?.lat ?? null,
    longitude: args.position?.lon ?? null,
    accuracy_m: args.position?.accuracy ?? null,
    proof_hash: null,
    withdrawn_at: null,
    ilux_at: null,
    files_expected: files.length,
    files_received: 0,
    files,
    discrepancies: [],
    receipt,
    undo_until: undoUntil,
    troubles: [],
  });
  const isDelivered = outcome === "delivered";
  change(view, args.invoice_id, {
    last_outcome: outcome,
    ...(isDelivered
      ? {
          delivery_status: "delivered",
          delivered_at: args.happened_at,
          received_by: "receiver_name" in args ? args.receiver_name : null,
        }
      : {}),
  });
}

/** As if it had not been; the portal has the last word where ILUX was told already. */
function withdraw(view: View, id: string, at: string): void {
  const delivery = view.deliveries.get(id);
  if (delivery === undefined || delivery.withdrawn_at !== null) return;
  view.deliveries.set(id, { ...delivery, withdrawn_at: at });
  const standing = [...view.deliveries.values()]
    .filter((one) => one.invoice_id === delivery.invoice_id && one.withdrawn_at === null)
    .sort((a, b) => (a.happened_at < b.happened_at ? 1 : -1))[0];
  change(view, delivery.invoice_id, {
    last_outcome: standing?.outcome ?? null,
    ...(delivery.outcome === "delivered" && delivery.ilux_at === null
      ? { delivery_status: "pending", delivered_at: null, received_by: null }
      : {}),
  });
}

function change(view: View, invoiceId: string, said: Partial<SeenInvoice>): void {
  const invoice = view.invoices.get(invoiceId);
  if (invoice) {
    view.invoices.set(invoiceId, { ...invoice, ...said });
  }
}
