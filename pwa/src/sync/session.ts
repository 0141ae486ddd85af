/**
 * Login and logout of the field app. The session itself is the portal's cookie; who works on this phone is kept
 * by the phone, so a logout works without network and an expired session does not stop the day.
 */
import type { Device, Person } from "../store/device";
import { listFiles } from "../store/files";
import { releaseHeld } from "../store/held";
import { putMeta, writeMeta } from "../store/meta";
import { isUnsent, queue } from "../store/outbox";
import type { StoreName } from "../store/schema";
import type { Store, WriteTx } from "../store/store";
import { type Fetch, NoAnswer, problemOf, request } from "./portal";
import { type SessionUser, userIn } from "./whoami";

export type LoginOutcome =
  | { kind: "entered"; person: Person }
  /** wrong e-mail or password, too many tries, not a technician: the message is for the person */
  | { kind: "refused"; message: string }
  /** the password is right; asked again with the authenticator's code */
  | { kind: "code_needed"; message: string }
  | { kind: "offline"; message: string };

export interface Unsent {
  mutations: number;
  files: number;
}

export type LogoutOutcome =
  | { kind: "left" }
  /** asked again: the person must insist, and say what becomes of the unsent work */
  | { kind: "unsent_work"; unsent: Unsent };

export interface Session {
  login(email: string, password: string, code?: string): Promise<LoginOutcome>;
  /**
   * Works without network. Base data is wiped; with unsent work and no `insist` nothing happens.
   * `keep`: the work stays sealed here until the same person is back. `discard`: it is deleted for good.
   */
  logout(insist?: "keep" | "discard"): Promise<LogoutOutcome>;
  unsent(): Promise<Unsent>;
  rememberedEmail(): Promise<string | null>;
}

const OFFLINE = "Sem contato com o portal. A primeira entrada neste aparelho precisa de internet.";
const BASE: StoreName[] = ["rows", "kept", "staged"];
const WORK: StoreName[] = ["outbox", "files", "bytes", "chunks", "drafts"];
const FIELD_ROLES = new Set(["technician", "driver"]);
const NOT_OF_THE_FIELD = "Este usuário não trabalha em campo: use o portal no navegador.";
const CODE_PROBLEMS = new Set(["second_factor_required", "wrong_code"]);
const END_SESSION = "end_session";
const EMAIL = "email";

export class FieldSession implements Session {
  constructor(
    readonly device: Device,
    readonly storeOf: (userId: string) => Store,
    readonly fetch: Fetch,
    /** somebody entered or left */
    readonly changed: () => void,
  ) {}

  async login(email: string, password: string, code = ""): Promise<LoginOutcome> {
    try {
      await this.endPendingSession();
      const user = await this.#logInAtPortal(email, password, code);
      if ("kind" in user) {
        return user;
      }
      const person: Person = { ...user, email };
      await this.device.remember(EMAIL, email);
      await this.device.enter(person);
      await writeMeta(this.storeOf(person.id), {
        is_closed: false,
        sync_status: { phase: "never", message: null, code: null, attempts: 0, next_attempt_at: null },
      });
      this.changed();
      return { kind: "entered", person };
    } catch (error) {
      if (error instanceof NoAnswer) {
        return { kind: "offline", message: OFFLINE };
      }
      throw error;
    }
  }

  async logout(insist?: "keep" | "discard"): Promise<LogoutOutcome> {
    const person = await this.device.currentPerson();
    if (person === null) {
      return { kind: "left" };
    }
    const store = this.storeOf(person.id);
    const unsent = await unsentIn(store);
    const hasWork = unsent.mutations + unsent.files > 0;
    if (hasWork && insist === undefined) {
      return { kind: "unsent_work", unsent };
    }
    await this.device.remember(END_SESSION, true);
    await this.device.leave(person.id, hasWork && insist === "keep");
    await (hasWork && insist === "keep" ? wipeBase(store) : wipeAll(store));
    this.changed();
    await this.endPendingSession().catch(() => undefined); // without network: at the next contact
    return { kind: "left" };
  }

  async unsent(): Promise<Unsent> {
    const person = await this.device.currentPerson();
    return person === null ? { mutations: 0, files: 0 } : unsentIn(this.storeOf(person.id));
  }

  async rememberedEmail(): Promise<string | null> {
    return this.device.setting<string>(EMAIL);
  }

  /** A logout made offline is told to the portal at the first contact. @throws NoAnswer */
  async endPendingSession(): Promise<void> {
    if (await this.device.setting<boolean>(END_SESSION)) {
      await request(this.fetch, "/logout", {
        method: "POST",
        headers: { accept: "application/json" },
        redirect: "manual",
      });
      await this.device.remember(END_SESSION, false);
    }
  }

  /** The user, or why not. */
  async #logInAtPortal(email: string, password: string, code: string): Promise<SessionUser | LoginOutcome> {
    const response = await request(this.fetch, "/login", {
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ email, password, code }).toString(),
    });
    if (response.ok) {
      const user = await userIn(response);
      return FIELD_ROLES.has(user.role) ? user : { kind: "refused", message: NOT_OF_THE_FIELD };
    }
    const problem = await problemOf(response);
    const asksCode = CODE_PROBLEMS.has(problem.code);
    return { kind: asksCode ? "code_needed" : "refused", message: problem.message };
  }
}

async function unsentIn(store: Store): Promise<Unsent> {
  await releaseHeld(store, null);
  const [entries, files] = await Promise.all([queue(store), listFiles(store)]);
  return {
    mutations: entries.filter(isUnsent).length,
    files: files.filter((file) => file.state !== "received").length,
  };
}

/** What belongs to the customers leaves the phone; what the person did stays, closed, for the same person. */
async function wipeBase(store: Store): Promise<void> {
  await store.write(["rows", "kept", "staged", "meta"], async (tx) => {
    await clear(tx, BASE);
    await putMeta(tx, { is_closed: true, must_reset: true });
  });
  await store.close();
}

async function wipeAll(store: Store): Promise<void> {
  await store.write([...BASE, ...WORK, "meta"], async (tx) => {
    await clear(tx, [...BASE, ...WORK, "meta"]);
    await putMeta(tx, { is_closed: true });
  });
  await store.close();
}

async function clear(tx: WriteTx, names: readonly StoreName[]): Promise<void> {
  await Promise.all(names.map((name) => tx.objectStore(name).clear()));
}
