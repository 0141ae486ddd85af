/** Push: what waits, in order of seq, in batches within the portal's limits (sync-protocol.md, Push). */
import { type PushAnswer, SCHEMA } from "../protocol/wire";
import { clientId, storeResults } from "../store/client";
import { readMeta } from "../store/meta";
import { isUnsent, queue } from "../store/outbox";
import type { QueuedMutation } from "../store/schema";
import type { SyncContext } from "./context";
import { ProblemAnswer } from "./portal";
import { ask } from "./sync-request";

/** The batch stopped at a passing error: what came before is done, the rest waits. */
export class Halted extends Error {
  override name = "Halted";

  constructor(
    readonly code: string,
    readonly retryAfter: number | null,
  ) {
    super("O portal está ocupado; o envio continua em seguida.");
  }
}

/** Failures that concern this batch only; a pull may still succeed. */
const OF_THE_BATCH = new Set(["malformed", "limit_exceeded", "body_too_large"]);

/**
 * Sends everything. Answers what stopped it, when that must not keep the pull from running.
 * @throws ProblemAnswer, NoAnswer
 */
export async function push(context: SyncContext): Promise<Error | null> {
  let share = 1;
  for (;;) {
    const { limits, epoch } = await readMeta(context.store);
    const waiting = (await queue(context.store)).filter(isUnsent);
    const batch = within(waiting, Math.max(1, Math.floor(limits.push_mutations * share)), limits.push_bytes);
    if (batch.length === 0) {
      return null;
    }
    try {
      const answer = await ask<PushAnswer>(context, "push", {
        client_id: await clientId(context.store),
        epoch,
        schema: SCHEMA,
        sent_at: context.clock.now().toISOString(),
        mono: context.clock.mono(),
        boot: context.clock.boot,
        mutations: batch.map((entry) => entry.mutation),
      });
      await storeResults(context.store, answer.results);
      context.changed();
      if (answer.halted) {
        return new Halted(answer.halted.code, answer.halted.retry_after ?? null);
      }
      if (answer.results.length === 0) {
        return new Halted("no_progress", null);
      }
    } catch (error) {
      if (!(error instanceof ProblemAnswer && OF_THE_BATCH.has(error.code))) {
        throw error;
      }
      if (batch.length === 1) {
        return error;
      }
      share = Math.min(share, batch.length / limits.push_mutations) / 2;
    }
  }
}

/** At least one, however large: the portal says what it thinks of it. */
function within(waiting: QueuedMutation[], count: number, bytes: number): QueuedMutation[] {
  let size = 1024;
  const batch: QueuedMutation[] = [];
  for (const entry of waiting.slice(0, count)) {
    size += new TextEncoder().encode(JSON.stringify(entry.mutation)).byteLength + 1;
    if (batch.length > 0 && size > bytes) {
      break;
    }
    batch.push(entry);
  }
  return batch;
}
