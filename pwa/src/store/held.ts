/**
 * What can still be undone. It is stored as durably as the outbox, and shown as if it were there, but it has no
 * number yet: taking it back leaves no gap and no trace. After its seconds it goes into the outbox, by whoever
 * comes first: the page's timer, or the next cycle of page or worker.
 */
import type { Mutation } from "../protocol/mutations";
import { appendMade, OUTBOX } from "./outbox";
import type { HeldMutation } from "./schema";
import type { ReadTx, Store, WriteTx } from "./store";

export const UNDO_SECONDS = 10;
const KEY = "held/";
/** Drafts of what is being typed at a door: `delivery/<invoice id>`. */
export const AT_THE_DOOR = "delivery/";

/** Oldest first: their ids are UUIDv7. */
export async function heldIn(tx: ReadTx | WriteTx): Promise<HeldMutation[]> {
  const drafts = await tx.objectStore("drafts").getAll(under(KEY));
  return drafts.map((draft) => draft.value as HeldMutation);
}

export async function holdIn(tx: WriteTx, mutation: HeldMutation["mutation"], until: Date): Promise<void> {
  const key = KEY + mutation.args.delivery_id;
  const value: HeldMutation = { mutation, until: until.toISOString() };
  await tx.objectStore("drafts").put({ key, value, saved_at: mutation.occurred_at });
}

/** The held mutation, taken back; null when it is on its way already. */
export async function takeBackIn(tx: WriteTx, deliveryId: string): Promise<HeldMutation | null> {
  const draft = await tx.objectStore("drafts").get(KEY + deliveryId);
  if (draft === undefined) return null;
  await tx.objectStore("drafts").delete(KEY + deliveryId);
  return draft.value as HeldMutation;
}

/**
 * Into the outbox with what may no longer be undone. Answers how many went.
 *
 * @param now null for all of it: nobody is there any more to undo anything
 */
export async function releaseHeld(store: Store, now: Date | null): Promise<number> {
  const isDue = ({ until }: HeldMutation) => now === null || Date.parse(until) <= now.getTime();
  const waiting = await store.read(["drafts"], heldIn);
  if (!waiting.some(isDue)) return 0;
  return store.write([...OUTBOX, "drafts"], async (tx) => {
    const due = (await heldIn(tx)).filter(isDue);
    for (const { mutation } of due) {
      await appendMade(tx, mutation as Omit<Mutation, "seq">);
      await tx.objectStore("drafts").delete(KEY + mutation.args.delivery_id);
    }
    return due.length;
  });
}

/** Ids of the invoices that are being delivered on this phone right now. */
export async function invoicesInHand(tx: WriteTx): Promise<Set<string>> {
  const held = await heldIn(tx);
  const typed = await tx.objectStore("drafts").getAllKeys(under(AT_THE_DOOR));
  return new Set([
    ...held.map(({ mutation }) => mutation.args.invoice_id),
    ...typed.map((key) => key.slice(AT_THE_DOOR.length)),
  ]);
}

function under(prefix: string): IDBKeyRange {
  return IDBKeyRange.bound(prefix, `${prefix}\uffff`);
}
