/** One open store a user and context; who is logged in decides which one the app sees. */
import type { Device, Person } from "../store/device";
import { Store } from "../store/store";

const stores = new Map<string, Store>();

export function storeOf(userId: string): Store {
  const store = stores.get(userId) ?? new Store(userId);
  stores.set(userId, store);
  return store;
}

export async function currentOn(device: Device): Promise<{ person: Person; store: Store } | null> {
  const person = await device.currentPerson();
  return person === null ? null : { person, store: storeOf(person.id) };
}
