import { expect, test } from "vitest";
import { addNote } from "../../src/commands/add-note";
import { recordVisitEvent } from "../../src/commands/record-visit-event";
import { checksums } from "../../src/protocol/checksum";
import { visitOf } from "../../src/rules/seen";
import { ownChecksums } from "../../src/store/base";
import { readMeta, writeMeta } from "../../src/store/meta";
import { isTrouble, isUnsent, markRead, queue } from "../../src/store/outbox";
import { appendFix } from "../../src/store/tracks";
import { readView } from "../../src/store/view";
import { CARLA, ORDER, order } from "../people";
import { FakePortal, type Fault } from "./fake-portal";
import { Story } from "./office";
import { problem } from "./problem";

const unsent = async (story: Story) => (await queue(story.phone.store)).filter(isUnsent).length;

/** Quiet: nothing waits, every mutation had one effect, the base is the portal's view. */
async function expectQuiet(story: Story) {
  expect(await unsent(story)).toBe(0);
  expect([...story.portal.effects.values()].filter((times) => times !== 1)).toEqual([]);
  expect(await ownChecksums(story.phone.store)).toEqual(checksums(story.portal.rows.values()));
}

test("the first cycle enrols, pulls the day and measures the clock", async () => {
  const story = await Story.begin();
  const meta = await readMeta(story.phone.store);
  expect(meta).toMatchObject({
    is_enrolled: true,
    epoch: story.portal.epoch,
    clock_offset_ms: 30_000,
    sync_status: { phase: "ok" },
    reseller_name: "Copias do Sul",
  });
  expect((await readView(story.phone.store)).orders.get(ORDER)?.web_number).toBe(26050063);
});

test("what was done offline reaches the portal once and shows its receipt", async () => {
  const story = await Story.begin();
  story.portal.isDown = true;
  await story.travel();
  expect(await story.sync()).toBe("offline");
  story.portal.isDown = false;
  expect(await story.sync()).toBe("done");
  await expectQuiet(story);
  expect(story.portal.effects.size).toBe(2);
  expect(visitOf(await readView(story.phone.store), ORDER)).toMatchObject({
    receipt: "portal",
    state: "travelling",
  });
});

const faults: Fault[] = ["lost", "answer_lost", "error_after_commit", "cut", "twice", 401, 429, 500, 503];
for (const path of [/clients/, /push/, /pull/]) {
  for (const fault of faults) {
    test(`after "${fault}" at ${path.source} the queue drains, each thing done once`, async () => {
      const story = path.source === "clients" ? new Story() : await Story.begin();
      if (path.source === "clients") {
        await story.phone.fill([...new FakePortal([]).rows.values(), ...story.portal.rows.values()]);
      }
      await story.travel();
      story.portal.fail(path, fault);
      await story.sync();
      await addNote(story.phone.commands, { orderId: ORDER, body: "Levar rolete" });
      await story.sync();
      await expectQuiet(story);
      expect(story.portal.effects.size).toBe(3);
      expect((await readMeta(story.phone.store)).sync_status.phase).toBe("ok");
    });
  }
}

test("an expired session pauses without counting an attempt, and the work waits", async () => {
  const story = await Story.begin();
  await story.travel();
  story.portal.fail(/push/, 401);
  expect(await story.sync()).toBe("login_required");
  const { sync_status } = await readMeta(story.phone.store);
  expect(sync_status).toMatchObject({ attempts: 0, next_attempt_at: null, code: "login_required" });
  expect(await story.sync("minute")).toBe("not_yet");
  expect(await unsent(story)).toBe(2);
});

test("another person's cookie never binds or sends Bruno's work", async () => {
  const story = new Story();
  story.portal.user = CARLA;
  expect(await story.sync()).toBe("login_required");
  expect(story.portal.clients.size).toBe(0);

  const later = await Story.begin();
  await later.travel();
  later.portal.user = CARLA;
  expect(await later.sync()).toBe("client_taken");
  expect(later.portal.effects.size).toBe(0);
  expect(await unsent(later)).toBe(2);
});

test("a revoked installation stops and keeps everything", async () => {
  const story = await Story.begin();
  await story.travel();
  for (const client of story.portal.clients.values()) {
    client.isRevoked = true;
  }
  expect(await story.sync()).toBe("revoked");
  expect(await story.sync("online")).toBe("not_yet");
  expect(await unsent(story)).toBe(2);
});

test("failures wait longer each time, up to a minute; a person may always try", async () => {
  const story = await Story.begin();
  story.portal.isDown = true;
  const waits: number[] = [];
  for (let i = 0; i < 9; i++) {
    await story.sync("person");
    const { next_attempt_at } = (await readMeta(story.phone.store)).sync_status;
    waits.push((Date.parse(next_attempt_at ?? "") - story.phone.clock.now().getTime()) / 1000);
  }
  expect(waits).toEqual([3.75, 7.5, 15, 30, 45, 45, 45, 45, 45]);
  expect(await story.sync("minute")).toBe("not_yet");
  story.phone.clock.pass(46);
  story.portal.isDown = false;
  expect(await story.sync("minute")).toBe("done");
});

test("a busy portal is asked again when it said so", async () => {
  const story = await Story.begin();
  story.portal.fail(/pull/, 503);
  await story.sync();
  const { next_attempt_at } = (await readMeta(story.phone.store)).sync_status;
  expect(Date.parse(next_attempt_at ?? "") - story.phone.clock.now().getTime()).toBe(7_000);
});

test("a mutation the portal refuses or puts aside never keeps the next from going", async () => {
  const story = await Story.begin();
  await story.travel();
  await addNote(story.phone.commands, { orderId: ORDER, body: "A nota vai" });
  const [select, travel] = await queue(story.phone.store);
  story.portal.verdicts.set(select?.mutation.uid ?? "", "rejected");
  story.portal.verdicts.set(travel?.mutation.uid ?? "", "quarantined");
  expect(await story.sync()).toBe("done");
  const kept = await queue(story.phone.store);
  expect(kept.map((entry) => entry.state)).toEqual(["rejected", "quarantined"]);
  expect(story.portal.effects.size).toBe(1);
  await markRead(story.phone.store, 1);
  await markRead(story.phone.store, 2);
  await story.sync();
  expect(await queue(story.phone.store)).toEqual([]);
});

test("a passing error halts the batch; what came before is done, the rest follows", async () => {
  const story = await Story.begin();
  await story.travel();
  const outbox = await queue(story.phone.store);
  story.portal.haltAt = outbox[1]?.mutation.uid ?? null;
  expect(await story.sync()).toBe("failed");
  expect(await unsent(story)).toBe(1);
  await story.sync();
  await expectQuiet(story);
});

test("a batch too large is halved until it fits", async () => {
  const story = await Story.begin();
  for (let i = 0; i < 20; i++) {
    await addNote(story.phone.commands, { orderId: ORDER, body: `Nota ${i}` });
  }
  story.portal.limits = { ...story.portal.limits, push_mutations: 3 };
  expect(await story.sync()).toBe("done");
  await expectQuiet(story);
  expect(story.portal.effects.size).toBe(20);
});

test("acknowledged mutations stay until the portal's backup holds them", async () => {
  const story = await Story.begin();
  story.portal.durable = 1;
  await story.travel();
  await story.sync();
  expect((await queue(story.phone.store)).map(({ seq, state, isInBase }) => [seq, state, isInBase])).toEqual([
    [2, "applied", true],
  ]);
  story.portal.durable = 2;
  await story.sync();
  expect(await queue(story.phone.store)).toEqual([]);
});

test("after the portal was restored from its backup the phone brings back what was forgotten", async () => {
  const story = await Story.begin();
  story.portal.durable = 1;
  const visitId = await story.travel();
  await story.sync();
  const [client] = story.portal.clients.values();
  Object.assign(client ?? {}, { lmid: 1 });
  story.portal.epoch = crypto.randomUUID();
  story.portal.effects.clear();
  await recordVisitEvent(story.phone.commands, { visitId, kind: "arrived", position: null });
  expect(await story.sync()).toBe("done");
  await expectQuiet(story);
  expect(story.portal.effects.size).toBe(2);
  expect((await readMeta(story.phone.store)).epoch).toBe(story.portal.epoch);
});

test("a copied installation goes on under a new name with its unsent work in order", async () => {
  const story = await Story.begin();
  const before = (await readMeta(story.phone.store)).client_id ?? "";
  const client = story.portal.clients.get(before);
  await story.travel();
  const uids = (await queue(story.phone.store)).map((entry) => entry.mutation.uid);
  // the copy was quicker
  Object.assign(client ?? {}, { lmid: 1, raw: new Map([[1, "the copy's"]]) });
  expect(await story.sync()).toBe("done");
  const meta = await readMeta(story.phone.store);
  expect(meta.client_id).not.toBe(before);
  expect(meta.forked_at).not.toBeNull();
  expect([...story.portal.effects.keys()]).toEqual(uids);
  await expectQuiet(story);
});

test("a portal that knows less than was thought is given what it misses", async () => {
  const story = await Story.begin();
  story.portal.durable = 0;
  const visitId = await story.travel();
  await story.sync();
  const [client] = story.portal.clients.values();
  Object.assign(client ?? {}, { lmid: 1 });
  story.portal.effects.clear();
  await recordVisitEvent(story.phone.commands, { visitId, kind: "arrived", position: null });
  expect(await story.sync()).toBe("done");
  expect(story.portal.effects.size).toBe(2);
});

test("a view of several pages is swapped in at once, or not at all", async () => {
  const story = await Story.begin();
  for (let i = 0; i < 7; i++) {
    story.portal.put("order", `0192f000-0000-7000-8000-00000000020${i}`, order);
  }
  story.portal.limits = { ...story.portal.limits, pull_rows: 3 };
  await story.sync();
  await expectQuiet(story);

  const held = await ownChecksums(story.phone.store);
  for (let i = 0; i < 8; i++) {
    story.portal.put("order", `0192f000-0000-7000-8000-00000000029${i}`, order);
  }
  let asked = 0;
  const { fetch } = story.portal;
  story.portal.fetch = async (url, init) => {
    asked += url.endsWith("/pull") ? 1 : 0;
    return asked === 3 ? Promise.reject(new TypeError("Failed to fetch")) : fetch(url, init);
  };
  expect(await story.sync()).toBe("offline");
  expect(await ownChecksums(story.phone.store)).toEqual(held);
  asked = 100;
  await story.sync();
  await expectQuiet(story);
});

test("an order given to somebody else stays readable while Bruno is still at it", async () => {
  const story = await Story.begin();
  const visitId = await story.travel();
  for (const key of ["order/", "customer/", "equipment/"]) {
    for (const found of [...story.portal.rows.keys()].filter((name) => name.startsWith(key))) {
      story.portal.rows.delete(found);
    }
  }
  await story.sync();
  await expectQuiet(story);
  const view = await readView(story.phone.store);
  expect(view.orders.get(ORDER)).toMatchObject({ web_number: 26050063, has_left: true });
  expect([...view.customers.values()][0]?.name).toBe("Padaria São José");

  story.portal.put("visit", visitId, {
    ...(story.portal.rows.get(`visit/${visitId}`)?.body as object),
    state: "completed",
  });
  await story.sync();
  expect((await readView(story.phone.store)).orders.size).toBe(0);
});

test("a portal that forgot its pages is asked for the whole view", async () => {
  const story = await Story.begin();
  const { fetch } = story.portal;
  let pulls = 0;
  story.portal.fetch = async (url, init) =>
    url.endsWith("/pull") && pulls++ === 0 ? problem(409, "page_unknown") : fetch(url, init);
  expect(await story.sync()).toBe("done");
  await expectQuiet(story);
});

test("a base that differs from the portal's is replaced, not mended", async () => {
  const story = await Story.begin();
  const { fetch } = story.portal;
  let pulls = 0;
  story.portal.fetch = async (url, init) => {
    const response = await fetch(url, init);
    if (!url.endsWith("/pull") || pulls++ > 0) {
      return response;
    }
    const answer = await response.json();
    return Response.json({ ...answer, reset: false, rows: [], checksums: { order: [9, 9] } });
  };
  expect(await story.sync()).toBe("done");
  expect(pulls).toBe(2);
  await expectQuiet(story);
});

test("a person who logged out during a cycle finds no base brought back", async () => {
  const story = await Story.begin();
  const { fetch } = story.portal;
  story.portal.fetch = async (url, init) => {
    const response = await fetch(url, init);
    if (url.endsWith("/pull")) {
      await story.phone.store.write(["rows", "meta"], async (tx) => {
        await tx.objectStore("rows").clear();
        await tx.objectStore("meta").put(true, "is_closed");
      });
    }
    return response;
  };
  await story.sync();
  expect((await readView(story.phone.store)).me).toBeNull();
});

test("a portal restored to before it knew this phone is given everything again", async () => {
  const story = new Story();
  const empty = story.portal.backup();
  story.portal.durable = 0;
  await story.sync();
  const visitId = await story.travel();
  await story.sync();
  story.portal.restore(empty);
  await recordVisitEvent(story.phone.commands, { visitId, kind: "arrived", position: null });
  expect(await story.sync()).toBe("done");
  expect(story.portal.ran).toHaveLength(3);
  await expectQuiet(story);
});

test("a hole in what a portal asks for again makes a new name, not an endless round", async () => {
  const story = await Story.begin();
  await story.travel();
  await addNote(story.phone.commands, { orderId: ORDER, body: "Levar rolete" });
  story.portal.nextVerdicts = ["rejected"];
  await story.sync(); // the refusal stays to be read, what comes after it is durable and leaves
  const [client] = story.portal.clients.values();
  Object.assign(client ?? {}, { lmid: 0 });
  await addNote(story.phone.commands, { orderId: ORDER, body: "Levar fusor" });
  const before = (await readMeta(story.phone.store)).client_id;
  expect(await story.sync()).toBe("done");
  expect((await readMeta(story.phone.store)).client_id).not.toBe(before);
  expect(await unsent(story)).toBe(0);
});

test("what a copy did under the same number is never taken for one's own", async () => {
  const story = await Story.begin();
  await story.travel();
  const [client] = story.portal.clients.values();
  // the copy was quicker and has acknowledged it all
  Object.assign(client ?? {}, {
    lmid: 2,
    acked: 2,
    raw: new Map([
      [1, "x"],
      [2, "y"],
    ]),
  });
  await writeMeta(story.phone.store, { must_reset: true });
  expect(await story.sync()).toBe("done");
  expect(story.portal.effects.size).toBe(2);
});

test("a refusal that nobody has read yet survives the new name of a copied installation", async () => {
  const story = await Story.begin();
  await story.travel();
  story.portal.nextVerdicts = ["rejected"];
  await story.sync();
  await addNote(story.phone.commands, { orderId: ORDER, body: "Levar rolete" });
  const [client] = story.portal.clients.values();
  Object.assign(client ?? {}, { lmid: 3, raw: new Map([[3, "the copy's"]]) });
  expect(await story.sync()).toBe("done");
  const troubles = (await queue(story.phone.store)).filter(isTrouble);
  expect(troubles.map(({ seq, mutation }) => [seq, mutation.name])).toEqual([[-1, "select_visit"]]);
  await markRead(story.phone.store, -1);
  await story.sync();
  expect(await queue(story.phone.store)).toEqual([]);
});

test("a restored portal is offered the files and tracks that still are here", async () => {
  const story = await Story.begin();
  const visitId = await story.travel();
  const empty = story.portal.backup();
  story.portal.durable = 0;
  const { sha256 } = await story.photo(visitId, new Uint8Array([1, 2, 3]));
  await appendFix(story.phone.store, visitId, [1, -27.6, -48.5, 8, null]);
  await story.sync();
  story.portal.restore(empty);
  await story.sync();
  expect(story.portal.files.has(sha256)).toBe(true);
  expect(story.portal.tracks.get(visitId)?.size).toBe(1);
});
