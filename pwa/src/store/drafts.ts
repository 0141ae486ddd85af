/**
 * What a person is still typing or drawing, saved as they go, so that a killed app or an update loses nothing.
 * Keys name the thing and whose it is: `form/<visit id>`, `signature/<visit id>`.
 */
import type { Store, WriteTx } from "./store";

export async function readDraft<T>(store: Store, key: string): Promise<T | null> {
  const draft = await store.read(["drafts"], (tx) => tx.objectStore("drafts").get(key));
  return (draft?.value as T | undefined) ?? null;
}

/** @param now for showing when it was saved */
export async function saveDraft(store: Store, key: string, value: unknown, now: Date): Promise<void> {
  await store.write(["drafts"], (tx) =>
    tx.objectStore("drafts").put({ key, value, saved_at: now.toISOString() }),
  );
}

/** Reads and writes in one transaction: of two changes at once neither is lost. */
export async function changeDraft<T>(
  store: Store,
  key: string,
  change: (value: T | null) => T,
  now: Date,
): Promise<void> {
  await store.write(["drafts"], async (tx) => {
    const drafts = tx.objectStore("drafts");
    const draft = await drafts.get(key);
    const value = change((draft?.value as T | undefined) ?? null);
    await drafts.put({ key, value, saved_at: now.toISOString() });
  });
}

export async function dropDraft(store: Store, key: string): Promise<void> {
  await store.write(["drafts"], (tx) => tx.objectStore("drafts").delete(key));
}

export async function dropDraftIn(tx: WriteTx, key: string): Promise<void> {
  await tx.objectStore("drafts").delete(key);
}
