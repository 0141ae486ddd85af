/** Where the portal goes back or stands still, and the phone has nothing new that would set things right. */
import { expect, test } from "vitest";
import { checksums } from "../../src/protocol/checksum";
import { ownChecksums } from "../../src/store/base";
import { queue } from "../../src/store/outbox";
import { order } from "../people";
import { Story } from "./office";

test("a phone with nothing new to send gives a restored portal what its backup had missed", async () => {
  const story = await Story.begin();
  story.portal.durable = 1;
  await story.travel();
  await story.sync();
  const [client] = story.portal.clients.values();
  Object.assign(client ?? {}, { lmid: 1 });
  story.portal.epoch = crypto.randomUUID();
  const [, travel] = [...story.portal.effects.keys()];
  story.portal.effects.clear();
  expect(await story.sync()).toBe("done");
  expect([...story.portal.effects.keys()]).toEqual([travel]);
});

test("while a batch is halted the office's changes still come down", async () => {
  const story = await Story.begin();
  await story.travel();
  story.portal.haltAt = (await queue(story.phone.store))[1]?.mutation.uid ?? null;
  story.portal.put("order", "0192f000-0000-7000-8000-000000000298", order);
  expect(await story.sync()).toBe("failed");
  expect(await ownChecksums(story.phone.store)).toEqual(checksums(story.portal.rows.values()));
});
