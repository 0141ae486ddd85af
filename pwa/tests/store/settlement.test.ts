import { expect, test } from "vitest";
import type { MutationResult } from "../../src/protocol/mutations";
import type { QueuedMutation } from "../../src/store/schema";
import { settle, withResults } from "../../src/store/settlement";

const AT = "2026-03-02T11:00:00.000Z";

function waiting(seq: number): QueuedMutation {
  const mutation = { seq, uid: `uid-${seq}` } as QueuedMutation["mutation"];
  return { seq, mutation, state: "waiting", result: null, isInBase: false, isRead: false, written_at: AT };
}

function applied(seq: number, uid = `uid-${seq}`): MutationResult {
  return { seq, uid, status: "applied", at: AT, code: null, message: null, data: {} };
}

test("a result of the same number but another uid is not taken for one's own", () => {
  expect(withResults([waiting(1)], [applied(1, "uid-of-a-copy")])[0]?.state).toBe("waiting");
  expect(withResults([waiting(1)], [applied(1)])[0]?.state).toBe("applied");
});

test("a mutation stays until the portal's backup holds it, and one without a result stays in any case", () => {
  const outbox = [waiting(1), waiting(2)];
  const marks = { lmid: 1, durable_lmid: 0 };
  expect(settle(outbox, [applied(1)], marks, false).outbox.map((entry) => entry.seq)).toEqual([1, 2]);
  expect(
    settle(outbox, [applied(1)], { lmid: 1, durable_lmid: 2 }, false).outbox.map((entry) => entry.seq),
  ).toEqual([2]);
});
