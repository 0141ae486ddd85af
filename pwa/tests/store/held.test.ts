import { expect, test } from "vitest";
import { confirmDelivery } from "../../src/commands/deliver";
import { DEFAULT_LIMITS, type PullAnswer } from "../../src/protocol/wire";
import { swapIn } from "../../src/store/base";
import { Device } from "../../src/store/device";
import { saveDraft } from "../../src/store/drafts";
import { AT_THE_DOOR, releaseHeld } from "../../src/store/held";
import { keepsakes } from "../../src/store/keepsakes";
import { queue } from "../../src/store/outbox";
import { readView } from "../../src/store/view";
import { runCycle } from "../../src/sync/cycle";
import { FieldSession } from "../../src/sync/session";
import { aRound, NF_900, NF_901 } from "../driver";
import { Phone } from "../phone";

async function onTheRoad(): Promise<Phone> {
  const phone = new Phone();
  await phone.fill(aRound());
  return phone;
}

const handover = (phone: Phone, invoiceId: string) =>
  confirmDelivery(phone.commands, {
    invoiceId,
    outcome: "delivered",
    receiverName: "Rosa",
    receiverDocument: "",
    happenedAt: phone.clock.now(),
    note: "",
    position: null,
    photos: [],
    signature: null,
  });

const everythingGone = (): PullAnswer =>
  ({
    server_time: "2026-03-02T11:00:00.000Z",
    epoch: "e1",
    schema: { min: 1, max: 1 },
    limits: DEFAULT_LIMITS,
    reset: false,
    cursor: 1,
    lmid: 0,
    durable_lmid: 0,
    rows: [],
    gone: aRound().map(({ kind, id }) => [kind, id]),
    results: [],
    checksums: null,
    more: null,
  }) as unknown as PullAnswer;

test("Held records go into the outbox in the order they were made, each once", async () => {
  const phone = await onTheRoad();
  const first = await handover(phone, NF_900);
  phone.clock.pass(3);
  const second = await handover(phone, NF_901);
  phone.clock.pass(8);
  const now = phone.clock.now();
  expect(await Promise.all([releaseHeld(phone.store, now), releaseHeld(phone.store, now)])).toContain(1);
  expect(await releaseHeld(phone.store, null)).toBe(1);
  const sent = (await queue(phone.store)).map(({ seq, mutation }) => [
    seq,
    (mutation.args as { delivery_id: string }).delivery_id,
  ]);
  expect(sent).toEqual([
    [1, first],
    [2, second],
  ]);
});

test("A cycle sends what nobody undid, also where nobody waits for it and without a network", async () => {
  const phone = await onTheRoad();
  await handover(phone, NF_900);
  const context = {
    store: phone.store,
    clock: phone.clock,
    fetch: async () => {
      throw new TypeError("Failed to fetch");
    },
    device: { name: "Moto G", platform: "test" },
    changed: () => undefined,
  };
  await runCycle(context, "minute", null);
  expect(await queue(phone.store)).toEqual([]);
  phone.clock.pass(10);
  await runCycle(context, "minute", null);
  expect(await queue(phone.store)).toHaveLength(1);
});

test("A logout asks about a record that is still held", async () => {
  const phone = await onTheRoad();
  await handover(phone, NF_900);
  const device = new Device();
  await device.enter({ id: phone.userId, name: "Diego", role: "driver", email: "diego@example.com" });
  const session = new FieldSession(
    device,
    () => phone.store,
    async () => new Response(),
    () => undefined,
  );
  expect(await session.logout()).toEqual({ kind: "unsent_work", unsent: { mutations: 1, files: 0 } });
  await device.close();
});

test("An invoice in hand is kept when the office takes it away: typed, held or unsent", async () => {
  const phone = await onTheRoad();
  await handover(phone, NF_900);
  await saveDraft(phone.store, AT_THE_DOOR + NF_901, { values: {} }, phone.clock.now());
  await swapIn(phone.store, everythingGone(), false, false, phone.clock.now());
  const view = await readView(phone.store);
  expect([...view.invoices.values()].map(({ id, has_left }) => [id, has_left])).toEqual([
    [NF_900, true],
    [NF_901, true],
  ]);
  expect(view.customers.size).toBe(2);
  await releaseHeld(phone.store, null);
  expect(keepsakes([], aRound(), new Map(), await queue(phone.store)).map((row) => row.id)).toContain(NF_900);
});
