/**
 * One sync cycle: three lanes, each failing alone, one cycle at a time on this phone (Web Lock), and the status
 * that *sincronização* shows. Failures wait longer each time, up to a ceiling; a missing login only pauses.
 */

import type { SyncReason } from "../shell/deps";
import { releaseHeld } from "../store/held";
import { readMeta, type SyncPhase, type SyncStatus, writeMeta } from "../store/meta";
import type { SyncContext } from "./context";
import { runDataLane } from "./data-lane";
import { runFilesLane } from "./files-lane";
import { freeSpace } from "./housekeeping";
import { NoAnswer, ProblemAnswer } from "./portal";
import { Halted } from "./push";
import { runTracksLane } from "./tracks-lane";

const FIRST_DELAY_MS = 5_000;
const LONGEST_DELAY_MS = 60_000;
export const LOCK = "pws-sync";

/** A person, a new connection or a fresh start try at once; the rest keeps to the back-off. */
const IMPATIENT: ReadonlySet<SyncReason> = new Set(["person", "start", "online", "background"]);
/** Nothing but a person (a new login, an update of the app) ends these. */
const STOPPED: ReadonlySet<SyncPhase> = new Set([
  "login_required",
  "revoked",
  "update_required",
  "client_taken",
]);

export type CycleOutcome = "done" | "busy" | "not_yet" | SyncPhase;

/** @param random 0..1, so that a thousand phones do not come back in the same second */
export async function runCycle(
  context: SyncContext,
  why: SyncReason,
  locks: Pick<LockManager, "request"> | null = navigator.locks ?? null,
  random: () => number = Math.random,
): Promise<CycleOutcome> {
  const run = () => cycle(context, why, random);
  if (locks === null) {
    return run();
  }
  return locks.request(LOCK, { ifAvailable: true }, (lock) => (lock === null ? "busy" : run()));
}

/** Resolves when the cycle that another tab or the worker runs has ended. */
export async function cycleElsewhere(): Promise<void> {
  await navigator.locks?.request(LOCK, () => undefined);
}

async function cycle(context: SyncContext, why: SyncReason, random: () => number): Promise<CycleOutcome> {
  if (await releaseHeld(context.store, context.clock.now())) context.changed();
  const { sync_status: status, is_closed } = await readMeta(context.store);
  if (is_closed || !mayRun(status, why, context.clock.now())) {
    return "not_yet";
  }
  const failures: unknown[] = [];
  for (const lane of [runDataLane, runFilesLane, runTracksLane]) {
    try {
      await lane(context);
    } catch (error) {
      failures.push(error);
      if (error instanceof NoAnswer || isStop(error)) {
        break;
      }
    }
  }
  await freeSpace(context.store);
  const next = statusAfter(failures, status, context.clock.now(), random);
  if (!(await readMeta(context.store)).is_closed) {
    await writeMeta(context.store, { sync_status: next });
  }
  context.changed();
  return next.phase === "ok" ? "done" : next.phase;
}

export function mayRun(status: SyncStatus, why: SyncReason, now: Date): boolean {
  if (why === "person") {
    return true;
  }
  if (STOPPED.has(status.phase)) {
    return why === "start";
  }
  return (
    IMPATIENT.has(why) ||
    status.next_attempt_at === null ||
    Date.parse(status.next_attempt_at) <= now.getTime()
  );
}

export function statusAfter(
  failures: readonly unknown[],
  before: SyncStatus,
  now: Date,
  random: () => number,
): SyncStatus {
  const worst = failures.find(isStop) ?? failures[0];
  if (worst === undefined) {
    return { phase: "ok", message: null, code: null, attempts: 0, next_attempt_at: null };
  }
  const phase = phaseOf(worst);
  const message = worst instanceof Error ? worst.message : String(worst);
  const code = worst instanceof ProblemAnswer || worst instanceof Halted ? worst.code : null;
  if (STOPPED.has(phase)) {
    return { phase, message, code, attempts: before.attempts, next_attempt_at: null };
  }
  const attempts = before.attempts + 1;
  const wait = retryAfterMs(worst) ?? backOffMs(attempts, random);
  return { phase, message, code, attempts, next_attempt_at: new Date(now.getTime() + wait).toISOString() };
}

/** Doubles from five seconds to a minute, each between half and the whole of it. */
function backOffMs(attempts: number, random: () => number): number {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempts - 1));
  return ceiling * (0.5 + random() / 2);
}

function retryAfterMs(error: unknown): number | null {
  const seconds =
    error instanceof Halted
      ? error.retryAfter
      : error instanceof ProblemAnswer
        ? error.problem.retry_after
        : null;
  return seconds ? seconds * 1000 : null;
}

function phaseOf(error: unknown): SyncPhase {
  if (error instanceof NoAnswer) {
    return "offline";
  }
  if (error instanceof ProblemAnswer) {
    switch (error.code) {
      case "login_required":
        return "login_required";
      case "client_revoked":
        return "revoked";
      case "client_taken":
        return "client_taken";
      case "schema_unsupported":
        return "update_required";
    }
  }
  return "failed";
}

function isStop(error: unknown): boolean {
  return STOPPED.has(phaseOf(error));
}
