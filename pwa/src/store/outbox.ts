/**
 * The outbox: what this person did, in order, gapless from 1, raw and unchanged until the portal's backup holds it.
 */

import type { Clock } from "../protocol/clock";
import type { Mutation, MutationArgs, MutationName, MutationOf } from "../protocol/mutations";
import { uuid7 } from "../protocol/uuid7";
import { metaIn, putMeta } from "./meta";
import type { QueuedMutation, StoreName } from "./schema";
import type { Store, WriteTx } from "./store";

export interface Saved {
  seq: number;
  uid: string;
}

/** The stores that `append` touches; a command adds its own. */
export const OUTBOX: StoreName[] = ["outbox", "meta"];

/** Writes one mutation inside the caller's transaction: its seq is drawn there, so a crash leaves no gap. */
export async function append<N extends MutationName>(
  tx: WriteTx,
  clock: Clock,
  name: N,
  args: MutationArgs[N],
  base: Record<string, number> = {},
): Promise<Saved> {
  return appendMade(tx, made(clock, name, args, base) as Omit<Mutation, "seq">);
}

/** A mutation of this moment, without its number. */
export function made<N extends MutationName>(
  clock: Clock,
  name: N,
  args: MutationArgs[N],
  base: Record<string, number>,
): Omit<MutationOf<N>, "seq"> {
  const now = clock.now();
  return {
    uid: uuid7(now.getTime()),
    name,
    v: 1,
    args,
    base,
    occurred_at: now.toISOString(),
    mono: clock.mono(),
    boot: clock.boot,
  };
}

export async function appendMade(tx: WriteTx, whole: Omit<Mutation, "seq">): Promise<Saved> {
  const { last_seq } = await metaIn(tx);
  const mutation = { seq: last_seq + 1, ...whole } as Mutation;
  await tx.objectStore("outbox").add({
    seq: mutation.seq,
    mutation,
    state: "waiting",
    result: null,
    isInBase: false,
    isRead: false,
    written_at: mutation.occurred_at,
  });
  await putMeta(tx, { last_seq: mutation.seq });
  return { seq: mutation.seq, uid: mutation.uid };
}

/** Everything still kept, in order: waiting, answered, and acknowledged until durable. */
export async function queue(store: Store): Promise<QueuedMutation[]> {
  return store.read(["outbox"], (tx) => tx.objectStore("outbox").getAll());
}

export function isUnsent(entry: QueuedMutation): boolean {
  return entry.state === "waiting";
}

/** The person has read that the portal refused this or put it aside; it need not be shown for longer. */
export async function markRead(store: Store, seq: number): Promise<void> {
  await store.write(["outbox"], async (tx) => {
    const entry = await tx.objectStore("outbox").get(seq);
    if (entry) {
      await tx.objectStore("outbox").put({ ...entry, isRead: true });
    }
  });
}

/** What a person should look at: refused or put aside, and not read yet. */
export function isTrouble(entry: QueuedMutation): boolean {
  return !entry.isRead && (entry.state === "rejected" || entry.state === "quarantined");
}
