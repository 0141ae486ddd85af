import { expect, test } from "vitest";
import type { OrderBody } from "../../src/protocol/rows";
import { agenda } from "../../src/rules/agenda";
import { distanceM } from "../../src/rules/distance";
import { replay } from "../../src/rules/replay";
import type { StoredRow } from "../../src/store/schema";
import { BAKERY, bakery, order, row, visitBody } from "../people";

const NOW = new Date("2026-03-02T12:00:00Z");
const HERE = { lat: -27.5954, lon: -48.548 };
const id = (n: number) => `0192f000-0000-7000-8000-00000000010${n}`;
const anOrder = (n: number, body: Partial<OrderBody>) => row("order", id(n), { ...order, ...body });
const shown = (rows: StoredRow[]) => {
  const view = replay({ rows, kept: [], outbox: [], receivedFiles: new Set() });
  return agenda(view, HERE, NOW);
};

test("the started visit comes first, then what is due, then what has ended", () => {
  const items = shown([
    anOrder(1, { status: "O", due_at: "2026-03-01T00:00:00Z" }),
    anOrder(2, { due_at: "2026-03-02T18:00:00Z" }),
    anOrder(3, { due_at: "2026-03-02T09:00:00Z" }),
    anOrder(4, { due_at: null }),
    anOrder(5, { status: "M", due_at: "2026-03-09T00:00:00Z" }),
    row("visit", id(9), { ...visitBody, order_id: id(5) }),
  ]);
  expect(items.map((item) => item.order.id)).toEqual([id(5), id(3), id(2), id(4), id(1)]);
  expect(items.map((item) => item.isOverdue)).toEqual([false, true, false, false, false]);
});

test("the revised promise counts, not the first one", () => {
  const items = shown([
    anOrder(1, { due_at: "2026-03-02T09:00:00Z", revised_due_at: "2026-03-03T09:00:00Z" }),
    anOrder(2, { due_at: "2026-03-02T18:00:00Z" }),
  ]);
  expect(items.map((item) => item.order.id)).toEqual([id(2), id(1)]);
  expect(items[1]?.isOverdue).toBe(false);
});

test("what waits for the customer or for parts is not late, and has its time afterwards", () => {
  const due_at = "2026-03-02T09:00:00Z";
  const items = shown([
    anOrder(1, { status: "P", pending_reason: "customer_absent", due_at }),
    anOrder(2, { status: "L", due_at }),
    anOrder(3, { status: "P", pending_reason: "other", due_at }),
    anOrder(4, { due_at, paused_due_at: "2026-03-02T13:00:00Z" }),
  ]);
  expect(items.map((item) => [item.order.id, item.isOverdue])).toEqual([
    [id(1), false],
    [id(2), false],
    [id(3), true],
    [id(4), false],
  ]);
});

test("of two orders due at the same time the nearer one is first", () => {
  const far = "0192f000-0000-7000-8000-0000000000d2";
  const items = shown([
    row("customer", BAKERY, bakery),
    row("customer", far, { ...bakery, latitude: -27.1 }),
    anOrder(1, { customer_id: far }),
    anOrder(2, { customer_id: BAKERY }),
  ]);
  expect(items.map((item) => item.order.id)).toEqual([id(2), id(1)]);
  expect(items[0]?.distanceM).toBeCloseTo(0);
  expect(items[1]?.distanceM).toBeGreaterThan(50_000);
});

test("one degree of latitude is 111 km", () => {
  expect(distanceM({ lat: -27, lon: -48 }, { lat: -28, lon: -48 })).toBeCloseTo(111_195, -1);
});
