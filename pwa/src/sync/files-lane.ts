/**
 * The files lane: tus 1.0 with checksum, resumed by HEAD (sync-protocol.md, Files). Each file fails alone; the
 * bytes leave the phone only after the file's own receipt.
 */
import { clientId } from "../store/client";
import { changeFile, listFiles, readFile } from "../store/files";
import { readMeta } from "../store/meta";
import type { StoredFile } from "../store/schema";
import type { SyncContext } from "./context";
import { ProblemAnswer, problemOf, request, UPLOAD_TIMEOUT_MS } from "./portal";

const TUS = { "tus-resumable": "1.0.0" };
const MAX_TRIES = 4;
/** The portal will not take this file, however often it is sent. */
const FINAL = new Set(["file_type_refused", "file_too_large", "image_refused"]);
/** What concerns the whole lane, not this file. */
const OF_THE_LANE = new Set(["login_required", "client_revoked", "client_unknown", "rate_limited", "busy"]);

/** @throws ProblemAnswer, NoAnswer when no file can go on; the last failure when some did */
export async function runFilesLane(context: SyncContext): Promise<void> {
  let last: unknown = null;
  for (const file of await listFiles(context.store)) {
    if (file.state === "waiting") {
      try {
        await upload(context, file);
      } catch (error) {
        if (!(error instanceof ProblemAnswer) || OF_THE_LANE.has(error.code)) {
          throw error;
        }
        // What is half-sent stays half-sent: the next cycle asks by HEAD and goes on.
        const state = FINAL.has(error.code) ? "refused" : "waiting";
        await changeFile(context.store, file.sha256, { state, problem: error.message });
        last = state === "waiting" ? error : last;
      }
      context.changed();
    }
  }
  if (last !== null) {
    throw last;
  }
}

async function upload(context: SyncContext, file: StoredFile): Promise<void> {
  const found = await readFile(context.store, file.sha256);
  if (found === null) {
    return;
  }
  const { limits } = await readMeta(context.store);
  let { location } = file;
  for (let attempt = 1; ; attempt++) {
    try {
      const at = location === null ? await create(context, file) : await head(context, file, location);
      location = at.location;
      await changeFile(context.store, file.sha256, { location, offset: at.offset, problem: null });
      const isReceived =
        at.isReceived || (await send(context, file, found.bytes, at, limits.file_chunk_bytes));
      if (isReceived) {
        await changeFile(context.store, file.sha256, {
          state: "received",
          location: null,
          offset: file.size,
        });
        return;
      }
      throw new ProblemAnswer({ code: "no_receipt", status: 502 });
    } catch (error) {
      if (!(error instanceof ProblemAnswer) || attempt >= MAX_TRIES || !isWorthAnother(error)) {
        throw error;
      }
      if (error.code !== "upload_offset" && error.code !== "checksum_mismatch") {
        location = null;
      }
    }
  }
}

interface At {
  location: string;
  offset: number;
  isReceived: boolean;
}

async function create({ fetch, store }: SyncContext, file: StoredFile): Promise<At> {
  const metadata = { client: await clientId(store), sha256: file.sha256, type: file.type };
  const response = await request(fetch, "/sync/v1/files", {
    method: "POST",
    headers: {
      ...TUS,
      "upload-length": String(file.size),
      "upload-metadata": Object.entries(metadata)
        .map(([key, value]) => `${key} ${btoa(value)}`)
        .join(","),
    },
  });
  const location = response.headers.get("location");
  if (!response.ok || location === null) {
    throw await problemOf(response);
  }
  return { location, ...progress(response, file) };
}

async function head({ fetch }: SyncContext, file: StoredFile, location: string): Promise<At> {
  const response = await request(fetch, location, { method: "HEAD", headers: TUS });
  if (response.status === 404 || response.status === 410) {
    throw new ProblemAnswer({ code: "upload_unknown", status: response.status });
  }
  if (!response.ok) {
    throw await problemOf(response);
  }
  return { location, ...progress(response, file) };
}

/** Answers whether the receipt came. */
async function send(
  { fetch, store }: SyncContext,
  file: StoredFile,
  bytes: ArrayBuffer,
  { location, offset }: At,
  chunkBytes: number,
): Promise<boolean> {
  let at = offset;
  let isReceived = false;
  do {
    // An empty piece asks a portal that died with all the bytes to finish.
    const chunk = bytes.slice(at, at + chunkBytes);
    const response = await request(
      fetch,
      location,
      {
        method: "PATCH",
        headers: {
          ...TUS,
          "content-type": "application/offset+octet-stream",
          "upload-offset": String(at),
          "upload-checksum": `sha256 ${await sha256Base64(chunk)}`,
        },
        body: chunk,
      },
      UPLOAD_TIMEOUT_MS,
    );
    if (!response.ok) {
      throw await problemOf(response);
    }
    const now = progress(response, file);
    // An offset that does not move would send the same piece for ever.
    at = now.offset > at ? now.offset : at + chunk.byteLength;
    isReceived = now.isReceived;
    await changeFile(store, file.sha256, { offset: at });
  } while (at < bytes.byteLength);
  return isReceived;
}

function progress(response: Response, file: StoredFile): { offset: number; isReceived: boolean } {
  return {
    offset: Number(response.headers.get("upload-offset") ?? 0),
    isReceived: response.headers.get("file-receipt") === file.sha256,
  };
}

function isWorthAnother({ code, problem }: ProblemAnswer): boolean {
  const again = ["upload_unknown", "upload_offset", "checksum_mismatch", "file_hash_mismatch", "no_receipt"];
  return again.includes(code) || problem.status === 409 || problem.status === 460;
}

async function sha256Base64(bytes: ArrayBuffer): Promise<string> {
  return btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))));
}
