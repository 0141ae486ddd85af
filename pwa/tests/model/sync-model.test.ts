/**
 * Any day, with any misfortune: random steps of a person, the office, the wire and the operator, with the process
 * killed at any request to IndexedDB; each invariant is checked after every step and at the end.
 *
 * `PWS_SOAK_MINUTES` runs it for as long with ever new days; a failure prints the seed and the path to replay.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Fault } from "../sync/fake-portal";
import { type Act, type Lane, type Step, World } from "./world";

const RUNS = 30;
const { env } = (globalThis as unknown as { process: { env: Record<string, string | undefined> } }).process;
const minutes = Number(env.PWS_SOAK_MINUTES ?? 0);

const lanes: Lane[] = ["clients", "push", "pull", "files", "tracks"];
const faults: Fault[] = [
  "lost",
  "answer_lost",
  "error_after_commit",
  "cut",
  "twice",
  "stale",
  401,
  413,
  429,
  500,
  503,
];
const which = fc.constantFrom<0 | 1>(0, 1);
const change = fc.constantFrom("edit", "hide", "show", "cancel", "customer", "more");

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("note", "visit"), order: which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("giveUp"), order: which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("photo"), size: fc.integer({ min: 1, max: 2_500 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("fix") }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("sync") }) },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: act },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("faultySync"),
      faults: fc.array(fc.record({ lane: fc.constantFrom(...lanes), fault: fc.constantFrom(...faults) }), {
        minLength: 1,
        maxLength: 4,
      }),
      meanwhile: fc.option(change),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("kill"), at: fc.integer({ min: 1, max: 90 }), act }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("office"), change, order: which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("copy"), act }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("block"), lane: fc.constantFrom("data", "files", "tracks") }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom("backup", "purge", "read", "logIn", "logOut") }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restore"), age: fc.constantFrom(0, 0, 1, 2) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("clock"), seconds: fc.integer({ min: -90_000, max: 90_000 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("verdict"),
      status: fc.constantFrom("rejected", "quarantined", "applied_with_discrepancy"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("limits"),
      push: fc.integer({ min: 1, max: 5 }),
      rows: fc.integer({ min: 1, max: 5 }),
      chunk: fc.constantFrom(400, 1_000),
    }),
  },
);

async function live(steps: readonly Step[]): Promise<void> {
  const world = await World.begin();
  try {
    for (const step of steps) {
      await world.run(step);
    }
    await world.settle();
  } finally {
    await world.end();
  }
}

test("a process killed in front of every single request of a cycle loses nothing and goes on", {
  timeout: 300_000,
}, async () => {
  const day: Step[] = [
    { do: "limits", push: 2, rows: 2, chunk: 1_000 },
    { do: "visit", order: 0 },
    { do: "visit", order: 0 },
    { do: "photo", size: 1_500 },
    { do: "fix" },
    { do: "note", order: 1 },
    { do: "office", change: "more", order: 0 },
  ];
  let at = 1;
  for (let wasKilled = true; wasKilled; at += 1) {
    const world = await World.begin();
    for (const step of day) await world.run(step);
    wasKilled = await world.phone.killedAt(at, () => world.phone.sync());
    await world.run({ do: "backup" });
    await world.settle();
    await world.end();
  }
  expect(at).toBeGreaterThan(60);
});

test("two copies of an app that a restored portal has forgotten offer one person's work once", async () => {
  await live([
    { do: "note", order: 0 },
    { do: "sync" },
    { do: "backup" },
    { do: "sync" },
    { do: "restore", age: 1 },
    { do: "visit", order: 0 },
    { do: "copy", act: { do: "note", order: 1 } },
  ]);
});

test("what the base of a restored portal holds already is not shown beside it", async () => {
  await live([
    { do: "note", order: 0 },
    { do: "sync" },
    { do: "backup" },
    { do: "restore", age: 0 },
    { do: "faultySync", faults: [{ lane: "push", fault: "lost" }], meanwhile: null },
    { do: "faultySync", faults: [{ lane: "pull", fault: "lost" }], meanwhile: null },
  ]);
});

test(
  "whatever happens to a day, the invariants of the protocol hold on the phone",
  async () => {
    const days = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40, size: "max" }), live);
    const bounds =
      minutes > 0 ? { numRuns: 1_000_000, interruptAfterTimeLimit: minutes * 60_000 } : { numRuns: RUNS };
    await fc.assert(days, { ...bounds, endOnFailure: false });
  },
  (minutes + 5) * 60_000,
);
