/** The dependencies of the app as the page gives them; the engine behind them is loaded when first needed. */
import type { FieldApp } from "../app";
import type { Clock } from "../protocol/clock";
import type { Device } from "../store/device";
import { Refusal } from "../store/failures";
import type { Store } from "../store/store";
import type { FieldDeps } from "./deps";
import type { Engine } from "./engine";
import { currentOn } from "./open-store";

export interface PageParts {
  device: Device;
  clock: Clock;
  assets: FieldDeps["assets"];
  engine(): Promise<Engine>;
  /** this very app: the self-test renders a page with it */
  app(): FieldApp;
}

const tools = () => import("./engine");

export function pageDeps({ device, clock, assets, engine, app }: PageParts): FieldDeps {
  const storage = navigator.storage ?? null;
  const store = async (): Promise<Store> => {
    const current = await currentOn(device);
    if (current === null) {
      throw new Refusal("not_found", "Entre para continuar.");
    }
    return current.store;
  };
  return {
    current: () => currentOn(device),
    clock,
    assets,
    session: {
      login: async (...typed) => (await engine()).session.login(...typed),
      logout: async (insist) => (await engine()).session.logout(insist),
      unsent: async () => (await engine()).session.unsent(),
      rememberedEmail: async () => (await engine()).session.rememberedEmail(),
    },
    requestSync: (why) => {
      void engine().then(({ cycles }) => cycles.run(why));
      if (why === "written") {
        void tools().then(({ askBackgroundSync }) => askBackgroundSync());
      }
    },
    syncNow: async () => {
      await (await engine()).cycles.run("person");
    },
    position: async () => (await engine()).tracking.position(),
    preparePhoto: async (photo, maxPx) => (await tools()).preparePhoto(photo, maxPx),
    selfTest: async () =>
      (await tools()).selfTest(await store(), clock, {
        isControlled: Boolean(navigator.serviceWorker?.controller),
        storage,
        renderOffline: async (path) => app().fetch(new Request(new URL(path, location.href))),
      }),
    exportOutbox: async () => (await tools()).exportOutbox(await store(), clock.now()),
    rescueOutbox: async () => {
      const { portal, rescueOutbox } = await tools();
      return rescueOutbox(await store(), portal, clock.now());
    },
    notices: async () => (await tools()).notices(),
    markRead: async (noticeId) => (await tools()).markRead(noticeId),
    storage: async () => {
      if (storage === null) {
        return null;
      }
      const { usage = 0, quota = 0 } = await storage.estimate();
      return { usage, quota, isPersisted: await storage.persisted() };
    },
    followTravel: async () => (await engine()).followTravel(),
    releaseAt: (until) => {
      const wait = Math.max(0, until.getTime() - clock.now().getTime());
      setTimeout(() => void engine().then(({ cycles }) => cycles.run("written")), wait);
    },
  };
}
