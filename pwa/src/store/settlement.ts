/**
 * What becomes of the outbox when the portal has answered. Pure: old entries, results and the portal's marks in,
 * new entries out; an entry that is not changed is the same object.
 */
import type { MutationResult } from "../protocol/mutations";
import type { QueuedMutation } from "./schema";

export interface Marks {
  lmid: number;
  durable_lmid: number;
}

/**
 * What has no result stays waiting, even up to `lmid`: a copy of this installation may have used its number, and
 * the push finds out (`client_forked`, or the stored result).
 *
 * @param isEpochNew the portal was restored: what it answered before counts no more, everything is offered again
 */
export function settle(
  outbox: readonly QueuedMutation[],
  results: readonly MutationResult[],
  { lmid, durable_lmid }: Marks,
  isEpochNew: boolean,
): { outbox: QueuedMutation[] } {
  const open = isEpochNew ? outbox.map(offeredAgain) : outbox;
  const settled = inBase(withResults(open, results), lmid);
  const durable = Math.min(ackedOf(settled, lmid), durable_lmid);
  return { outbox: settled.filter((entry) => !isDone(entry, durable)) };
}

/** A base of `lmid` holds what those did that have their result. */
export function inBase(outbox: readonly QueuedMutation[], lmid: number): QueuedMutation[] {
  return outbox.map((entry) =>
    entry.seq > lmid || entry.isInBase || entry.state === "waiting" ? entry : { ...entry, isInBase: true },
  );
}

/** The highest number up to which every result is here: only that may be acknowledged. */
export function ackedOf(outbox: readonly QueuedMutation[], lmid: number): number {
  const first = outbox.find((entry) => entry.state === "waiting");
  return first === undefined ? lmid : Math.min(lmid, first.seq - 1);
}

/** A result belongs to a mutation only when its uid does, too: another's answer is never taken for one's own. */
export function withResults(
  outbox: readonly QueuedMutation[],
  results: readonly MutationResult[],
): QueuedMutation[] {
  const bySeq = new Map(results.map((result) => [result.seq, result]));
  return outbox.map((entry) => {
    const result = bySeq.get(entry.seq);
    const isOwn = result !== undefined && result.uid === entry.mutation.uid;
    return isOwn ? { ...entry, state: result.status, result: complete(result) } : entry;
  });
}

/** Below 1 are those of a former name, kept only to be read. */
function offeredAgain(entry: QueuedMutation): QueuedMutation {
  return entry.seq < 1 || entry.state === "waiting"
    ? entry
    : { ...entry, state: "waiting", result: null, isInBase: false };
}

/** The portal's backup holds it, and nobody has yet to read about it. */
function isDone(entry: QueuedMutation, durable: number): boolean {
  const needsReading = entry.state === "rejected" || entry.state === "quarantined";
  return entry.seq <= durable && entry.state !== "waiting" && (entry.isRead || !needsReading);
}

/** The portal leaves out what is empty. */
function complete(result: MutationResult): MutationResult {
  return { ...result, code: result.code ?? null, message: result.message ?? null, data: result.data ?? {} };
}
