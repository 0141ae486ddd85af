/** The field app's part in pushes: its own worker shows them, and its installation is named with the subscription. */
import type { Person } from "../store/device";
import type { Meta } from "../store/meta";
import { type Place, renew, silence } from "./browser";

/** `[data-push]` of *Conta* says whose it is. */
export async function fieldPlace({ dataset }: HTMLElement): Promise<Place | null> {
  const registration = await fieldRegistration();
  return registration
    ? { registration, person: dataset.pushPerson ?? "", clientId: dataset.pushClient || null }
    : null;
}

/** Looks after the subscription at the start, at each login and logout, and once the installation has its name. */
export class PushKeeper {
  #last = "";

  async follow(person: Person | null, meta: Meta | null): Promise<void> {
    const clientId = meta?.is_enrolled ? meta.client_id : null;
    const now = `${person?.id} ${clientId}`;
    if (now === this.#last) return;
    this.#last = now;
    const registration = await fieldRegistration();
    if (!registration) return;
    if (person) await renew({ registration, person: person.id, clientId });
    else await silence(registration);
  }
}

async function fieldRegistration(): Promise<ServiceWorkerRegistration | undefined> {
  return navigator.serviceWorker?.getRegistration("/field/");
}
