/**
 * `pws-device`: the tiny database that knows who is logged in on this phone, and whose sealed work waits here.
 * Everything else is in the database of that one user.
 */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";

export interface Person {
  id: string;
  name: string;
  role: string;
  email: string;
}

interface DeviceDb extends DBSchema {
  people: { key: string; value: KnownPerson };
  settings: { key: string; value: unknown };
}

/** Somebody who has data on this phone. */
export interface KnownPerson extends Person {
  /** logged out while unsent work was kept; nothing of it is shown until the same person is back */
  isSealed: boolean;
}

/** The whole of the device's state, kept in one place. */
export class Device {
  #db: Promise<IDBPDatabase<DeviceDb>> | null = null;

  async currentPerson(): Promise<Person | null> {
    const db = await this.#open();
    const id = (await db.get("settings", "current")) as string | null | undefined;
    return id ? ((await db.get("people", id)) ?? null) : null;
  }

  async people(): Promise<KnownPerson[]> {
    return (await this.#open()).getAll("people");
  }

  async enter(person: Person): Promise<void> {
    const tx = (await this.#open()).transaction(["people", "settings"], "readwrite", {
      durability: "strict",
    });
    await tx.objectStore("people").put({ ...person, isSealed: false });
    await tx.objectStore("settings").put(person.id, "current");
    await tx.done;
  }

  /** Nobody is logged in any more; `keepSealed` remembers that this person's unsent work is still here. */
  async leave(personId: string, keepSealed: boolean): Promise<void> {
    const tx = (await this.#open()).transaction(["people", "settings"], "readwrite", {
      durability: "strict",
    });
    const person = await tx.objectStore("people").get(personId);
    if (person && keepSealed) {
      await tx.objectStore("people").put({ ...person, isSealed: true });
    } else {
      await tx.objectStore("people").delete(personId);
    }
    await tx.objectStore("settings").put(null, "current");
    await tx.done;
  }

  /** Small facts of the installation: the remembered e-mail, a session that waits to be ended, what a boot left. */
  async setting<T>(key: string): Promise<T | null> {
    return ((await (await this.#open()).get("settings", key)) as T | undefined) ?? null;
  }

  async remember(key: string, value: unknown): Promise<void> {
    const tx = (await this.#open()).transaction("settings", "readwrite", { durability: "strict" });
    await tx.store.put(value, key);
    await tx.done;
  }

  async close(): Promise<void> {
    const opening = this.#db;
    this.#db = null;
    (await opening?.catch(() => null))?.close();
  }

  #open(): Promise<IDBPDatabase<DeviceDb>> {
    this.#db ??= openDB<DeviceDb>("pws-device", 1, {
      upgrade: (db) => {
        db.createObjectStore("people", { keyPath: "id" });
        db.createObjectStore("settings");
      },
      blocking: () => void this.close(),
      terminated: () => {
        this.#db = null;
      },
    }).catch((error: unknown) => {
      this.#db = null;
      throw error;
    });
    return this.#db;
  }
}
