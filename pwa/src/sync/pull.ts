/** Pull: the difference of states, page by page, swapped in at once (sync-protocol.md, Pull). */
import { type PullAnswer, SCHEMA } from "../protocol/wire";
import { clearStaged, ownChecksums, stagePage, swapIn } from "../store/base";
import { clientId } from "../store/client";
import { readMeta, writeMeta } from "../store/meta";
import type { SyncContext } from "./context";
import { ask } from "./sync-request";

/** @throws ProblemAnswer, NoAnswer; the base is then what it was */
export async function pull(context: SyncContext): Promise<void> {
  const { store } = context;
  if ((await pullOnce(context)) === "mismatch") {
    await writeMeta(store, { must_reset: true });
    await pullOnce(context);
  }
}

async function pullOnce(context: SyncContext): Promise<"done" | "mismatch"> {
  const { store } = context;
  const meta = await readMeta(store);
  await clearStaged(store);
  let page: string | null = null;
  let isReset = false;
  for (let n = 0; ; n++) {
    const answer: PullAnswer = await ask<PullAnswer>(context, "pull", {
      client_id: await clientId(store),
      epoch: meta.must_reset ? null : meta.epoch,
      schema: SCHEMA,
      cursor: meta.must_reset ? 0 : meta.cursor,
      acked: meta.acked,
      page,
      checksums: page === null && !meta.must_reset ? await ownChecksums(store) : null,
    });
    isReset ||= answer.reset;
    if (answer.more !== null) {
      await stagePage(store, n, answer);
      page = answer.more;
      continue;
    }
    const swapped = await swapIn(store, answer, isReset, !meta.must_reset, context.clock.now());
    if (swapped.kind === "swapped" && swapped.hasChanges) {
      context.changed();
    }
    return swapped.kind === "mismatch" ? "mismatch" : "done";
  }
}
