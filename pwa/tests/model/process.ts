/**
 * The phone's process, which can be killed in front of any request to IndexedDB: the transaction under way is
 * undone, and nothing that the code tries afterwards reaches the database or the network any more.
 */

const REQUESTS = ["get", "getAll", "getAllKeys", "put", "add", "delete", "clear"] as const;

export class Killed extends Error {
  override name = "Killed";
}

/** Transactions of a killed process: undone, and nobody is there any more to hear of it. */
const unheard = new WeakSet<IDBTransaction>();

for (const { prototype } of [IDBRequest, IDBTransaction]) {
  const { dispatchEvent } = prototype;
  prototype.dispatchEvent = function (this: IDBRequest | IDBTransaction, event: Event) {
    const transaction = this instanceof IDBRequest ? this.transaction : this;
    return transaction !== null && unheard.has(transaction) ? true : dispatchEvent.call(this, event);
  };
}

export class Process {
  isDead = false;

  /** Runs `work` until it ends by itself or is killed at its nth request; answers whether it was. */
  async killAt(n: number, work: () => Promise<unknown>): Promise<boolean> {
    let restore: () => void = () => undefined;
    const death = new Promise<void>((resolve) => {
      restore = this.#watch(n, resolve);
    });
    try {
      await Promise.race([work(), death]);
    } catch (error) {
      if (!this.isDead) {
        throw error;
      }
    }
    const wasKilled = this.isDead;
    if (wasKilled) {
      await new Promise((resolve) => setTimeout(resolve)); // what was still running runs into nothing
    }
    restore();
    this.isDead = false;
    return wasKilled;
  }

  fetch(through: (url: string, init?: RequestInit) => Promise<Response>) {
    return async (url: string, init?: RequestInit): Promise<Response> => {
      return this.isDead ? new Promise(() => undefined) : through(url, init);
    };
  }

  #watch(n: number, died: () => void): () => void {
    let count = 0;
    const die = (transaction: IDBTransaction) => {
      count += 1;
      if (count === n) {
        this.isDead = true;
        unheard.add(transaction);
        transaction.abort();
        died();
      }
      if (this.isDead) {
        throw new Killed();
      }
    };
    const requests = REQUESTS.map((name) => [name, IDBObjectStore.prototype[name]] as const);
    for (const [name, request] of requests) {
      IDBObjectStore.prototype[name] = function (this: IDBObjectStore, ...args: never[]) {
        die(this.transaction);
        return (request as (...args: never[]) => IDBRequest).apply(this, args) as never;
      };
    }
    const { transaction } = IDBDatabase.prototype;
    const isDead = () => this.isDead;
    IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...args) {
      if (isDead()) {
        throw new Killed();
      }
      return transaction.apply(this, args);
    };
    return () => {
      Object.assign(IDBObjectStore.prototype, Object.fromEntries(requests));
      IDBDatabase.prototype.transaction = transaction;
    };
  }
}
