/** Notifications at the desk: the switch on *Avisos*, and a look after the subscription once a login. */
import { type Place, renew } from "../push/browser";
import { installPushSwitch } from "../push/switch";

const WORKER = "/push-worker.js";
const SCOPE = "/push/";
const TOLD = "pws-push-told";

export function watchPush(): void {
  const bell = document.querySelector<HTMLElement>("[data-person]");
  if (!bell || !navigator.serviceWorker) return;
  const { person = "", login = "" } = bell.dataset;
  if (document.querySelector("[data-push]")) installPushSwitch((_, isWanted) => placeOf(person, isWanted));
  if (sessionStorage.getItem(TOLD) === login) return;
  void lookAfter(person).then(() => sessionStorage.setItem(TOLD, login));
}

/** Only where a worker stands: who never switched anything on here gets none. */
async function lookAfter(person: string): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration(SCOPE);
  if (!registration) return;
  await registration.update().catch(() => undefined);
  await renew({ registration, person, clientId: null }).catch(() => undefined); // at the next page
}

async function placeOf(person: string, isWanted: boolean): Promise<Place | null> {
  const { serviceWorker } = navigator;
  const registration = isWanted
    ? await serviceWorker.register(WORKER, { scope: SCOPE })
    : await serviceWorker.getRegistration(SCOPE);
  if (!registration) return null;
  await active(registration);
  return { registration, person, clientId: null };
}

/** A subscription needs a worker that stands. */
async function active({ installing, waiting }: ServiceWorkerRegistration): Promise<void> {
  const coming = installing ?? waiting;
  if (!coming || coming.state === "activated") return;
  await new Promise<void>((resolve) => {
    coming.addEventListener("statechange", () => {
      if (coming.state === "activated" || coming.state === "redundant") resolve();
    });
  });
}
