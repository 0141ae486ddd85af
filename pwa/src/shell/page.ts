/**
 * The page: htmx answered by the app itself, the sync's triggers, the GPS while travelling, updates. Composition
 * only; what each part does is in its own file.
 */
import htmx from "htmx.org";
import { createApp } from "../app";
import { deviceClock } from "../protocol/clock";
import { screens } from "../screens";
import { Device } from "../store/device";
import { readMeta } from "../store/meta";
import { FieldSession } from "../sync/session";
import { Signals } from "../sync/signals";
import { Tracking } from "../sync/tracking";
import { installTriggers } from "../sync/triggers";
import { installBehaviours } from "../ui/behaviours";
import { Cycles } from "./cycles";
import { answerHtmx, drawShell } from "./htmx-app";
import { currentOn, storeOf } from "./open-store";
import { pageDeps } from "./page-deps";
import { registerWorker } from "./registration";

const clock = deviceClock(crypto.randomUUID());
const portal = fetch.bind(window);
const device = new Device();
const signals = new Signals();
const session = new FieldSession(device, storeOf, portal, () => signals.changed());
const cycles = new Cycles(device, session, clock, portal, signals);
const tracking = new Tracking(
  {
    geolocation: navigator.geolocation,
    wakeLock: navigator.wakeLock ?? null,
    isHidden: () => document.visibilityState === "hidden",
  },
  clock,
);
const deps = pageDeps({
  device,
  clock,
  session,
  cycles,
  tracking,
  fetch: portal,
  assets: {
    js: document.querySelector<HTMLScriptElement>("script[type=module]")?.src ?? "",
    css: document.querySelector<HTMLLinkElement>("link[rel=stylesheet]")?.href ?? "",
  },
  app: () => app,
});
const app = createApp(deps, screens);

answerHtmx(app);
installBehaviours();
signals.onChange(() => {
  document.body.dispatchEvent(new CustomEvent("pws:changed", { bubbles: true }));
  void deps.followTravel();
});
document.addEventListener("visibilitychange", () => void tracking.visibilityChanged());

void start();

async function start(): Promise<void> {
  await drawShell(app, (element) => htmx.process(element));
  await registerWorker();
  installTriggers(
    (why) => void cycles.run(why),
    async () => {
      const current = await currentOn(device);
      const meta = current && (await readMeta(current.store));
      return meta?.is_enrolled ? meta.client_id : null;
    },
  );
  await deps.followTravel();
  await navigator.storage?.persist?.().catch(() => false);
}
