/** The same app as in the page, with what a worker has: no camera, no GPS, no person to ask. */
import { createApp } from "../app";
import { deviceClock } from "../protocol/clock";
import { screens } from "../screens";
import { Cycles } from "../shell/cycles";
import type { FieldDeps } from "../shell/deps";
import { currentOn, storeOf } from "../shell/open-store";
import { Device } from "../store/device";
import { Refusal } from "../store/failures";
import { markNoticeRead, readNotices } from "../sync/notices";
import { FieldSession } from "../sync/session";
import { Signals } from "../sync/signals";
import { assets } from "./assets";

const clock = deviceClock(crypto.randomUUID());
const portal = fetch.bind(globalThis);
const device = new Device();
const signals = new Signals();
const session = new FieldSession(device, storeOf, portal, () => signals.changed());

export const cycles = new Cycles(device, session, clock, portal, signals);

export const current = () => currentOn(device);

/** Writes are the page's: a POST never reaches the worker. */
const onlyInThePage = async (): Promise<never> => {
  throw new Refusal("not_allowed", "Abra o aplicativo para continuar.");
};

const deps: FieldDeps = {
  current,
  clock,
  assets,
  session,
  requestSync: (why) => void cycles.run(why),
  syncNow: async () => {
    await cycles.run("person");
  },
  position: async () => null,
  preparePhoto: onlyInThePage,
  selfTest: onlyInThePage,
  exportOutbox: onlyInThePage,
  rescueOutbox: onlyInThePage,
  notices: () => readNotices(portal),
  markRead: (noticeId) => markNoticeRead(portal, noticeId),
  storage: async () => {
    const { usage = 0, quota = 0 } = await navigator.storage.estimate();
    return { usage, quota, isPersisted: await navigator.storage.persisted() };
  },
  followTravel: async () => undefined,
  releaseAt: () => undefined,
};

const app = createApp(deps, screens);

/** Never rejects: a failed `respondWith` would be the browser's own error page. */
export async function appAnswer(request: Request): Promise<Response> {
  try {
    return await app.fetch(request);
  } catch {
    return new Response(
      '<!doctype html><meta charset="utf-8"><title>PWS Campo</title><p>Não foi possível abrir esta tela. <a href="/field/">Tente de novo</a>.',
      { status: 500, headers: { "content-type": "text/html; charset=utf-8" } },
    );
  }
}
