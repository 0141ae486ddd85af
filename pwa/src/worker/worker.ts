/** The service worker: a switchboard. What is cached and how is in assets.ts, what is answered in worker-app.ts. */
import { asset, dropOldCaches, isAsset, precache } from "./assets";
import { notify, openFrom, renewSubscription } from "./notifications";
import { worker } from "./scope";
import { appAnswer, cycles } from "./worker-app";

worker.addEventListener("install", (event) => event.waitUntil(precache()));

worker.addEventListener("activate", (event) =>
  event.waitUntil(dropOldCaches().then((isFirst) => (isFirst ? worker.clients.claim() : undefined))),
);

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin) {
    return;
  }
  if (isAsset(url)) {
    event.respondWith(asset(request));
  } else if (isOfTheApp(url, request)) {
    event.respondWith(appAnswer(request));
  }
});

worker.addEventListener("sync", (event) => {
  if (event.tag === "pws-sync") {
    event.waitUntil(cycles.run("background"));
  }
});

worker.addEventListener("push", (event) => event.waitUntil(notify(event.data)));
worker.addEventListener("notificationclick", (event) => event.waitUntil(openFrom(event.notification)));

worker.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renewSubscription(event)));

worker.addEventListener("message", (event) => {
  if (event.data === "SKIP_WAITING") {
    event.waitUntil(worker.skipWaiting());
  }
});

function isOfTheApp({ pathname }: URL, request: Request): boolean {
  return (
    (request.mode === "navigate" && (pathname === "/field" || pathname.startsWith("/field/"))) ||
    pathname.startsWith("/field/files/")
  );
}
