/**
 * The page: htmx answered by the app itself, the worker's registration, and the engine that works behind the
 * screens. Composition only; what each part does is in its own file.
 */
import htmx from "htmx.org";
import { createApp } from "../app";
import { deviceClock } from "../protocol/clock";
import { screens } from "../screens";
import { Device } from "../store/device";
import { Signals } from "../sync/signals";
import { installBehaviours } from "../ui/behaviours";
import type { Engine } from "./engine";
import { answerHtmx, drawShell } from "./htmx-app";
import { pageDeps } from "./page-deps";
import { registerWorker } from "./registration";

const clock = deviceClock(crypto.randomUUID());
const device = new Device();
const signals = new Signals();

let loading: Promise<Engine> | null = null;
const engine = (): Promise<Engine> => {
  loading ??= import("./engine").then(({ Engine }) => new Engine(device, clock, signals));
  return loading;
};
const deps = pageDeps({
  device,
  clock,
  engine,
  assets: {
    js: document.querySelector<HTMLScriptElement>("script[type=module]")?.src ?? "",
    css: document.querySelector<HTMLLinkElement>("link[rel=stylesheet]")?.href ?? "",
  },
  app: () => app,
});
const app = createApp(deps, screens);

answerHtmx(app);
installBehaviours();
signals.onChange(() => document.body.dispatchEvent(new CustomEvent("pws:changed", { bubbles: true })));

void start();

async function start(): Promise<void> {
  await drawShell(app, (element) => htmx.process(element));
  await registerWorker();
  (await engine()).start();
  await navigator.storage?.persist?.().catch(() => false);
}
