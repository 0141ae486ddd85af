/** A phone in a test: a store of its own with Bruno's day in it, and commands on it. */
import type { CommandContext } from "../src/commands/context";
import type { StoredRow } from "../src/store/schema";
import { Store } from "../src/store/store";
import { aDay, TestClock } from "./people";

export class Phone {
  readonly clock = new TestClock();
  readonly store: Store;
  writes = 0;

  constructor(readonly userId: string = crypto.randomUUID()) {
    this.store = new Store(userId);
  }

  static async withADay(): Promise<Phone> {
    const phone = new Phone();
    await phone.fill(aDay());
    return phone;
  }

  get commands(): CommandContext {
    return {
      store: this.store,
      clock: this.clock,
      onWritten: () => {
        this.writes += 1;
      },
      onHeld: () => undefined,
    };
  }

  async fill(rows: StoredRow[]): Promise<void> {
    await this.store.write(["rows"], async (tx) => {
      await Promise.all(rows.map((row) => tx.objectStore("rows").put(row)));
    });
  }
}

/** Everything in the store, for comparing before and after. */
export async function contents(store: Store): Promise<Record<string, unknown[]>> {
  const names = ["rows", "outbox", "kept", "files", "bytes", "chunks", "drafts", "staged", "meta"] as const;
  return store.read([...names], async (tx) =>
    Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await tx.objectStore(name).getAll()] as const)),
    ),
  );
}

const WRITES = ["put", "add", "delete", "clear"] as const;

/**
 * The nth write request of IndexedDB fails and takes its transaction with it, as a full disk or a killed process
 * does. Answers how to undo this, and whether it came to that.
 */
export function failAtWrite(n: number, error: Error): { restore(): void; hasFailed(): boolean } {
  let count = 0;
  const kept = WRITES.map((name) => [name, IDBObjectStore.prototype[name]] as const);
  for (const [name, write] of kept) {
    IDBObjectStore.prototype[name] = function (this: IDBObjectStore, ...args: never[]) {
      const request = (write as (...args: never[]) => IDBRequest).apply(this, args);
      count += 1;
      if (count === n) {
        const { transaction } = this;
        Object.defineProperty(transaction, "error", { get: () => error, set: () => undefined });
        queueMicrotask(() => transaction.abort());
      }
      return request as never;
    };
  }
  return {
    restore: () => Object.assign(IDBObjectStore.prototype, Object.fromEntries(kept)),
    hasFailed: () => count >= n,
  };
}
