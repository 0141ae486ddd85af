import { expect, test } from "vitest";
import { selfTest } from "../../src/sync/self-test";
import { Phone } from "../phone";

const storage = {
  estimate: async () => ({ usage: 10, quota: 500 * 1024 * 1024 }),
  persisted: async () => false,
  persist: async () => true,
};
const place = { isControlled: true, storage, renderOffline: async () => new Response("<html>") };

test("a ready phone passes every check", async () => {
  const phone = await Phone.withADay();
  const report = await selfTest(phone.store, phone.clock, place);
  expect(report.checks.map((check) => check.outcome)).toEqual(Array(7).fill("ok"));
});

test("each thing that is missing is named, and the rest is still tried", async () => {
  const phone = new Phone();
  const report = await selfTest(phone.store, phone.clock, {
    isControlled: false,
    storage: { ...storage, persist: async () => false, estimate: async () => ({ usage: 9, quota: 10 }) },
    renderOffline: async () => {
      throw new Error("broken");
    },
  });
  expect(Object.fromEntries(report.checks.map((check) => [check.key, check.outcome]))).toEqual({
    storage: "ok",
    base: "failed",
    files: "ok",
    worker: "failed",
    offline: "failed",
    persisted: "warning",
    space: "warning",
  });
});
