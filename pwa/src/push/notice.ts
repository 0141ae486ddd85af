/** A push in a service worker: shown, always (a browser that sees none takes the subscription away), and opened. */
import type { PushChangeEventLike, PushEventLike, WorkerScope } from "../worker/scope";

interface Content {
  id?: string;
  title?: string;
  url?: string;
  tag?: string;
}

interface Kept {
  id: string | null;
  url: string;
}

export async function showNotice(
  { registration }: WorkerScope,
  data: PushEventLike["data"],
  missing: { title: string; body: string; url: string },
): Promise<void> {
  const { id, title, url, tag } = contentOf(data);
  const kept: Kept = { id: id ?? null, url: url ?? missing.url };
  const options: NotificationOptions & { renotify: boolean } = {
    body: title ? "" : missing.body,
    icon: "/field/icon-192.png",
    lang: "pt-BR",
    tag: tag ?? "pws",
    renotify: true,
    data: kept,
  };
  await registration.showNotification(title ?? missing.title, options);
}

/** Told to the portal as read, and opened: in a window that shows it already, else in one of `isOurs`, else anew. */
export async function openNotice(
  worker: WorkerScope,
  notification: Notification,
  isOurs: (pathname: string) => boolean,
): Promise<void> {
  notification.close();
  const { id, url } = notification.data as Kept;
  const reading = id ? read(id) : null;
  const target = new URL(url, worker.location.origin);
  const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const showing = windows.find((one) => new URL(one.url).pathname === target.pathname);
  const open = () => worker.clients.openWindow(target.href);
  const ours = windows.find((one) => isOurs(new URL(one.url).pathname));
  // A window that may not come to the front (the tap was too long ago) is led there all the same.
  await (showing ?? ours)?.focus().catch(() => undefined);
  if (!showing) {
    // Where a window goes that another worker serves, or none, is not this one's to say.
    await (ours ? ours.navigate(target.href).catch(() => open()) : open());
  }
  await reading;
}

/** The browser exchanged the subscription by itself. Without a login the portal does not want it. */
export async function subscribeAnew(
  { registration }: WorkerScope,
  event: PushChangeEventLike,
  clientId: string | null,
): Promise<void> {
  const applicationServerKey = event.oldSubscription?.options.applicationServerKey;
  const subscription =
    event.newSubscription ??
    (applicationServerKey
      ? await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })
      : null);
  if (subscription) await post("/push/subscriptions", { ...subscription.toJSON(), client_id: clientId });
}

async function read(id: string): Promise<void> {
  await post(`/notifications/${encodeURIComponent(id)}/reading`, {}).catch(() => undefined);
}

async function post(url: string, body: unknown): Promise<void> {
  await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(body),
  });
}

function contentOf(data: PushEventLike["data"]): Content {
  try {
    return (data?.json() as Content | null) ?? {};
  } catch {
    return {};
  }
}
