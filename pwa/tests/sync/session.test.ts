import { afterEach, expect, test } from "vitest";
import { addNote } from "../../src/commands/add-note";
import { Device } from "../../src/store/device";
import { readMeta } from "../../src/store/meta";
import { queue } from "../../src/store/outbox";
import { Store } from "../../src/store/store";
import { readView } from "../../src/store/view";
import { FieldSession } from "../../src/sync/session";
import { aDay, BRUNO, CARLA, ORDER, TestClock } from "../people";
import { problem } from "./problem";

const DESK = "0192f000-0000-7000-8000-00000000000d";
const people: Record<string, { id: string; name: string; role: string }> = {
  "bruno@example.com": { id: BRUNO, name: "Bruno", role: "technician" },
  "carla@example.com": { id: CARLA, name: "Carla", role: "technician" },
  "desk@example.com": { id: DESK, name: "Marina", role: "service_operator" },
};

/** The phone that both carry, and a portal that knows their passwords. */
class SharedPhone {
  readonly device = new Device();
  readonly stores = new Map<string, Store>();
  isOnline = true;
  asked: string[] = [];
  session = new FieldSession(
    this.device,
    (id) => this.storeOf(id),
    (url, init) => this.portal(url, init),
    () => undefined,
  );

  storeOf(id: string): Store {
    const store = this.stores.get(id) ?? new Store(id);
    this.stores.set(id, store);
    return store;
  }

  async portal(url: string, init: RequestInit = {}): Promise<Response> {
    if (!this.isOnline) {
      throw new TypeError("Failed to fetch");
    }
    this.asked.push(url);
    const form = new URLSearchParams(String(init.body ?? ""));
    const user = people[form.get("email") ?? ""];
    if (url === "/login" && form.get("password") === "duas etapas" && form.get("code") !== "123456") {
      return problem(401, "second_factor_required", { detail: "Digite o código." });
    }
    if (url === "/login") {
      return user && ["certa", "duas etapas"].includes(form.get("password") ?? "")
        ? Response.json({ user })
        : problem(422, "wrong_login", { detail: "E-mail ou senha incorretos." });
    }
    return new Response(null, { status: 204 });
  }

  /** A day on the phone and one note that nobody has yet. */
  async work(id: string): Promise<void> {
    const store = this.storeOf(id);
    await store.write(["rows"], async (tx) => {
      await Promise.all(aDay().map((row) => tx.objectStore("rows").put(row)));
    });
    const clock = new TestClock();
    await addNote(
      { store, clock, onWritten: () => undefined, onHeld: () => undefined },
      { orderId: ORDER, body: "Não perder" },
    );
  }
}

let phone = new SharedPhone();

afterEach(async () => {
  await phone.device.close();
  await Promise.all([...phone.stores.values()].map((store) => store.close()));
  await Promise.all(
    (await indexedDB.databases()).map(
      ({ name }) =>
        new Promise((resolve) => {
          indexedDB.deleteDatabase(name ?? "").onsuccess = resolve;
        }),
    ),
  );
  phone = new SharedPhone();
});

test("Bruno logs in once and the phone knows him without network", async () => {
  const outcome = await phone.session.login("bruno@example.com", "certa");
  expect(outcome).toMatchObject({ kind: "entered", person: { id: BRUNO, name: "Bruno" } });
  phone.isOnline = false;
  expect(await phone.device.currentPerson()).toMatchObject({ id: BRUNO });
  expect(await phone.session.rememberedEmail()).toBe("bruno@example.com");
});

test("whoever has a second factor is asked for its code, and enters with both", async () => {
  expect(await phone.session.login("bruno@example.com", "duas etapas")).toEqual({
    kind: "code_needed",
    message: "Digite o código.",
  });
  expect(await phone.device.currentPerson()).toBeNull();
  const outcome = await phone.session.login("bruno@example.com", "duas etapas", "123456");
  expect(outcome).toMatchObject({ kind: "entered", person: { id: BRUNO } });
});

test("a wrong password and a missing network are told apart", async () => {
  expect(await phone.session.login("bruno@example.com", "errada")).toEqual({
    kind: "refused",
    message: "E-mail ou senha incorretos.",
  });
  phone.isOnline = false;
  expect(await phone.session.login("bruno@example.com", "certa")).toMatchObject({ kind: "offline" });
  expect(await phone.device.currentPerson()).toBeNull();
});

test("somebody of the office is told to use the portal", async () => {
  expect(await phone.session.login("desk@example.com", "certa")).toMatchObject({ kind: "refused" });
  expect(await phone.device.currentPerson()).toBeNull();
});

test("a logout with unsent work asks first and changes nothing", async () => {
  await phone.session.login("bruno@example.com", "certa");
  await phone.work(BRUNO);
  expect(await phone.session.logout()).toEqual({ kind: "unsent_work", unsent: { mutations: 1, files: 0 } });
  expect(await phone.device.currentPerson()).toMatchObject({ id: BRUNO });
  expect((await readView(phone.storeOf(BRUNO))).me).not.toBeNull();
});

test("a logout works without network and is told to the portal at the next contact", async () => {
  await phone.session.login("bruno@example.com", "certa");
  phone.isOnline = false;
  expect(await phone.session.logout()).toEqual({ kind: "left" });
  expect(await phone.device.currentPerson()).toBeNull();
  phone.isOnline = true;
  await phone.session.endPendingSession();
  await phone.session.endPendingSession();
  expect(phone.asked.filter((url) => url === "/logout")).toHaveLength(1);
});

test("kept work is sealed for the same person; Carla neither sees nor sends it", async () => {
  await phone.session.login("bruno@example.com", "certa");
  await phone.work(BRUNO);
  expect(await phone.session.logout("keep")).toEqual({ kind: "left" });
  expect((await readView(phone.storeOf(BRUNO))).orders.size).toBe(0);

  await phone.session.login("carla@example.com", "certa");
  expect(await queue(phone.storeOf(CARLA))).toEqual([]);
  expect(await phone.device.people()).toMatchObject([{ id: BRUNO, isSealed: true }, { id: CARLA }]);
  await phone.session.logout();

  await phone.session.login("bruno@example.com", "certa");
  expect(await queue(phone.storeOf(BRUNO))).toHaveLength(1);
  expect(await readMeta(phone.storeOf(BRUNO))).toMatchObject({ is_closed: false, must_reset: true });
});

test("discarded work is gone, with everything of the customers", async () => {
  await phone.session.login("bruno@example.com", "certa");
  await phone.work(BRUNO);
  await phone.session.logout("discard");
  expect(await queue(phone.storeOf(BRUNO))).toEqual([]);
  expect((await readView(phone.storeOf(BRUNO))).me).toBeNull();
  expect(await phone.device.people()).toEqual([]);
});
