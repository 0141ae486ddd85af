/** Pushes as the field app shows them: any of them may be news of the day, so that it synchronises, too. */
import { openNotice, showNotice, subscribeAnew } from "../push/notice";
import { readMeta } from "../store/meta";
import { type PushChangeEventLike, type PushEventLike, worker } from "./scope";
import { current, cycles } from "./worker-app";

const MISSING = { title: "PWS Campo", body: "Há novidades na sua agenda.", url: "/field/" };

export async function notify(data: PushEventLike["data"]): Promise<void> {
  await showNotice(worker, data, MISSING);
  await cycles.run("poke").catch(() => undefined);
}

/** Opens the order, in the app's window where there is one. */
export async function openFrom(notification: Notification): Promise<void> {
  await openNotice(worker, notification, (pathname) => pathname.startsWith("/field"));
}

export async function renewSubscription(event: PushChangeEventLike): Promise<void> {
  const here = await current();
  if (here) await subscribeAnew(worker, event, (await readMeta(here.store)).client_id);
}
