import { Hono } from "hono/tiny";
import { expect, test } from "vitest";
import { createApp } from "../src/app";
import type { FieldDeps, FieldEnv, SyncReason } from "../src/shell/deps";
import { StorageFull } from "../src/store/failures";
import { storeFile } from "../src/store/files";
import { Phone } from "./phone";

/** The app around two bare screens; `isKnown` says whether somebody is logged in. */
async function anApp(isKnown: boolean) {
  const phone = await Phone.withADay();
  const asked: SyncReason[] = [];
  const routes = new Hono<FieldEnv>();
  routes.get("/login", (c) => c.text("login"));
  routes.get("/", (c) => c.text(`hoje, ${c.var.person.name}`));
  routes.get("/full", () => {
    throw new StorageFull();
  });
  routes.post("/write", (c) => {
    c.var.commands.onWritten();
    return c.text("salvo");
  });
  const person = { id: phone.userId, name: "Bruno", role: "technician", email: "" };
  const deps = {
    clock: phone.clock,
    current: async () => (isKnown ? { person, store: phone.store } : null),
    requestSync: (why: SyncReason) => asked.push(why),
    notices: async () => null,
    markRead: async () => undefined,
    followTravel: async () => undefined,
  } as unknown as FieldDeps;
  const failure = (error: unknown) => new Response(String(error), { status: 507 });
  const app = createApp(deps, { routes, failure });
  const ask = (path: string, init?: RequestInit) => app.fetch(new Request(`http://phone.test${path}`, init));
  return { ask, phone, asked };
}

test("whoever is logged in sees the day; nobody else sees more than the login", async () => {
  const { ask } = await anApp(true);
  expect(await (await ask("/field/")).text()).toBe("hoje, Bruno");

  const stranger = await anApp(false);
  const sent = await stranger.ask("/field/");
  expect([sent.status, sent.headers.get("location")]).toEqual([302, "/field/login"]);
  expect(await (await stranger.ask("/field/login")).text()).toBe("login");
});

test("htmx is sent to the login by its own header", async () => {
  const { ask } = await anApp(false);
  const answer = await ask("/field/", { headers: { "hx-request": "true" } });
  expect([answer.status, answer.headers.get("hx-redirect")]).toEqual([200, "/field/login"]);
});

test("a stored photo is answered with its own type, to its owner alone", async () => {
  const { ask, phone } = await anApp(true);
  const { sha256 } = await storeFile(phone.store, new Uint8Array([9, 8]).buffer, "image/jpeg", new Date());
  const photo = await ask(`/field/files/${sha256}`);
  expect(photo.headers.get("content-type")).toBe("image/jpeg");
  expect(new Uint8Array(await photo.arrayBuffer())).toEqual(new Uint8Array([9, 8]));
  expect((await ask("/field/files/0000")).status).toBe(404);
  expect((await (await anApp(false)).ask(`/field/files/${sha256}`)).status).toBe(302);
});

test("a full phone becomes the screens' own answer, not a broken page", async () => {
  const { ask } = await anApp(true);
  expect((await ask("/field/full")).status).toBe(507);
});

test("a write asks for a sync", async () => {
  const { ask, asked } = await anApp(true);
  await ask("/field/write", { method: "POST" });
  expect(asked).toEqual(["written"]);
});
