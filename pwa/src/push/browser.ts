/**
 * This browser's push subscription: made with the portal's key, told to the portal, taken back. Who wants to be
 * told here is remembered by person, so that the next user of the same browser is not subscribed unasked.
 */

/** Where a push would arrive: the worker that shows it, and whose it is. */
export interface Place {
  registration: ServiceWorkerRegistration;
  person: string;
  /** the field app's installation; null at the desk */
  clientId: string | null;
}

export type PushState = "unsupported" | "needs_install" | "denied" | "off" | "on";

/** For the person, in Portuguese. */
export class PushFailure extends Error {
  override name = "PushFailure";
}

/** Without internet `subscribe` hangs for more than 15 seconds, sometimes for ever. */
const SUBSCRIBE_MS = 15_000;
const ANSWER_MS = 15_000;
const WISH = "pws-push";
const NO_SERVICE =
  "O serviço de notificações do navegador não respondeu. Confira a internet e tente de novo.";
const NO_PORTAL = "Sem contato com o portal agora. Tente de novo com internet.";

/** What can be said before any worker is asked. */
export function supportHere(): "unsupported" | "needs_install" | "denied" | null {
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
    // iOS has push for installed apps alone, and says `standalone` in Safari's tabs, too.
    const isInTab = (navigator as Navigator & { standalone?: boolean }).standalone === false;
    return isInTab ? "needs_install" : "unsupported";
  }
  return Notification.permission === "denied" ? "denied" : null;
}

export async function pushState(place: Place | null): Promise<PushState> {
  const support = supportHere();
  if (support) return support;
  const subscription = place && (await place.registration.pushManager.getSubscription());
  return subscription && isWished(place.person) && Notification.permission === "granted" ? "on" : "off";
}

/** After the person's tap: the browser asks, too. @throws PushFailure */
export async function switchOn(place: Place): Promise<void> {
  if ((await Notification.requestPermission()) !== "granted") return;
  await ensure(place);
  localStorage.setItem(WISH, place.person);
}

/** @throws PushFailure when the portal could not be told: it may send once more, and then learns that it is in vain */
export async function switchOff(place: Place): Promise<void> {
  localStorage.removeItem(WISH);
  const endpoint = await silence(place.registration);
  if (endpoint) await tell("/push/removals", { endpoint });
}

/** At each start: browsers change or drop a subscription without a word, and a new login needs its own. */
export async function renew(place: Place): Promise<void> {
  if (supportHere() === null && isWished(place.person) && Notification.permission === "granted") {
    await ensure(place);
  }
}

/** Nobody is logged in any more: nothing of theirs is to appear here. */
export async function silence(registration: ServiceWorkerRegistration): Promise<string | null> {
  const subscription = await registration.pushManager?.getSubscription();
  await subscription?.unsubscribe();
  return subscription?.endpoint ?? null;
}

export function isWished(person: string): boolean {
  return localStorage.getItem(WISH) === person;
}

export async function sendTrial(): Promise<void> {
  await tell("/push/trials", {});
}

async function ensure({ registration, clientId }: Place): Promise<void> {
  const { key } = (await ask("/push/key")) as { key: string };
  const manager = registration.pushManager;
  const old = await manager.getSubscription();
  const isCurrent = old && toBase64(old.options.applicationServerKey) === key;
  if (old && !isCurrent) await old.unsubscribe();
  const options = { userVisibleOnly: true, applicationServerKey: key };
  const subscription = isCurrent ? old : await inTime(manager.subscribe(options));
  await tell("/push/subscriptions", { ...subscription.toJSON(), client_id: clientId });
}

async function inTime(subscribing: Promise<PushSubscription>): Promise<PushSubscription> {
  let timer = 0;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new PushFailure(NO_SERVICE)), SUBSCRIBE_MS);
  });
  try {
    return await Promise.race([subscribing, late]);
  } catch {
    throw new PushFailure(NO_SERVICE);
  } finally {
    clearTimeout(timer);
  }
}

async function tell(url: string, body: unknown): Promise<void> {
  await ask(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(body),
  });
}

async function ask(url: string, init: RequestInit = {}): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS), ...init });
  } catch {
    throw new PushFailure(NO_PORTAL);
  }
  if (response.status === 204) return null;
  const said = (await response.json().catch(() => ({}))) as { detail?: string };
  if (!response.ok) throw new PushFailure(said.detail ?? NO_PORTAL);
  return said;
}

function toBase64(key: ArrayBuffer | null): string {
  const bytes = String.fromCharCode(...new Uint8Array(key ?? new ArrayBuffer(0)));
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
