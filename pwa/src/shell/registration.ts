/**
 * The worker's registration: reload once where a ready worker does not control the page, and offer an update
 * that takes over only by the person's click.
 */

const RELOADED = "pws-reloaded";
const HOUR_MS = 3_600_000;

export async function registerWorker(): Promise<void> {
  const { serviceWorker } = navigator;
  if (!serviceWorker) {
    return;
  }
  // A page without controller that gets its first one was claimed; any other change is an update.
  let isControlled = serviceWorker.controller !== null;
  serviceWorker.addEventListener("controllerchange", () => {
    if (isControlled) {
      void leave();
    }
    isControlled = true;
  });
  try {
    const registration = await serviceWorker.register("/field/sw.js", {
      scope: "/field/",
      updateViaCache: "none",
    });
    if (registration.active && serviceWorker.controller === null && !sessionStorage.getItem(RELOADED)) {
      sessionStorage.setItem(RELOADED, "1");
      location.reload();
      return;
    }
    if (serviceWorker.controller !== null) {
      sessionStorage.removeItem(RELOADED);
    }
    watchUpdates(registration);
  } catch {
    // Without network or worker the page itself still works; the self-test says so.
  }
}

function watchUpdates(registration: ServiceWorkerRegistration): void {
  const offer = () => {
    const { waiting } = registration;
    if (waiting && navigator.serviceWorker.controller) {
      const accept = () => waiting.postMessage("SKIP_WAITING");
      document.body.dispatchEvent(new CustomEvent("pws:update-ready", { bubbles: true, detail: { accept } }));
    }
  };
  offer();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", offer);
  });
  setInterval(() => void registration.update().catch(() => undefined), HOUR_MS);
}

/** Whoever still holds something unsaved may keep the reload waiting: `event.detail.waitUntil(promise)`. */
async function leave(): Promise<void> {
  const pending: Promise<unknown>[] = [];
  const waitUntil = (promise: Promise<unknown>) => pending.push(promise);
  document.body.dispatchEvent(new CustomEvent("pws:leaving", { bubbles: true, detail: { waitUntil } }));
  await Promise.allSettled(pending);
  location.reload();
}
