import { expect, test } from "vitest";
import type { MeterReadingBody } from "../../src/protocol/rows";
import { judgeReading } from "../../src/rules/readings";
import { COPIER } from "../people";

const NOW = new Date("2026-03-11T12:00:00Z");
const read = (read_at: string, mono: number | null, color: number | null = null): MeterReadingBody => ({
  equipment_id: COPIER,
  mono,
  color,
  read_at,
  source: "field",
});
/** 100 pages a day */
const history = [read("2026-03-01T12:00:00Z", 11_000), read("2026-02-19T12:00:00Z", 10_000)];

test("a reading at the machine's own pace raises no doubt", () => {
  expect(judgeReading("mono", 12_000, history, NOW)).toEqual({ kind: "none" });
});

test("a reading lower than the last one is doubted, with the last one named", () => {
  expect(judgeReading("mono", 10_999, history, NOW)).toMatchObject({ kind: "lower", last: 11_000 });
});

test("a reading of more than three times the usual pace is doubted", () => {
  expect(judgeReading("mono", 14_000, history, NOW)).toEqual({ kind: "none" });
  expect(judgeReading("mono", 14_001, history, NOW)).toMatchObject({
    kind: "implausible",
    expectedAtMost: 14_000,
  });
});

test("the first reading of a machine cannot be judged", () => {
  expect(judgeReading("color", 500, history, NOW)).toEqual({ kind: "none" });
  expect(judgeReading("mono", 500, [], NOW)).toEqual({ kind: "none" });
});

test("with a single earlier reading only an absurd jump is doubted", () => {
  const one = [read("2026-03-10T12:00:00Z", 1_000)];
  expect(judgeReading("mono", 6_000, one, NOW).kind).toBe("none");
  expect(judgeReading("mono", 6_001, one, NOW).kind).toBe("implausible");
});

test("the order in which readings are given does not matter", () => {
  expect(judgeReading("mono", 10_999, [...history].reverse(), NOW).kind).toBe("lower");
});
