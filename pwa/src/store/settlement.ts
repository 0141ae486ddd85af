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
 * @param isEpochNew the portal was restored: what it forgot (seq > lmid) is offered again
 */
export function settle(
  outbox: readonly QueuedMutation[],
  results: readonly MutationResult[],
  { lmid, durable_lmid }: Marks,
  isEpochNew: boolean,
): { outbox: QueuedMutation[] } {
  const settled = withResults(outbox, results).map((entry) => {
    if (entry.seq <= lmid) {
      return inBase(entry);
    }
    return isEpochNew ? offeredAgain(entry) : entry;
  });
  return { outbox: settled.filter((entry) => !isDone(entry, Math.min(lmid, durable_lmid))) };
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

/** Reached its result; when the portal no longer knows which, it was acknowledged before: applied. */
function inBase(entry: QueuedMutation): QueuedMutation {
  if (entry.isInBase && entry.state !== "waiting") {
    return entry;
  }
  return { ...entry, isInBase: true, state: entry.state === "waiting" ? "applied" : entry.state };
}

function offeredAgain(entry: QueuedMutation): QueuedMutation {
  return entry.state === "waiting" ? entry : { ...entry, state: "waiting", result: null, isInBase: false };
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
