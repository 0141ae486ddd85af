/**
 * The data lane: enrol once, then push and pull until quiet. Every request may be repeated; every failure leaves
 * the outbox as it was.
 */
import { type EnrolAnswer, SCHEMA } from "../protocol/wire";
import { clientId, forkClient, offerAgainFrom } from "../store/client";
import { readMeta, writeMeta } from "../store/meta";
import { isUnsent, queue } from "../store/outbox";
import type { SyncContext } from "./context";
import { ProblemAnswer } from "./portal";
import { pull } from "./pull";
import { push } from "./push";
import { ask } from "./sync-request";
import { whoAmI } from "./whoami";

/** Enough for any honest queue; what is left is the next cycle's. */
const MAX_ROUNDS = 50;

/** @throws ProblemAnswer, NoAnswer, Halted: nothing is lost, the cycle decides when to come back */
export async function runDataLane(context: SyncContext): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    try {
      await enrol(context);
      const { epoch, must_reset } = await readMeta(context.store);
      if (epoch === null || must_reset) {
        await pull(context);
      }
      const trouble = await push(context);
      await pull(context);
      if (trouble !== null) {
        throw trouble;
      }
      if (!(await queue(context.store)).some(isUnsent)) {
        return;
      }
    } catch (error) {
      await recover(context, error);
    }
  }
}

async function enrol(context: SyncContext): Promise<void> {
  const { store } = context;
  if ((await readMeta(store)).is_enrolled) {
    return;
  }
  // The browser's cookie may be somebody else's by now: never bind this outbox to them.
  await whoAmI(context.fetch, store.userId);
  const answer = await ask<EnrolAnswer>(context, "clients", {
    client_id: await clientId(store),
    kind: "phone",
    name: context.device.name,
    schema: SCHEMA,
    platform: context.device.platform,
  });
  await writeMeta(store, { is_enrolled: true, reseller_name: answer.reseller.name });
}

/** Returns when the lane may simply go round again; throws what the cycle must decide. */
async function recover({ store, clock }: SyncContext, error: unknown): Promise<void> {
  if (!(error instanceof ProblemAnswer)) {
    throw error;
  }
  const { code, problem } = error;
  if (code === "epoch_changed" || code === "page_unknown") {
    await writeMeta(store, { must_reset: true });
  } else if (code === "client_forked") {
    await forkClient(store, problem.seq ?? 1, clock.now());
  } else if (code === "client_unknown") {
    // A portal restored to before it knew this phone: what it lacks is then asked for by `sequence_gap`.
    await writeMeta(store, { is_enrolled: false, must_reset: true });
  } else if (code === "sequence_gap") {
    if (!(await offerAgainFrom(store, problem.lmid ?? 0))) {
      await forkClient(store, 1, clock.now());
    }
  } else {
    throw error;
  }
}
