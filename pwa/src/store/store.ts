/**
 * The open database of one user, and the two ways into it: `read` a snapshot, `write` all or nothing.
 *
 * A write returns after the transaction's `complete` with strict durability: only then may a screen say "salvo".
 * Nothing but IndexedDB requests may be awaited inside, or the transaction commits early: hash, resize and
 * encode before.
 */
import { type IDBPDatabase, type IDBPTransaction, openDB } from "idb";
import { StorageFull, StorageUnavailable } from "./failures";
import { type FieldDb, type StoreName, upgrade, VERSION } from "./schema";

export type ReadTx = IDBPTransaction<FieldDb, StoreName[], "readonly">;
export type WriteTx = IDBPTransaction<FieldDb, StoreName[], "readwrite">;

export class Store {
  #db: Promise<IDBPDatabase<FieldDb>> | null = null;

  constructor(readonly userId: string) {}

  get name(): string {
    return `pws-${this.userId}`;
  }

  /** One consistent snapshot of the stores named. */
  async read<T>(stores: StoreName[], query: (tx: ReadTx) => Promise<T>): Promise<T> {
    return this.#withDatabase(async (db) => query(db.transaction(stores, "readonly")));
  }

  /** @throws StorageFull with everything undone; StorageUnavailable when the browser lost the database twice */
  async write<T>(stores: StoreName[], change: (tx: WriteTx) => Promise<T>): Promise<T> {
    return this.#withDatabase(async (db) => {
      const tx = db.transaction(stores, "readwrite", { durability: "strict" });
      const done = tx.done;
      done.catch(() => undefined); // reported below, once
      try {
        const value = await change(tx);
        await done;
        return value;
      } catch (error) {
        abort(tx);
        throw await quotaOf(done, error);
      }
    });
  }

  async close(): Promise<void> {
    const opening = this.#db;
    this.#db = null;
    (await opening?.catch(() => null))?.close();
  }

  async #withDatabase<T>(use: (db: IDBPDatabase<FieldDb>) => Promise<T>): Promise<T> {
    try {
      return await use(await this.#open());
    } catch (error) {
      if (!isConnectionLost(error)) {
        throw error;
      }
      // WebKit drops the connection of an app that slept; once is normal, twice is a failure.
      await this.close();
      try {
        return await use(await this.#open());
      } catch (again) {
        throw isConnectionLost(again) ? new StorageUnavailable() : again;
      }
    }
  }

  #open(): Promise<IDBPDatabase<FieldDb>> {
    this.#db ??= openDB<FieldDb>(this.name, VERSION, {
      upgrade,
      // A newer version of the app wants in: let go at once, the next use opens again.
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

function abort(tx: WriteTx): void {
  try {
    tx.abort();
  } catch {
    // it had aborted by itself
  }
}

/** A full disk shows at the request or only at the commit; in both places it is the same outcome. */
async function quotaOf(done: Promise<void>, error: unknown): Promise<unknown> {
  const atCommit = await done.then(
    () => null,
    (reason: unknown) => reason,
  );
  return [error, atCommit].some(isQuota) ? new StorageFull() : error;
}

function isQuota(error: unknown): boolean {
  return error instanceof Error && error.name === "QuotaExceededError";
}

function isConnectionLost(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === "InvalidStateError" || /connection.*(lost|clos)/i.test(error.message))
  );
}
