/** The model's world: one phone, perhaps its copy, the office, a wire with faults; every step is followed by the checks. */
import { isTrouble, markRead, queue } from "../../src/store/outbox";
import { TestClock } from "../people";
import type { Fault } from "../sync/fake-portal";
import { Handset } from "./handset";
import { always, type Disk, diskOf, type Invariant, type Moment, whenQuiet } from "./invariants";
import { type Change, Office, ORDERS } from "./office";

export type Act =
  | { do: "note" | "visit" | "giveUp"; order: 0 | 1 }
  | { do: "photo"; size: number }
  | { do: "fix" }
  | { do: "sync" };
export type Lane = "clients" | "push" | "pull" | "files" | "tracks";

export type Step =
  | Act
  | { do: "faultySync"; faults: { lane: Lane; fault: Fault }[]; meanwhile: Change | null }
  | { do: "kill"; at: number; act: Act }
  | { do: "copy"; act: Act }
  | { do: "office"; change: Change; order: 0 | 1 }
  | { do: "block"; lane: "data" | "files" | "tracks" }
  | { do: "backup" | "purge" | "read" | "logIn" | "logOut" }
  | { do: "restore"; age: number }
  | { do: "clock"; seconds: number }
  | { do: "verdict"; status: "rejected" | "quarantined" | "applied_with_discrepancy" }
  | { do: "limits"; push: number; rows: number; chunk: number };

const USER = "0192f000-0000-7000-8000-00000000000b";
const PATHS: Record<Lane, RegExp> = {
  clients: /clients/,
  push: /push/,
  pull: /pull/,
  files: /files/,
  tracks: /tracks/,
};
const ENOUGH_CYCLES = 8;

export class World {
  readonly clock = new TestClock();
  readonly office = new Office(USER);
  readonly phone: Handset;
  #copy: Handset | null = null;
  #before = new Map<Handset, Disk>();
  readonly #lost = new Set<string>();
  readonly #confirmed = new Set<string>();
  readonly #delivered = new Set<string>();
  readonly #resolved = new Set<string>();

  constructor() {
    this.phone = new Handset(this.office, this.clock, USER);
  }

  static async begin(): Promise<World> {
    const world = new World();
    await world.run({ do: "sync" });
    return world;
  }

  async end(): Promise<void> {
    for (const { store } of this.#phones) {
      await store.close();
      await new Promise((resolve) => {
        indexedDB.deleteDatabase(store.name).onsuccess = resolve;
      });
    }
  }

  async run(step: Step): Promise<void> {
    await this.#perform(step);
    for (const phone of this.#phones) {
      this.#check(always, await this.#moment(phone), step);
    }
  }

  /** No fault and no person any more, only minutes: everything must come to rest by itself. */
  async settle(): Promise<void> {
    this.office.faults = [];
    this.office.nextVerdicts = [];
    await this.run({ do: "logIn" });
    for (let cycle = 0; cycle < ENOUGH_CYCLES; cycle++) {
      this.clock.pass(120);
      for (const phone of this.#phones) {
        await phone.sync("minute");
      }
    }
    for (const phone of this.#phones) {
      const moment = await this.#moment(phone);
      this.#check({ ...always, ...whenQuiet }, moment, { do: "sync" });
    }
  }

  get #phones(): Handset[] {
    return this.#copy === null ? [this.phone] : [this.phone, this.#copy];
  }

  async #perform(step: Step): Promise<void> {
    const { phone, office } = this;
    switch (step.do) {
      case "faultySync": {
        office.faults = step.faults.map(({ lane, fault }) => ({ path: PATHS[lane], fault }));
        const { meanwhile } = step;
        office.onAnswered = (path) => {
          if (meanwhile !== null && path.endsWith("/push")) office.change(meanwhile, ORDERS[0]);
        };
        await phone.sync();
        office.onAnswered = () => undefined;
        office.faults = [];
        return;
      }
      case "kill":
        await phone.killedAt(step.at, () => this.#act(phone, step.act));
        return;
      case "copy":
        this.#copy ??= await phone.copy();
        await this.#act(this.#copy, step.act);
        return;
      case "office":
        return office.change(step.change, ORDERS[step.order]);
      case "block":
        return this.#syncWithout(step.lane);
      case "backup":
        return office.keepBackup();
      case "restore":
        // Two copies of one installation and lost durable work: nobody could tell whose it is.
        return this.#restore(this.#copy === null ? step.age : 0);
      case "purge":
        for (const { record } of office.clients.values()) record.purge();
        return;
      case "read":
        for (const entry of (await queue(phone.store)).filter(isTrouble))
          await markRead(phone.store, entry.seq);
        return;
      case "logOut":
        office.faults = Array.from({ length: 20 }, () => ({ path: /./, fault: 401 as const }));
        await phone.sync();
        office.faults = [];
        return;
      case "logIn":
        for (const each of this.#phones) await each.logIn();
        return;
      case "clock":
        return this.clock.pass(step.seconds);
      case "verdict":
        office.nextVerdicts.push(step.status);
        return;
      case "limits":
        office.limits = {
          ...office.limits,
          push_mutations: step.push,
          pull_rows: step.rows,
          file_chunk_bytes: step.chunk,
        };
        return;
      default:
        return this.#act(phone, step);
    }
  }

  async #act(phone: Handset, act: Act): Promise<void> {
    switch (act.do) {
      case "note":
        return phone.note(ORDERS[act.order]);
      case "visit":
        return phone.visit(ORDERS[act.order], false);
      case "giveUp":
        return phone.visit(ORDERS[act.order], true);
      case "photo":
        return phone.photo(act.size);
      case "fix":
        return phone.fix();
      case "sync":
        await phone.sync();
    }
  }

  /** 17: what one lane meets, however long, is not the other lanes' affair. */
  async #syncWithout(blocked: "data" | "files" | "tracks"): Promise<void> {
    await this.phone.sync();
    for (const act of [
      { do: "note", order: 0 },
      { do: "visit", order: 1 },
      { do: "photo", size: 700 },
      { do: "fix" },
    ] as Act[]) {
      await this.#act(this.phone, act);
    }
    const path = { data: /push|pull|clients/, files: /files/, tracks: /tracks/ }[blocked];
    this.office.faults = Array.from({ length: 60 }, () => ({ path, fault: 500 as const }));
    await this.phone.sync();
    this.office.faults = [];
    const { outbox, files, chunks, meta } = await diskOf(this.phone);
    const waits = {
      data: outbox.filter(({ state }) => state === "waiting").length,
      files: files.filter(({ state }) => state === "waiting").length,
      tracks: chunks.filter(({ isSent, problem }) => !isSent && problem === null).length,
    };
    const held = Object.entries(waits).filter(([lane, count]) => lane !== blocked && count > 0);
    if (held.length > 0 && meta.is_enrolled) {
      throw new Error(`17 lanes are independent: ${blocked} kept back ${JSON.stringify(held)}`);
    }
  }

  async #restore(age: number): Promise<void> {
    this.office.goBack(age);
    const known = this.office.known();
    for (const phone of this.#phones) {
      const { outbox } = await diskOf(phone);
      const here = new Set(outbox.map(({ mutation }) => mutation.uid));
      for (const { uid } of phone.saved.filter(({ uid }) => !here.has(uid) && !known.has(uid))) {
        if (age === 0 && !this.#delivered.has(uid) && !this.#lost.has(uid)) {
          throw new Error(`what was durable is not in the newest backup: ${uid}`);
        }
        this.#lost.add(uid);
      }
    }
  }

  async #moment(phone: Handset): Promise<Moment> {
    const { office } = this;
    for (const hash of office.files.keys()) this.#confirmed.add(hash);
    for (const [stream, chunks] of office.tracks) {
      for (const text of chunks.values()) {
        for (const [t] of (JSON.parse(text) as { fixes: [number][] }).fixes)
          this.#confirmed.add(`${stream}/${t}`);
      }
    }
    const now = await diskOf(phone);
    const before = this.#before.get(phone) ?? now;
    for (const { mutation, isInBase } of now.outbox) if (isInBase) this.#resolved.add(mutation.uid);
    if (now.meta.client_id !== before.meta.client_id) {
      // What a copied installation had delivered is the portal's alone from then on.
      for (const uid of office.known().keys()) this.#delivered.add(uid);
    }
    this.#before.set(phone, now);
    return {
      phone,
      office,
      before,
      now,
      lost: this.#lost,
      resolved: this.#resolved,
      confirmed: this.#confirmed,
    };
  }

  #check(invariants: Record<string, Invariant>, moment: Moment, step: Step): void {
    for (const [name, holds] of Object.entries(invariants)) {
      const wrong = holds(moment);
      if (wrong.length > 0) {
        throw new Error(`${name}: ${wrong.join("; ")} after ${JSON.stringify(step)}`);
      }
    }
  }
}
