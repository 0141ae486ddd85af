/** A phone of the model: the real store, commands and sync, and a ledger of what its screen called saved. */
import { addNote } from "../../src/commands/add-note";
import { attachPhoto } from "../../src/commands/attach-photo";
import { recordVisitEvent } from "../../src/commands/record-visit-event";
import { selectVisit } from "../../src/commands/select-visit";
import { openVisit } from "../../src/rules/seen";
import { nextStep } from "../../src/rules/visit-state";
import type { SyncReason } from "../../src/shell/deps";
import { Refusal } from "../../src/store/failures";
import { writeMeta } from "../../src/store/meta";
import type { StoreName } from "../../src/store/schema";
import { Store } from "../../src/store/store";
import { appendFix } from "../../src/store/tracks";
import { readView } from "../../src/store/view";
import { type CycleOutcome, runCycle } from "../../src/sync/cycle";
import type { TestClock } from "../people";
import type { FakePortal } from "../sync/fake-portal";
import { Process } from "./process";

/** One thing that the screen called saved. */
export interface Saved {
  uid: string;
  /** where it must be seen */
  seen:
    | { kind: "note"; orderId: string; body: string }
    | { kind: "event"; visitId: string }
    | { kind: "photo"; visitId: string; sha256: string };
}

const STORES: StoreName[] = [
  "rows",
  "outbox",
  "kept",
  "files",
  "bytes",
  "chunks",
  "drafts",
  "staged",
  "meta",
];

/** Its own database beside the original's: what a cloned installation is. */
class CopiedStore extends Store {
  override get name(): string {
    return `${super.name}-copy`;
  }
}

export class Handset {
  readonly saved: Saved[] = [];
  readonly fixes: { stream: string; t: number }[] = [];
  readonly process = new Process();
  /** so many of `saved` another copy of this installation has, too */
  shared = 0;
  store: Store;
  #made = 0;

  constructor(
    readonly portal: FakePortal,
    readonly clock: TestClock,
    readonly userId: string,
    readonly isCopy = false,
  ) {
    this.store = this.#openStore();
  }

  /** Acts; a killed process starts again with nothing but its database. */
  async killedAt(n: number, act: () => Promise<unknown>): Promise<boolean> {
    const wasKilled = await this.process.killAt(n, act);
    if (wasKilled) {
      await this.store.close();
      this.store = this.#openStore();
    }
    return wasKilled;
  }

  sync(why: SyncReason = "person"): Promise<CycleOutcome> {
    const { store, clock } = this;
    const fetch = this.process.fetch(this.portal.fetch);
    const device = { name: "Android, Chrome", platform: "test" };
    return runCycle({ store, clock, fetch, device, changed: () => undefined }, why, null, () => 0.5);
  }

  async logIn(): Promise<void> {
    const sync_status = {
      phase: "never",
      message: null,
      code: null,
      attempts: 0,
      next_attempt_at: null,
    } as const;
    await writeMeta(this.store, { sync_status });
  }

  async note(orderId: string): Promise<void> {
    const body = `<${this.isCopy ? "copy" : "own"} ${this.#made++}>`;
    await this.#save(async () => {
      const { uid } = await addNote(this.#commands, { orderId, body });
      return { uid, seen: { kind: "note", orderId, body } };
    });
  }

  /** The next step of the visit under way, or a new visit; `isGivenUp` cancels it. */
  async visit(orderId: string, isGivenUp: boolean): Promise<void> {
    const visit = openVisit(await readView(this.store));
    await this.#save(async () => {
      if (visit === null) {
        const { uid, visitId } = await selectVisit(this.#commands, { orderId, position: null });
        return { uid, seen: { kind: "event", visitId } };
      }
      const step = nextStep(visit.state);
      const kind =
        isGivenUp || step === null || step === "completed" || step === "selected" ? "cancelled" : step;
      const reason = kind === "cancelled" ? "Cliente ausente" : null;
      const input = { visitId: visit.id, kind, position: null, reason };
      const { uid } = await recordVisitEvent(this.#commands, input);
      return { uid, seen: { kind: "event", visitId: visit.id } };
    });
  }

  async photo(size: number): Promise<void> {
    const visit = openVisit(await readView(this.store));
    if (visit !== null) {
      const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 31 + this.#made) % 256).buffer;
      this.#made += 1;
      const photo = { bytes, type: "image/jpeg" as const, width: 1, height: 1 };
      await this.#save(async () => {
        const { uid, sha256 } = await attachPhoto(this.#commands, {
          visitId: visit.id,
          photo,
          slot: "before",
        });
        return { uid, seen: { kind: "photo", visitId: visit.id, sha256 } };
      });
    }
  }

  async fix(): Promise<void> {
    const visit = openVisit(await readView(this.store));
    if (visit?.state === "travelling") {
      const t = this.clock.now().getTime() * 1000 + this.#made++;
      await appendFix(this.store, visit.id, [t, -27.6, -48.5, 8, null]);
      this.fixes.push({ stream: visit.id, t });
    }
  }

  /** The whole installation, copied to another phone. */
  async copy(): Promise<Handset> {
    const twin = new Handset(this.portal, this.clock, this.userId, true);
    twin.saved.push(...this.saved);
    this.shared = twin.shared = this.saved.length;
    twin.fixes.push(...this.fixes);
    const contents = await this.store.read(STORES, async (tx) =>
      Promise.all(
        STORES.map(async (name) => {
          const from = tx.objectStore(name);
          return {
            name,
            hasOwnKey: from.keyPath !== null,
            keys: await from.getAllKeys(),
            all: await from.getAll(),
          };
        }),
      ),
    );
    await twin.store.write(STORES, async (tx) => {
      for (const { name, hasOwnKey, keys, all } of contents) {
        await Promise.all(
          all.map((value, i) =>
            tx.objectStore(name).put(value as never, hasOwnKey ? undefined : (keys[i] as never)),
          ),
        );
      }
    });
    return twin;
  }

  get #commands() {
    return { store: this.store, clock: this.clock, onWritten: () => undefined, onHeld: () => undefined };
  }

  #openStore(): Store {
    return this.isCopy ? new CopiedStore(this.userId) : new Store(this.userId);
  }

  /** In the ledger only once the command has returned: that is when the screen says "salvo". */
  async #save(command: () => Promise<Saved>): Promise<void> {
    try {
      this.saved.push(await command());
    } catch (error) {
      if (!(error instanceof Refusal)) {
        throw error;
      }
    }
  }
}
