/** An attempt to deliver an invoice, kept for some seconds in which the person may undo it. */
import type { DeliveryPhoto, MutationArgs, Position, Strokes } from "../protocol/mutations";
import type { FailureReason } from "../protocol/rows";
import { uuid7 } from "../protocol/uuid7";
import type { View } from "../rules/seen";
import { dropDraftIn } from "../store/drafts";
import { Refusal } from "../store/failures";
import { storeFile } from "../store/files";
import { AT_THE_DOOR, holdIn, takeBackIn, UNDO_SECONDS } from "../store/held";
import { append, made, OUTBOX, type Saved } from "../store/outbox";
import { VIEW, viewIn } from "../store/view";
import type { CommandContext } from "./context";

interface Door {
  invoiceId: string;
  happenedAt: Date;
  note: string;
  position: Position | null;
  photos: DeliveryPhoto[];
}

export interface Handover extends Door {
  outcome: "delivered" | "partial";
  receiverName: string;
  receiverDocument: string;
  signature: { strokes: Strokes; png: ArrayBuffer; signedAt: Date } | null;
}

/** Answers the delivery's id. @throws Refusal `not_found`; StorageFull */
export async function confirmDelivery(context: CommandContext, input: Handover): Promise<string> {
  const now = context.clock.now();
  const { signature } = input;
  const file = signature && (await storeFile(context.store, signature.png, "image/png", now));
  return hold(context, "confirm_delivery", input.invoiceId, {
    ...said(input, now),
    outcome: input.outcome,
    receiver_name: input.receiverName,
    receiver_document: input.receiverDocument,
    signature:
      signature && file
        ? {
            id: uuid7(now.getTime()),
            sha256: file.sha256,
            size: file.size,
            strokes: signature.strokes,
            signed_at: signature.signedAt.toISOString(),
          }
        : null,
  });
}

/** Answers the delivery's id. @throws Refusal `not_found`; StorageFull */
export async function reportFailedDelivery(
  context: CommandContext,
  input: Door & { reason: FailureReason },
): Promise<string> {
  const args = { ...said(input, context.clock.now()), reason: input.reason };
  return hold(context, "report_failed_delivery", input.invoiceId, args);
}

/** Without a trace, while it waits; what is on its way already can be withdrawn. @throws Refusal `too_late` */
export async function undoDelivery(context: CommandContext, deliveryId: string): Promise<string> {
  return context.store.write(["drafts"], async (tx) => {
    const held = await takeBackIn(tx, deliveryId);
    if (held === null) {
      throw new Refusal("too_late", "Esta entrega já foi enviada. Abra a entrega para retirá-la.");
    }
    return held.mutation.args.invoice_id;
  });
}

/** @throws Refusal `not_found`, `reason_required` */
export async function withdrawDelivery(
  context: CommandContext,
  input: { deliveryId: string; reason: string },
): Promise<Saved> {
  const saved = await context.store.write([...VIEW, ...OUTBOX], async (tx) => {
    const delivery = (await viewIn(tx)).deliveries.get(input.deliveryId);
    if (delivery === undefined || delivery.undo_until !== null) {
      throw new Refusal("not_found", "Esta entrega não está neste aparelho.");
    }
    const args = { delivery_id: delivery.id, reason: input.reason };
    const base: Record<string, number> =
      delivery.ver > 0 ? { [`delivery/${delivery.id}`]: delivery.ver } : {};
    return append(tx, context.clock, "withdraw_delivery", args, base);
  });
  context.onWritten();
  return saved;
}

function said(input: Door, now: Date) {
  return {
    delivery_id: uuid7(now.getTime()),
    invoice_id: input.invoiceId,
    happened_at: input.happenedAt.toISOString(),
    utc_offset_minutes: -input.happenedAt.getTimezoneOffset(),
    note: input.note || null,
    position: input.position,
    photos: input.photos,
  };
}

async function hold<N extends "confirm_delivery" | "report_failed_delivery">(
  context: CommandContext,
  name: N,
  invoiceId: string,
  args: MutationArgs[N],
): Promise<string> {
  const until = new Date(context.clock.now().getTime() + UNDO_SECONDS * 1000);
  await context.store.write([...VIEW], async (tx) => {
    const base = baseOf(await viewIn(tx), invoiceId);
    await holdIn(tx, made(context.clock, name, args, base) as Parameters<typeof holdIn>[1], until);
    await dropDraftIn(tx, AT_THE_DOOR + invoiceId);
  });
  context.onHeld(until);
  return args.delivery_id;
}

function baseOf(view: View, invoiceId: string): Record<string, number> {
  const invoice = view.invoices.get(invoiceId);
  if (invoice === undefined) {
    throw new Refusal("not_found", "Esta nota não está neste aparelho.");
  }
  return { [`invoice/${invoice.id}`]: invoice.ver };
}
