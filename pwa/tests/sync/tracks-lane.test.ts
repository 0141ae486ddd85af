import { expect, test } from "vitest";
import type { Fix } from "../../src/protocol/wire";
import { forkClient } from "../../src/store/client";
import { appendFix, appendGap, chunksOf } from "../../src/store/tracks";
import { sendPositions } from "../../src/sync/live-positions";
import { Story } from "./office";

const fix = (t: number): Fix => [t, -27.5, -48.5, 10, null];

test("fixes reach the portal in sealed chunks, each once", async () => {
  const story = await Story.begin();
  const visitId = await story.travel();
  await appendFix(story.phone.store, visitId, fix(1));
  await appendFix(story.phone.store, visitId, fix(2));
  await story.sync();
  await appendFix(story.phone.store, visitId, fix(3));
  await appendGap(story.phone.store, visitId, [3, 90_003, "hidden"]);
  story.portal.fail(/tracks/, "answer_lost");
  await story.sync();
  await story.sync();
  const chunks = [...(story.portal.tracks.get(visitId)?.values() ?? [])].map((text) => JSON.parse(text));
  expect(chunks).toEqual([
    { n: 0, fixes: [fix(1), fix(2)], gaps: [] },
    { n: 1, fixes: [fix(3)], gaps: [[3, 90_003, "hidden"]] },
  ]);
});

test("a chunk holds at most two hundred fixes", async () => {
  const story = await Story.begin();
  for (let t = 0; t < 201; t++) {
    await appendFix(story.phone.store, "stream", fix(t));
  }
  const chunks = await chunksOf(story.phone.store, "stream");
  expect(chunks.map((chunk) => chunk.fixes.length)).toEqual([200, 1]);
});

test("a chunk that the portal knows differently stays here and the others go", async () => {
  const story = await Story.begin();
  const visitId = await story.travel();
  story.portal.tracks.set(visitId, new Map([[0, "another"]]));
  await appendFix(story.phone.store, visitId, fix(1));
  await story.sync();
  await appendFix(story.phone.store, visitId, fix(2));
  expect(await story.sync()).toBe("done");
  const [first, second] = await chunksOf(story.phone.store, visitId);
  expect(first).toMatchObject({ isSent: false, problem: expect.any(String), fixes: [fix(1)] });
  expect(second).toMatchObject({ isSent: true, problem: null });
});

test("a stream that belongs to another installation is said once and kept, and the others go", async () => {
  const story = await Story.begin();
  const visitId = await story.travel();
  await appendFix(story.phone.store, visitId, fix(1));
  await story.sync();
  await forkClient(story.phone.store, 1, new Date());
  await appendFix(story.phone.store, visitId, fix(2));
  expect(await story.sync()).toBe("failed");
  expect(await story.sync()).toBe("done");
  expect((await chunksOf(story.phone.store, visitId)).at(-1)).toMatchObject({
    isSent: false,
    problem: expect.any(String),
    fixes: [fix(2)],
  });
});

test("on the road a fix goes to the portal at once, and nothing else goes with it", async () => {
  const story = await Story.begin();
  const visitId = await story.travel();
  await appendFix(story.phone.store, visitId, fix(1));
  story.portal.log = [];
  expect(await sendPositions(story.context, { onLine: true }, null)).toBe(true);
  expect([...(story.portal.tracks.get(visitId)?.keys() ?? [])]).toEqual([0]);
  expect(story.portal.log).toEqual([`POST /sync/v1/tracks/${visitId}`]);
});

test("a phone that must save, or has no network, keeps its fixes for the next cycle", async () => {
  const story = await Story.begin();
  const visitId = await story.travel();
  await appendFix(story.phone.store, visitId, fix(1));
  const low = { level: 0.1, charging: false };
  expect(await sendPositions(story.context, { onLine: true, getBattery: async () => low }, null)).toBe(false);
  expect(await sendPositions(story.context, { onLine: true, connection: { saveData: true } }, null)).toBe(
    false,
  );
  expect(await sendPositions(story.context, { onLine: false }, null)).toBe(false);
  expect(story.portal.tracks.size).toBe(0);
  await story.sync();
  expect(story.portal.tracks.size).toBe(1);
});
