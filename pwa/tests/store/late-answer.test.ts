import { expect, test } from "vitest";
import { checksums } from "../../src/protocol/checksum";
import { DEFAULT_LIMITS, type PullAnswer } from "../../src/protocol/wire";
import { swapIn } from "../../src/store/base";
import { readMeta } from "../../src/store/meta";
import { aDay } from "../people";
import { contents, Phone } from "../phone";

function answer(more: Partial<PullAnswer>): PullAnswer {
  return {
    server_time: "2026-03-02T11:00:00.000Z",
    epoch: "e1",
    schema: { min: 1, max: 1 },
    limits: DEFAULT_LIMITS,
    reset: false,
    cursor: 5,
    lmid: 3,
    durable_lmid: 0,
    rows: [],
    gone: [],
    results: [],
    checksums: checksums(aDay()),
    more: null,
    ...more,
  };
}

test.each([{ cursor: 4 }, { lmid: 2 }])(
  "an answer from before what is here changes nothing: %o",
  async (old) => {
    const phone = await Phone.withADay();
    const rows = aDay().map(({ kind, id, ver, body }) => [kind, id, ver, body] as PullAnswer["rows"][number]);
    expect(await swapIn(phone.store, answer({ rows, reset: true }), true, true, new Date())).toMatchObject({
      kind: "swapped",
    });
    const before = await contents(phone.store);
    expect(await swapIn(phone.store, answer(old), false, true, new Date())).toEqual({ kind: "late" });
    expect(await contents(phone.store)).toEqual(before);
    expect(await readMeta(phone.store)).toMatchObject({ cursor: 5, lmid: 3 });
  },
);

test("a reset from before what is here is asked for anew: it is late, or the portal has lost something", async () => {
  const phone = await Phone.withADay();
  const rows = aDay().map(({ kind, id, ver, body }) => [kind, id, ver, body] as PullAnswer["rows"][number]);
  await swapIn(phone.store, answer({ rows, reset: true }), true, true, new Date());
  const before = await contents(phone.store);
  const old = answer({ rows, reset: true, cursor: 4 });
  expect(await swapIn(phone.store, old, true, true, new Date())).toEqual({ kind: "mismatch" });
  expect(await contents(phone.store)).toEqual(before);
  expect(await swapIn(phone.store, old, true, false, new Date())).toMatchObject({ kind: "swapped" });
});
