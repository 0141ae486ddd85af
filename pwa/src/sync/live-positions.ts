/**
 * Between two cycles of a travelling phone its fixes go to the portal one by one, so that whoever follows sees them
 * move. Only that: what fails here is told and tried again by the next cycle, which takes whatever was not sent.
 */
import { readMeta } from "../store/meta";
import type { SyncContext } from "./context";
import { LOCK, mayRun } from "./cycle";
import { runTracksLane } from "./tracks-lane";

const LOW_BATTERY = 0.2;

/** What a browser tells of the phone's reserves, where it does. */
export interface Reserves {
  readonly onLine: boolean;
  readonly connection?: { readonly saveData?: boolean };
  getBattery?(): Promise<{ readonly level: number; readonly charging: boolean }>;
}

/** Whether it went. A phone that must save sends its fixes with each minute's cycle, as before. */
export async function sendPositions(
  context: SyncContext,
  reserves: Reserves = navigator as Reserves,
  locks: Pick<LockManager, "request"> | null = navigator.locks ?? null,
): Promise<boolean> {
  if (!reserves.onLine || (await isSparing(reserves))) {
    return false;
  }
  const send = async () => {
    const { sync_status: status, is_closed, is_enrolled } = await readMeta(context.store);
    if (is_closed || !is_enrolled || !mayRun(status, "minute", context.clock.now())) {
      return false;
    }
    return runTracksLane(context).then(
      () => true,
      () => false,
    );
  };
  // A cycle that runs takes them along.
  return locks === null
    ? send()
    : locks.request(LOCK, { ifAvailable: true }, (lock) => (lock === null ? false : send()));
}

async function isSparing(reserves: Reserves): Promise<boolean> {
  if (reserves.connection?.saveData) {
    return true;
  }
  const battery = await reserves.getBattery?.().catch(() => null);
  return Boolean(battery && !battery.charging && battery.level < LOW_BATTERY);
}
