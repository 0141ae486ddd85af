/**
 * What works behind the screens of the page: sync, session, GPS, photos, self-test. Loaded as one chunk right
 * after the first screen is drawn.
 */
import type { Clock } from "../protocol/clock";
import { PushKeeper } from "../push/field";
import type { Device } from "../store/device";
import { readMeta } from "../store/meta";
import { markNoticeRead, readNotices } from "../sync/notices";
import { FieldSession } from "../sync/session";
import type { Signals } from "../sync/signals";
import { Tracking } from "../sync/tracking";
import { installTriggers } from "../sync/triggers";
import { Cycles } from "./cycles";
import { showOpenPolicies } from "./open-policies";
import { currentOn, storeOf } from "./open-store";

export { exportOutbox, rescueOutbox } from "../sync/export";
export { selfTest } from "../sync/self-test";
export { askBackgroundSync } from "../sync/triggers";
export { preparePhoto } from "./photo";

export const portal = fetch.bind(globalThis);
export const notices = () => readNotices(portal);
export const markRead = (noticeId: string | null) => markNoticeRead(portal, noticeId);

export class Engine {
  readonly session: FieldSession;
  readonly cycles: Cycles;
  readonly tracking: Tracking;
  readonly #push = new PushKeeper();

  constructor(
    readonly device: Device,
    readonly clock: Clock,
    readonly signals: Signals,
  ) {
    this.session = new FieldSession(device, storeOf, portal, () => {
      signals.changed();
      void this.cycles.run("person");
    });
    this.cycles = new Cycles(device, this.session, clock, portal, signals);
    this.tracking = new Tracking(
      {
        geolocation: navigator.geolocation,
        wakeLock: navigator.wakeLock ?? null,
        isHidden: () => document.visibilityState === "hidden",
      },
      clock,
      () => void this.cycles.sendPositions().catch(() => undefined),
    );
  }

  /** Once a page. */
  start(): void {
    const follow = () => void this.followTravel();
    this.signals.onChange(follow);
    document.addEventListener("visibilitychange", () => void this.tracking.visibilityChanged());
    const listen = installTriggers(
      (why) => void this.cycles.run(why),
      async () => {
        const current = await currentOn(this.device);
        const meta = current && (await readMeta(current.store));
        return meta?.is_enrolled ? meta.client_id : null;
      },
    );
    this.signals.onChange(listen);
    follow();
    const followPush = () => void this.#followPush().catch(() => undefined); // at the next start
    this.signals.onChange(followPush);
    followPush();
    window.addEventListener("online", () => void this.#askPolicies());
    void this.#askPolicies();
  }

  async #askPolicies(): Promise<void> {
    if ((await currentOn(this.device)) !== null) {
      await showOpenPolicies(portal, document);
    }
  }

  async followTravel(): Promise<void> {
    await this.tracking.follow((await currentOn(this.device))?.store ?? null);
  }

  async #followPush(): Promise<void> {
    const current = await currentOn(this.device);
    await this.#push.follow(current?.person ?? null, current && (await readMeta(current.store)));
  }
}
