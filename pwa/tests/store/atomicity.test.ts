/** Killed or full at any write: what was there stays, what was being written is there whole or not at all. */
import { afterEach, expect, test } from "vitest";
import { recordVisitEvent } from "../../src/commands/record-visit-event";
import { selectVisit } from "../../src/commands/select-visit";
import { checksums } from "../../src/protocol/checksum";
import type { Mutation, MutationResult } from "../../src/protocol/mutations";
import type { PullAnswer } from "../../src/protocol/wire";
import { DEFAULT_LIMITS } from "../../src/protocol/wire";
import { swapIn } from "../../src/store/base";
import { StorageFull } from "../../src/store/failures";
import { storeFile } from "../../src/store/files";
import { readMeta } from "../../src/store/meta";
import { queue } from "../../src/store/outbox";
import type { StoredRow } from "../../src/store/schema";
import { aDay, ORDER } from "../people";
import { contents, failAtWrite, Phone } from "../phone";

const KILLED = new Error("the process was killed");
const FULL = new DOMException("quota", "QuotaExceededError");
let fault = failAtWrite(0, KILLED);

afterEach(() => fault.restore());

/** Tries with the fault at the 1st, 2nd, … write until none is hit; answers how many were. */
async function atEveryWrite(error: Error, phone: Phone, attempt: () => Promise<unknown>) {
  for (let n = 1; ; n++) {
    const before = await contents(phone.store);
    fault = failAtWrite(n, error);
    const outcome = await attempt().then(
      () => null,
      (reason: unknown) => reason,
    );
    fault.restore();
    if (!fault.hasFailed()) {
      expect(outcome).toBeNull();
      return n - 1;
    }
    expect(outcome).toEqual(error === FULL ? new StorageFull() : expect.any(Error));
    expect(await contents(phone.store)).toEqual(before);
  }
}

function pullOf(rows: ReturnType<typeof aDay>, more: Partial<PullAnswer> = {}): PullAnswer {
  return {
    server_time: "2026-03-02T11:00:00.000Z",
    epoch: "e1",
    schema: { min: 1, max: 1 },
    limits: DEFAULT_LIMITS,
    reset: true,
    cursor: 5,
    lmid: 1,
    durable_lmid: 0,
    rows: rows.map(({ kind, id, ver, body }) => [kind, id, ver, body]),
    gone: [],
    results: [],
    checksums: checksums(rows),
    more: null,
    ...more,
  };
}

function appliedNow({ seq, uid }: Mutation): MutationResult {
  return {
    seq,
    uid,
    status: "applied",
    at: "2026-03-02T11:00:00.000Z",
    code: null,
    message: null,
    data: {},
  };
}

test("a command killed at any write leaves no half mutation and no gap", async () => {
  const phone = await Phone.withADay();
  const hit = await atEveryWrite(KILLED, phone, () =>
    selectVisit(phone.commands, { orderId: ORDER, position: null }),
  );
  expect(hit).toBeGreaterThanOrEqual(2);
  const outbox = await queue(phone.store);
  expect(outbox.map((entry) => entry.seq)).toEqual([1]);
  expect((await readMeta(phone.store)).last_seq).toBe(1);
});

test("a full phone is a typed outcome and the queue is untouched", async () => {
  const phone = await Phone.withADay();
  const { visitId } = await selectVisit(phone.commands, { orderId: ORDER, position: null });
  const hit = await atEveryWrite(FULL, phone, () =>
    recordVisitEvent(phone.commands, { visitId, kind: "arrived", position: null }),
  );
  expect(hit).toBeGreaterThanOrEqual(2);
  expect(await queue(phone.store)).toHaveLength(2);
});

test("a photo that finds no room leaves nothing behind", async () => {
  const phone = await Phone.withADay();
  const bytes = new Uint8Array([1, 2, 3]).buffer;
  await atEveryWrite(FULL, phone, () => storeFile(phone.store, bytes, "image/jpeg", new Date()));
});

test("a pull killed at any write leaves the old base, the old cursor and the whole outbox", async () => {
  const phone = await Phone.withADay();
  await selectVisit(phone.commands, { orderId: ORDER, position: null });
  const results = (await queue(phone.store)).map(({ mutation }) => appliedNow(mutation));
  const answer = pullOf(
    aDay().map((row) => ({ ...row, ver: row.ver + 1 })),
    { results, durable_lmid: 1 },
  );
  const hit = await atEveryWrite(KILLED, phone, () => swapIn(phone.store, answer, true, true, new Date()));
  expect(hit).toBeGreaterThan(8);
  expect(await readMeta(phone.store)).toMatchObject({ cursor: 5, lmid: 1, epoch: "e1" });
  expect(await queue(phone.store)).toEqual([]);
});

test("a reset leaves nothing of the base before it", async () => {
  const phone = await Phone.withADay();
  const [first, ...others] = aDay();
  await swapIn(phone.store, pullOf([first as StoredRow, ...others]), true, true, new Date());
  const swapped = await swapIn(phone.store, pullOf(others, { cursor: 6 }), true, true, new Date());
  expect(swapped.kind).toBe("swapped");
  const { rows } = await contents(phone.store);
  expect(new Set(rows as StoredRow[])).toEqual(new Set(others));
});

test("the database of a newer app version makes this one let go, not hang", async () => {
  const phone = await Phone.withADay();
  await new Promise<void>((resolve, reject) => {
    const opening = indexedDB.open(phone.store.name, 99);
    opening.onsuccess = () => {
      opening.result.close();
      resolve();
    };
    opening.onerror = () => reject(opening.error);
  });
  await expect(readMeta(phone.store)).rejects.toMatchObject({ name: "VersionError" });
});
