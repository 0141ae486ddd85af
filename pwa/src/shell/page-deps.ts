/** The dependencies of the app as the page gives them. */

import type { FieldApp } from "../app";
import type { Clock } from "../protocol/clock";
import type { Device } from "../store/device";
import { Refusal } from "../store/failures";
import { exportOutbox, rescueOutbox } from "../sync/export";
import type { Fetch } from "../sync/portal";
import { selfTest } from "../sync/self-test";
import type { FieldSession } from "../sync/session";
import type { Tracking } from "../sync/tracking";
import { askBackgroundSync } from "../sync/triggers";
import type { Cycles } from "./cycles";
import type { FieldDeps } from "./deps";
import { currentOn } from "./open-store";
import { preparePhoto } from "./photo";

export interface PageParts {
  device: Device;
  clock: Clock;
  session: FieldSession;
  cycles: Cycles;
  tracking: Tracking;
  fetch: Fetch;
  assets: FieldDeps["assets"];
  /** this very app: the self-test renders a page with it */
  app(): FieldApp;
}

export function pageDeps(parts: PageParts): FieldDeps {
  const { device, clock, session, cycles, tracking, fetch } = parts;
  const storage = navigator.storage ?? null;
  const current = () => currentOn(device);
  const store = async () => {
    const person = await current();
    if (person === null) {
      throw new Refusal("not_found", "Entre para continuar.");
    }
    return person.store;
  };
  return {
    current,
    clock,
    assets: parts.assets,
    session,
    requestSync: (why) => {
      void cycles.run(why);
      if (why === "written") {
        void askBackgroundSync();
      }
    },
    syncNow: async () => {
      await cycles.run("person");
    },
    position: () => tracking.position(),
    preparePhoto,
    selfTest: async () =>
      selfTest(await store(), clock, {
        isControlled: Boolean(navigator.serviceWorker?.controller),
        storage,
        renderOffline: async (path) => parts.app().fetch(new Request(new URL(path, location.href))),
      }),
    exportOutbox: async () => exportOutbox(await store(), clock.now()),
    rescueOutbox: async () => rescueOutbox(await store(), fetch, clock.now()),
    storage: async () => {
      if (storage === null) {
        return null;
      }
      const { usage = 0, quota = 0 } = await storage.estimate();
      return { usage, quota, isPersisted: await storage.persisted() };
    },
    followTravel: async () => tracking.follow((await current())?.store ?? null),
  };
}
