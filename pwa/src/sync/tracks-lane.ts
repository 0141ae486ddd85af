/** The positions lane: sealed chunks, a stream at a time; append-only and idempotent (sync-protocol.md, Tracks). */
import type { TrackChunk, TracksAnswer } from "../protocol/wire";
import { clientId } from "../store/client";
import { readMeta } from "../store/meta";
import type { StoredChunk } from "../store/schema";
import { markProblem, markSent, takeUnsent } from "../store/tracks";
import type { SyncContext } from "./context";
import { ProblemAnswer } from "./portal";
import { ask } from "./sync-request";

/** @throws ProblemAnswer, NoAnswer; a stream that fails by itself does not keep the others back */
export async function runTracksLane(context: SyncContext): Promise<void> {
  const { limits } = await readMeta(context.store);
  let last: unknown = null;
  for (const [stream, chunks] of await takeUnsent(context.store)) {
    for (let i = 0; i < chunks.length; i += limits.track_chunks) {
      try {
        await send(context, stream, chunks.slice(i, i + limits.track_chunks));
      } catch (error) {
        if (!(error instanceof ProblemAnswer) || error.isPassing || error.problem.status === 401) {
          throw error;
        }
        last = error;
      }
    }
  }
  if (last !== null) {
    throw last;
  }
}

async function send(context: SyncContext, stream: string, chunks: StoredChunk[]): Promise<void> {
  let rest = chunks;
  while (rest.length > 0) {
    try {
      const answer = await ask<TracksAnswer>(context, `tracks/${stream}`, {
        client_id: await clientId(context.store),
        chunks: rest.map(({ n, fixes, gaps }): TrackChunk => ({ n, fixes, gaps })),
      });
      await markSent(context.store, stream, answer.have);
      return;
    } catch (error) {
      if (error instanceof ProblemAnswer && error.code === "stream_unknown") {
        // Another installation's stream, as after a copy went on under a new name: it would be refused for ever.
        for (const { n } of rest) {
          await markProblem(context.store, stream, n, error.message);
        }
      }
      if (
        !(error instanceof ProblemAnswer) ||
        error.code !== "chunk_conflict" ||
        error.problem.n === undefined
      ) {
        throw error;
      }
      const conflicting = error.problem.n;
      await markProblem(context.store, stream, conflicting, error.message);
      const remaining = rest.filter((chunk) => chunk.n !== conflicting);
      if (remaining.length === rest.length) {
        throw error;
      }
      rest = remaining;
    }
  }
}
