/**
 * The GPS while travelling, and only then. Which visit travels is in the store, so a reload or a killed app goes
 * on by itself; where the phone could not see, a gap says from when to when and why.
 */
import type { Clock } from "../protocol/clock";
import type { Position } from "../protocol/mutations";
import type { GapCause } from "../protocol/wire";
import { isSharing } from "../rules/seen";
import type { Store } from "../store/store";
import { appendFix, appendGap, lastFixAt } from "../store/tracks";
import { readView } from "../store/view";

/** A silence shorter than this is a tunnel, not a gap. */
const GAP_MS = 60_000;
/** A fix as old as this is still "here". */
const FRESH_MS = 30_000;
const FIX_TIMEOUT_MS = 6_000;
const DEFAULT_INTERVAL_S = 10;

export interface TrackingPlace {
  geolocation: Pick<Geolocation, "watchPosition" | "clearWatch" | "getCurrentPosition">;
  wakeLock: Pick<WakeLock, "request"> | null;
  isHidden(): boolean;
}

export class Tracking {
  #travel: { store: Store; visitId: string; watch: number; intervalMs: number } | null = null;
  #lastFix: GeolocationPosition | null = null;
  #lastStored = 0;
  /** since when nothing is known, and why */
  #silence: { since: number; cause: GapCause } | null = null;
  #wake: WakeLockSentinel | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    readonly place: TrackingPlace,
    readonly clock: Clock,
    /** a fix is on the disk */
    readonly stored: () => void = () => undefined,
  ) {}

  /** Makes the GPS agree with the store; harmless to call at any time. */
  async follow(store: Store | null): Promise<void> {
    const view = store && (await readView(store));
    const visit =
      view && isSharing(view) && [...view.visits.values()].find(({ state }) => state === "travelling");
    if (store === null || !visit) {
      await this.#stop();
      return;
    }
    if (this.#travel?.visitId !== visit.id) {
      await this.#stop();
      const started = visit.events.findLast((event) => event.kind === "travel_started")?.occurred_at;
      await this.#start(store, visit.id, Date.parse(started ?? ""), view?.me?.track_interval_s);
    }
  }

  /** The page went to the background or came back (visibilitychange). */
  async visibilityChanged(): Promise<void> {
    if (this.#travel === null) {
      return;
    }
    if (this.place.isHidden()) {
      this.#fellSilent("hidden");
    } else {
      await this.#stayAwake();
    }
  }

  /** The best known position within a few seconds; null when there is none. */
  async position(): Promise<Position | null> {
    const known = this.#lastFix;
    if (known && this.clock.now().getTime() - known.timestamp < FRESH_MS) {
      return positionOf(known);
    }
    return new Promise((resolve) => {
      this.place.geolocation.getCurrentPosition(
        (fix) => resolve(positionOf(fix)),
        () =>
          resolve(
            known && this.clock.now().getTime() - known.timestamp < 10 * FRESH_MS ? positionOf(known) : null,
          ),
        { enableHighAccuracy: true, maximumAge: FRESH_MS, timeout: FIX_TIMEOUT_MS },
      );
    });
  }

  /** Resolves when every fix so far is on the disk. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #start(
    store: Store,
    visitId: string,
    startedAt: number,
    intervalS = DEFAULT_INTERVAL_S,
  ): Promise<void> {
    const last = await lastFixAt(store, visitId);
    const before = last ?? startedAt;
    if (this.clock.now().getTime() - before > GAP_MS) {
      this.#silence = { since: before, cause: "off" };
    }
    const watch = this.place.geolocation.watchPosition(
      (fix) => this.#arrived(fix),
      (error) => this.#failed(error),
      { enableHighAccuracy: true, maximumAge: 0, timeout: GAP_MS },
    );
    this.#travel = { store, visitId, watch, intervalMs: intervalS * 1000 };
    this.#lastStored = last ?? 0;
    await this.#stayAwake();
  }

  async #stop(): Promise<void> {
    const travel = this.#travel;
    if (travel === null) {
      return;
    }
    this.place.geolocation.clearWatch(travel.watch);
    this.#endSilence(this.clock.now().getTime());
    this.#travel = null;
    await this.#wake?.release().catch(() => undefined);
    this.#wake = null;
    await this.#writing;
  }

  #arrived(fix: GeolocationPosition): void {
    const travel = this.#travel;
    this.#lastFix = fix;
    if (travel === null || fix.timestamp - this.#lastStored < travel.intervalMs * 0.8) {
      return;
    }
    this.#endSilence(fix.timestamp);
    this.#lastStored = fix.timestamp;
    const { latitude, longitude, accuracy, speed } = fix.coords;
    this.#write(async () => {
      await appendFix(travel.store, travel.visitId, [
        Math.round(fix.timestamp),
        latitude,
        longitude,
        Math.round(accuracy),
        speed !== null && speed >= 0 ? speed : null,
      ]);
      this.stored();
    });
  }

  /** Error 2 and 3 pass by themselves, the watch goes on; 1 is the person's own choice. */
  #failed(error: GeolocationPositionError): void {
    this.#fellSilent(error.code === 1 ? "denied" : "lost");
  }

  #fellSilent(cause: GapCause): void {
    this.#silence ??= { since: this.#lastStored || this.clock.now().getTime(), cause };
  }

  #endSilence(until: number): void {
    const { travel, silence } = { travel: this.#travel, silence: this.#silence };
    this.#silence = null;
    if (travel && silence && until - silence.since > GAP_MS) {
      this.#write(() =>
        appendGap(travel.store, travel.visitId, [
          Math.round(silence.since),
          Math.round(until),
          silence.cause,
        ]),
      );
    }
  }

  /** One after the other; a full disk must not stop the watch, the gap will tell. */
  #write(write: () => Promise<void>): void {
    this.#writing = this.#writing.then(write).catch(() => this.#fellSilent("lost"));
  }

  async #stayAwake(): Promise<void> {
    if (this.place.wakeLock && !this.place.isHidden()) {
      this.#wake = await this.place.wakeLock.request("screen").catch(() => null);
    }
  }
}

function positionOf({ coords, timestamp }: GeolocationPosition): Position {
  return {
    lat: coords.latitude,
    lon: coords.longitude,
    accuracy: Math.round(coords.accuracy),
    fixed_at: new Date(timestamp).toISOString(),
  };
}
