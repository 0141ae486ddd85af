/**
 * The GPS track of a visit, in chunks: each fix is on the disk at once; a chunk is sealed when it is full or when
 * the positions lane takes it, and never changes again.
 */
import type { Fix, Gap } from "../protocol/wire";
import type { StoredChunk } from "./schema";
import type { Store, WriteTx } from "./store";

const CHUNK_FIXES = 200;

export async function appendFix(store: Store, stream: string, fix: Fix): Promise<void> {
  await append(store, stream, (chunk) => ({ ...chunk, fixes: [...chunk.fixes, fix] }));
}

export async function appendGap(store: Store, stream: string, gap: Gap): Promise<void> {
  await append(store, stream, (chunk) => ({ ...chunk, gaps: [...chunk.gaps, gap] }));
}

export async function chunksOf(store: Store, stream: string): Promise<StoredChunk[]> {
  return store.read(["chunks"], (tx) => tx.objectStore("chunks").getAll(streamRange(stream)));
}

/** Milliseconds of the last fix; null before the first. */
export async function lastFixAt(store: Store, stream: string): Promise<number | null> {
  const times = (await chunksOf(store, stream)).flatMap((chunk) => chunk.fixes.map(([t]) => t));
  return times.length === 0 ? null : Math.max(...times);
}

/** Seals what is open and answers everything unsent, by stream. */
export async function takeUnsent(store: Store): Promise<Map<string, StoredChunk[]>> {
  return store.write(["chunks"], async (tx) => {
    const chunks = await tx.objectStore("chunks").getAll();
    const unsent = chunks.filter((chunk) => !chunk.isSent && chunk.problem === null && !isEmpty(chunk));
    await Promise.all(unsent.filter((chunk) => !chunk.isSealed).map((chunk) => seal(tx, chunk)));
    const byStream = new Map<string, StoredChunk[]>();
    for (const chunk of unsent) {
      byStream.set(chunk.stream, [...(byStream.get(chunk.stream) ?? []), { ...chunk, isSealed: true }]);
    }
    return byStream;
  });
}

export async function markSent(store: Store, stream: string, have: number[]): Promise<void> {
  await store.write(["chunks"], async (tx) => {
    const chunks = await tx.objectStore("chunks").getAll(streamRange(stream));
    const arrived = chunks.filter(
      (chunk) => chunk.isSealed && !chunk.isSent && chunk.problem === null && have.includes(chunk.n),
    );
    await Promise.all(arrived.map((chunk) => tx.objectStore("chunks").put({ ...chunk, isSent: true })));
  });
}

/** The portal will not take this chunk: it stays here, and the person can export it. */
export async function markProblem(store: Store, stream: string, n: number, problem: string): Promise<void> {
  await store.write(["chunks"], async (tx) => {
    const chunk = await tx.objectStore("chunks").get([stream, n]);
    if (chunk) {
      await tx.objectStore("chunks").put({ ...chunk, problem });
    }
  });
}

async function append(
  store: Store,
  stream: string,
  change: (chunk: StoredChunk) => StoredChunk,
): Promise<void> {
  await store.write(["chunks"], async (tx) => {
    // A travel of an hour has hundreds: only the last one is looked at.
    const last = (await tx.objectStore("chunks").openCursor(streamRange(stream), "prev"))?.value;
    const isFull = last === undefined || last.isSealed || last.fixes.length >= CHUNK_FIXES;
    const open = isFull ? emptyChunk(stream, last === undefined ? 0 : last.n + 1) : last;
    await tx.objectStore("chunks").put(change(open));
  });
}

function seal(tx: WriteTx, chunk: StoredChunk): Promise<unknown> {
  return tx.objectStore("chunks").put({ ...chunk, isSealed: true });
}

function emptyChunk(stream: string, n: number): StoredChunk {
  return { stream, n, fixes: [], gaps: [], isSealed: false, isSent: false, problem: null };
}

function isEmpty(chunk: StoredChunk): boolean {
  return chunk.fixes.length + chunk.gaps.length === 0;
}

function streamRange(stream: string): IDBKeyRange {
  return IDBKeyRange.bound([stream, 0], [stream, Number.MAX_SAFE_INTEGER]);
}
