/**
 * Taking a pull's answer in: pages are staged, and the last one swaps everything in with one transaction that
 * also settles the outbox and stores the cursor (sync-protocol.md, "The client"; steps cited as pull n).
 */
import { checksums, sameChecksums } from "../protocol/checksum";
import type { Checksums, PullAnswer } from "../protocol/wire";
import { replay } from "../rules/replay";
import { invoicesInHand } from "./held";
import { keepsakes } from "./keepsakes";
import { type Meta, metaIn, putMeta } from "./meta";
import type { QueuedMutation, StoredRow, StoreName } from "./schema";
import { ackedOf, settle } from "./settlement";
import type { Store, WriteTx } from "./store";

const SWAP: StoreName[] = ["rows", "kept", "outbox", "files", "chunks", "staged", "meta", "drafts"];

export type Swapped =
  | { kind: "swapped"; hasChanges: boolean }
  /** an answer older than what is here: dropped (invariant 8) */
  | { kind: "late" }
  /** the base would differ from the portal's view, or go back: nothing was taken in, ask for a reset */
  | { kind: "mismatch" };

export async function ownChecksums(store: Store): Promise<Checksums> {
  return checksums(await store.read(["rows"], (tx) => tx.objectStore("rows").getAll()));
}

export async function clearStaged(store: Store): Promise<void> {
  await store.write(["staged"], (tx) => tx.objectStore("staged").clear());
}

export async function stagePage(store: Store, n: number, { rows, gone, results }: PullAnswer): Promise<void> {
  await store.write(["staged"], (tx) => tx.objectStore("staged").put({ n, rows, gone, results }));
}

/**
 * @param isReset of the first page: the base is replaced, never merged
 * @param mustMatch false after a reset that still differs: better a base than none, the mismatch is reported
 */
export async function swapIn(
  store: Store,
  last: PullAnswer,
  isReset: boolean,
  mustMatch: boolean,
  now: Date,
): Promise<Swapped> {
  return store.write(SWAP, async (tx) => {
    const meta = await metaIn(tx);
    if (meta.is_closed || isLate(meta, last, isReset)) {
      return { kind: "late" };
    }
    if (mustMatch && isReset && meta.epoch === last.epoch && last.cursor < meta.cursor) {
      return { kind: "mismatch" }; // late too, or of a portal that lost something: the next answer tells
    }
    const staged = await tx.objectStore("staged").getAll();
    const pages = [...staged, last];
    const before = await tx.objectStore("rows").getAll();
    const after = patched(isReset ? [] : before, pages);
    if (mustMatch && last.checksums && !sameChecksums(checksums(after.values()), last.checksums)) {
      return { kind: "mismatch" };
    }

    const outbox = await tx.objectStore("outbox").getAll();
    const results = pages.flatMap((page) => page.results);
    const settled = settle(outbox, results, last, isEpochNew(meta, last));
    const kept = await tx.objectStore("kept").getAll();
    await replaceKept(tx, keepsakes(before, kept, after, settled.outbox, await invoicesInHand(tx)));
    await replaceRows(tx, isReset, pages, after);
    await replaceOutbox(tx, outbox, settled.outbox);
    if (isEpochNew(meta, last)) {
      await offerFilesAndTracksAgain(tx);
    }
    await acceptReceipts(tx, after);
    await tx.objectStore("staged").clear();
    await putMeta(tx, {
      epoch: last.epoch,
      cursor: last.cursor,
      must_reset: false,
      lmid: last.lmid,
      durable_lmid: last.durable_lmid,
      acked: ackedOf(settled.outbox, last.lmid),
      last_synced_at: now.toISOString(),
    });
    const hasChanges =
      isReset || results.length > 0 || pages.some((page) => page.rows.length + page.gone.length > 0);
    return { kind: "swapped", hasChanges: hasChanges || last.lmid !== meta.lmid };
  });
}

function isEpochNew(meta: Meta, answer: PullAnswer): boolean {
  return meta.epoch !== null && meta.epoch !== answer.epoch;
}

function isLate(meta: Meta, answer: PullAnswer, isReset: boolean): boolean {
  return (
    meta.epoch === answer.epoch && (answer.lmid < meta.lmid || (!isReset && answer.cursor < meta.cursor))
  );
}

type Pages = Pick<PullAnswer, "rows" | "gone">[];

function patched(base: StoredRow[], pages: Pages): Map<string, StoredRow> {
  const rows = new Map(base.map((row) => [`${row.kind}/${row.id}`, row]));
  for (const page of pages) {
    for (const [kind, id, ver, body] of page.rows) {
      rows.set(`${kind}/${id}`, { kind, id, ver, body });
    }
    for (const [kind, id] of page.gone) {
      rows.delete(`${kind}/${id}`);
    }
  }
  return rows;
}

async function replaceRows(
  tx: WriteTx,
  isReset: boolean,
  pages: Pages,
  after: Map<string, StoredRow>,
): Promise<void> {
  const rows = tx.objectStore("rows");
  if (isReset) {
    await rows.clear();
    await Promise.all([...after.values()].map((row) => rows.put(row)));
    return;
  }
  const touched = pages.flatMap((page) => [
    ...page.rows.map(([kind, id]) => [kind, id] as const),
    ...page.gone.map(([kind, id]) => [kind, id] as const),
  ]);
  await Promise.all(
    touched.map(([kind, id]) => {
      const row = after.get(`${kind}/${id}`);
      return row ? rows.put(row) : rows.delete([kind, id]);
    }),
  );
}

async function replaceKept(tx: WriteTx, kept: StoredRow[]): Promise<void> {
  await tx.objectStore("kept").clear();
  await Promise.all(kept.map((row) => tx.objectStore("kept").put(row)));
}

async function replaceOutbox(tx: WriteTx, before: QueuedMutation[], after: QueuedMutation[]): Promise<void> {
  const remaining = new Set(after.map((entry) => entry.seq));
  const changed = after.filter((entry) => !before.includes(entry));
  const dropped = before.filter((entry) => !remaining.has(entry.seq));
  await Promise.all([
    ...changed.map((entry) => tx.objectStore("outbox").put(entry)),
    ...dropped.map((entry) => tx.objectStore("outbox").delete(entry.seq)),
  ]);
}

/** The portal was restored and may have lost what it had: whatever still is here costs it one question each. */
async function offerFilesAndTracksAgain(tx: WriteTx): Promise<void> {
  const [files, chunks] = await Promise.all([
    tx.objectStore("files").getAll(),
    tx.objectStore("chunks").getAll(),
  ]);
  await Promise.all([
    ...files
      .filter((file) => file.isHere && file.state === "received")
      .map((file) => tx.objectStore("files").put({ ...file, state: "waiting", location: null, offset: 0 })),
    ...chunks
      .filter((chunk) => chunk.isSealed)
      .map((chunk) => tx.objectStore("chunks").put({ ...chunk, isSent: false, problem: null })),
  ]);
}

/** A `file_receipt` row is a file's own receipt as good as the header. */
async function acceptReceipts(tx: WriteTx, after: Map<string, StoredRow>): Promise<void> {
  const { fileReceipts } = replay({
    rows: [...after.values()].filter((row) => row.kind === "file_receipt"),
    kept: [],
    outbox: [],
    receivedFiles: new Set(),
  });
  for (const hash of fileReceipts.keys()) {
    const file = await tx.objectStore("files").get(hash);
    if (file && file.state !== "received") {
      await tx.objectStore("files").put({ ...file, state: "received", problem: null, location: null });
    }
  }
}
