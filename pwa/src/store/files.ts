/**
 * Photos and signatures, by SHA-256, as ArrayBuffer (WebKit loses Blobs). The bytes are here before the
 * mutation that names them, and leave only after the file's own receipt.
 */
import { sha256 } from "../protocol/sha256";
import type { StoredFile } from "./schema";
import type { Store, WriteTx } from "./store";

/** Storing the same content twice is storing it once. @throws StorageFull */
export async function storeFile(
  store: Store,
  bytes: ArrayBuffer,
  type: string,
  now: Date,
): Promise<StoredFile> {
  const hash = await sha256(bytes);
  return store.write(["files", "bytes"], async (tx) => {
    const known = await tx.objectStore("files").get(hash);
    const file: StoredFile = known ?? {
      sha256: hash,
      size: bytes.byteLength,
      type,
      isHere: true,
      state: "waiting",
      location: null,
      offset: 0,
      problem: null,
      stored_at: now.toISOString(),
    };
    await tx.objectStore("files").put({ ...file, isHere: true });
    await tx.objectStore("bytes").put(bytes, hash);
    return { ...file, isHere: true };
  });
}

export async function readFile(
  store: Store,
  hash: string,
): Promise<{ file: StoredFile; bytes: ArrayBuffer } | null> {
  return store.read(["files", "bytes"], async (tx) => {
    const [file, bytes] = await Promise.all([
      tx.objectStore("files").get(hash),
      tx.objectStore("bytes").get(hash),
    ]);
    return file && bytes ? { file, bytes } : null;
  });
}

/** Oldest first. */
export async function listFiles(store: Store): Promise<StoredFile[]> {
  const files = await store.read(["files"], (tx) => tx.objectStore("files").getAll());
  return files.sort((a, b) => (a.stored_at < b.stored_at ? -1 : 1));
}

export async function changeFile(store: Store, hash: string, change: Partial<StoredFile>): Promise<void> {
  await store.write(["files"], (tx) => changeFileIn(tx, hash, change));
}

export async function changeFileIn(tx: WriteTx, hash: string, change: Partial<StoredFile>): Promise<void> {
  const file = await tx.objectStore("files").get(hash);
  if (file) {
    await tx.objectStore("files").put({ ...file, ...change });
  }
}
