/** Cycles of whoever is logged in, for page and worker alike. */
import type { Clock } from "../protocol/clock";
import type { Device } from "../store/device";
import type { SyncContext } from "../sync/context";
import { type CycleOutcome, cycleElsewhere, runCycle } from "../sync/cycle";
import { sendPositions } from "../sync/live-positions";
import type { Fetch } from "../sync/portal";
import type { FieldSession } from "../sync/session";
import type { Signals } from "../sync/signals";
import type { SyncReason } from "./deps";
import { currentOn } from "./open-store";

export class Cycles {
  /** a cycle ran somewhere when it was asked for another: that one may have missed what was written */
  #isWaiting = false;

  constructor(
    readonly device: Device,
    readonly session: FieldSession,
    readonly clock: Clock,
    readonly fetch: Fetch,
    readonly signals: Signals,
  ) {}

  async run(why: SyncReason): Promise<CycleOutcome> {
    await this.session.endPendingSession().catch(() => undefined);
    const context = await this.#context();
    if (context === null) {
      return "not_yet";
    }
    const outcome = await runCycle(context, why);
    if (outcome === "busy" && !this.#isWaiting) {
      this.#isWaiting = true;
      await cycleElsewhere();
      this.#isWaiting = false;
      return this.run(why);
    }
    return outcome;
  }

  /** A fix of a travel, at once. */
  async sendPositions(): Promise<void> {
    const context = await this.#context();
    if (context !== null) {
      await sendPositions(context);
    }
  }

  async #context(): Promise<SyncContext | null> {
    const current = await currentOn(this.device);
    return (
      current && {
        store: current.store,
        clock: this.clock,
        fetch: this.fetch,
        device: { name: deviceName(navigator.userAgent), platform: navigator.userAgent.slice(0, 200) },
        changed: () => this.signals.changed(),
      }
    );
  }
}

/** What its owner reads in the list of devices. */
function deviceName(agent: string): string {
  const system = /iPhone|iPad|Android|Windows|Macintosh|Linux/.exec(agent)?.[0] ?? "Aparelho";
  const browser = /Edg|Firefox|Chrome|Safari/.exec(agent)?.[0].replace("Edg", "Edge");
  return browser ? `${system}, ${browser}` : system;
}
