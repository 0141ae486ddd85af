/**
 * The outbox as one file: every mutation as it was written, every file with its bytes, every track chunk. For a
 * person to carry away, and for the portal's rescue when the ordinary way is closed.
 */
import { readMeta } from "../store/meta";
import type { Store } from "../store/store";
import { type Fetch, NoAnswer, problemOf, request } from "./portal";

/** `multipart/form-data`: `outbox.json`, then the files by their SHA-256. */
export async function exportOutbox(store: Store, now: Date): Promise<Response> {
  const form = new FormData();
  const { outbox, files, bytes, chunks, drafts, meta } = await everything(store);
  const manifest = {
    version: 1,
    exported_at: now.toISOString(),
    user_id: store.userId,
    meta,
    outbox,
    files,
    chunks,
    drafts,
  };
  form.append(
    "outbox",
    new Blob([JSON.stringify(manifest, withBytes)], { type: "application/json" }),
    "outbox.json",
  );
  for (const file of files) {
    const content = bytes.get(file.sha256);
    if (content && file.state !== "received") {
      form.append("file", new Blob([content], { type: file.type }), file.sha256);
    }
  }
  const response = new Response(form);
  response.headers.set(
    "content-disposition",
    `attachment; filename="pws-${now.toISOString().slice(0, 19).replace(/[:T]/g, "-")}.multipart"`,
  );
  return response;
}

/** Answers the rescue's number. @throws ProblemAnswer, NoAnswer */
export async function rescueOutbox(store: Store, fetch: Fetch, now: Date): Promise<string> {
  const { client_id } = await readMeta(store);
  const sealed = await exportOutbox(store, now);
  const response = await request(
    fetch,
    client_id === null ? "/sync/v1/rescue" : `/sync/v1/rescue?client_id=${client_id}`,
    {
      method: "POST",
      headers: { "content-type": sealed.headers.get("content-type") ?? "application/octet-stream" },
      body: await sealed.arrayBuffer(),
    },
    300_000,
  );
  if (!response.ok) {
    throw await problemOf(response);
  }
  const { rescue_id } = (await response.json()) as { rescue_id?: string };
  if (rescue_id === undefined) {
    throw new NoAnswer();
  }
  return rescue_id;
}

async function everything(store: Store) {
  return store.read(["outbox", "files", "bytes", "chunks", "drafts", "meta"], async (tx) => {
    const [outbox, files, keys, contents, chunks, drafts, names, values] = await Promise.all([
      tx.objectStore("outbox").getAll(),
      tx.objectStore("files").getAll(),
      tx.objectStore("bytes").getAllKeys(),
      tx.objectStore("bytes").getAll(),
      tx.objectStore("chunks").getAll(),
      tx.objectStore("drafts").getAll(),
      tx.objectStore("meta").getAllKeys(),
      tx.objectStore("meta").getAll(),
    ]);
    const bytes = new Map(keys.map((key, i) => [key, contents[i]]));
    const meta = Object.fromEntries(names.map((name, i) => [name, values[i]]));
    return { outbox, files, bytes, chunks, drafts, meta };
  });
}

/** A signature that is still a draft has its image in it: bytes as hexadecimal, `{"bytes": "…"}`. */
function withBytes(_: string, value: unknown): unknown {
  if (!(value instanceof ArrayBuffer)) return value;
  return { bytes: Array.from(new Uint8Array(value), (byte) => byte.toString(16).padStart(2, "0")).join("") };
}
