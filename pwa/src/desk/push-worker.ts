/**
 * The desk's service worker: pushes and nothing else. Its scope, `/push/`, holds no page, so that it neither
 * serves nor delays any; see docs/adr, *A worker for pushes that controls no page*.
 */
import { openNotice, showNotice, subscribeAnew } from "../push/notice";
import { worker } from "../worker/scope";

const MISSING = { title: "Portal de serviços", body: "Há avisos novos.", url: "/notifications" };

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("push", (event) => event.waitUntil(showNotice(worker, event.data, MISSING)));
worker.addEventListener("notificationclick", (event) =>
  event.waitUntil(openNotice(worker, event.notification, () => false)),
);
worker.addEventListener("pushsubscriptionchange", (event) =>
  event.waitUntil(subscribeAnew(worker, event, null)),
);
