/** The installation's name with the portal: given once, replaced when it turns out to be a copy's. */

import type { MutationResult } from "../protocol/mutations";
import { metaIn, putMeta, readMeta } from "./meta";
import { isTrouble } from "./outbox";
import type { QueuedMutation } from "./schema";
import { inBase, withResults } from "./settlement";
import type { Store, WriteTx } from "./store";

export async function clientId(store: Store): Promise<string> {
  const known = (await readMeta(store)).client_id;
  if (known !== null) {
    return known;
  }
  return store.write(["meta"], async (tx) => {
    const { client_id } = await metaIn(tx);
    const id = client_id ?? crypto.randomUUID();
    await putMeta(tx, { client_id: id });
    return id;
  });
}

/** The results of a push; what a screen shows as sent is sent, though the base does not hold it yet. */
export async function storeResults(store: Store, results: MutationResult[]): Promise<void> {
  await store.write(["outbox", "meta"], async (tx) => {
    const before = await tx.objectStore("outbox").getAll();
    // After a restore all is offered again: the base that was pulled before the answer may hold its effect.
    const after = inBase(withResults(before, results), (await metaIn(tx)).lmid);
    const changed = after.filter((entry, i) => entry !== before[i]);
    await Promise.all(changed.map((entry) => tx.objectStore("outbox").put(entry)));
  });
}

/**
 * The portal knows less than was thought (`sequence_gap`): everything after `lmid` is offered again.
 * Answers false when a mutation that it asks for is no longer here.
 */
export async function offerAgainFrom(store: Store, lmid: number): Promise<boolean> {
  return store.write(["outbox"], async (tx) => {
    const entries = (await tx.objectStore("outbox").getAll()).filter((entry) => entry.seq > lmid);
    await Promise.all(
      entries.map((entry) =>
        tx.objectStore("outbox").put({ ...entry, state: "waiting", result: null, isInBase: false }),
      ),
    );
    return entries.length > 0 && entries.every((entry, i) => entry.seq === lmid + 1 + i);
  });
}

/**
 * A copy of this installation speaks under the same name: this one goes on under a new name, with everything
 * unsent from `fromSeq` on, numbered from 1 in the same order. The mutations keep their uid and content. What was
 * refused under the old name and nobody has read yet stays to be read, with numbers that are never sent.
 */
export async function forkClient(store: Store, fromSeq: number, now: Date): Promise<void> {
  await store.write(["outbox", "meta"], async (tx) => {
    const outbox = await tx.objectStore("outbox").getAll();
    const unsent = outbox.filter((entry) => entry.state === "waiting" && entry.seq >= fromSeq);
    await renumber(tx, unsent, outbox.filter(isTrouble));
    await putMeta(tx, {
      client_id: crypto.randomUUID(),
      is_enrolled: false,
      epoch: null,
      cursor: 0,
      must_reset: true,
      lmid: 0,
      durable_lmid: 0,
      acked: 0,
      last_seq: unsent.length,
      forked_at: now.toISOString(),
    });
  });
}

async function renumber(tx: WriteTx, unsent: QueuedMutation[], unread: QueuedMutation[]): Promise<void> {
  const outbox = tx.objectStore("outbox");
  await outbox.clear();
  const numbered = (entry: QueuedMutation, seq: number): QueuedMutation => ({
    ...entry,
    seq,
    mutation: { ...entry.mutation, seq },
  });
  await Promise.all([
    ...unsent.map((entry, i) => outbox.put(numbered(entry, i + 1))),
    ...unread.map((entry, i) => outbox.put(numbered(entry, i - unread.length))),
  ]);
}
