/** A push becomes a notification, always: a browser that sees none takes the subscription away. */
import { type PushEventLike, worker } from "./scope";
import { cycles } from "./worker-app";

interface Content {
  title?: string;
  body?: string;
  order_id?: string;
}

export async function notify(data: PushEventLike["data"]): Promise<void> {
  const content = contentOf(data);
  await worker.registration.showNotification(content.title ?? "PWS Campo", {
    body: content.body ?? "Há novidades na sua agenda.",
    icon: "/field/icon-192.png",
    lang: "pt-BR",
    tag: content.order_id ?? "agenda",
    data: { url: content.order_id ? `/field/orders/${encodeURIComponent(content.order_id)}` : "/field/" },
  });
  await cycles.run("poke").catch(() => undefined);
}

/** Opens the order, in the app's window where there is one. */
export async function openFrom(notification: Notification): Promise<void> {
  notification.close();
  const { url } = notification.data as { url: string };
  const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = windows.find((client) => new URL(client.url).pathname.startsWith("/field"));
  if (open) {
    await open.focus();
    await open.navigate(url);
  } else {
    await worker.clients.openWindow(url);
  }
}

function contentOf(data: PushEventLike["data"]): Content {
  try {
    return (data?.json() as Content | null) ?? {};
  } catch {
    return {};
  }
}
