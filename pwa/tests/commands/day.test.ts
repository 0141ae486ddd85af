import { expect, test } from "vitest";
import { addNote } from "../../src/commands/add-note";
import { attachPhoto } from "../../src/commands/attach-photo";
import { type Completion, completeVisit } from "../../src/commands/complete-visit";
import { openOrder } from "../../src/commands/open-order";
import { recordVisitEvent } from "../../src/commands/record-visit-event";
import { requestParts } from "../../src/commands/request-parts";
import { selectVisit } from "../../src/commands/select-visit";
import { updateContact } from "../../src/commands/update-contact";
import { withdrawPhoto } from "../../src/commands/withdraw-photo";
import type { MutationOf } from "../../src/protocol/mutations";
import { sha256 } from "../../src/protocol/sha256";
import { visitOf } from "../../src/rules/seen";
import { readDraft, saveDraft } from "../../src/store/drafts";
import { readFile } from "../../src/store/files";
import { queue } from "../../src/store/outbox";
import { readView } from "../../src/store/view";
import { aDay, BAKERY, form, me, ORDER, OTHER_ORDER, order, row } from "../people";
import { Phone } from "../phone";

const position = { lat: -27.5, lon: -48.5, accuracy: 9, fixed_at: "2026-03-02T11:00:00.000Z" };
const jpeg = (text: string) => ({
  bytes: new TextEncoder().encode(text).buffer as ArrayBuffer,
  type: "image/jpeg" as const,
  width: 4,
  height: 3,
});
const conclusion = (visitId: string): Completion => ({
  visitId,
  position,
  form,
  answers: {},
  readings: [],
  partsUsed: [],
  partRequests: [],
  signature: {
    signer_name: "Marina Souza",
    signer_document: "529.982.247-25",
    strokes: [{}],
    png: jpeg("png").bytes,
    signed_at: "2026-03-02T13:00:00.000Z",
  },
});

async function atWork(phone: Phone): Promise<string> {
  const { visitId } = await selectVisit(phone.commands, { orderId: ORDER, position });
  for (const kind of ["travel_started", "arrived", "work_started", "work_finished"] as const) {
    phone.clock.pass(600);
    await recordVisitEvent(phone.commands, { visitId, kind, position });
  }
  return visitId;
}

test("Bruno serves an order from the selection to the conclusion, all on the phone", async () => {
  const phone = await Phone.withADay();
  const visitId = await atWork(phone);
  const photo = await attachPhoto(phone.commands, { visitId, photo: jpeg("before"), slot: "before" });
  await recordVisitEvent(phone.commands, { visitId, kind: "form_filled", position });
  await saveDraft(phone.store, `form/${visitId}`, form, phone.clock.now());
  await completeVisit(phone.commands, { ...conclusion(visitId), draftKeys: [`form/${visitId}`] });

  const outbox = await queue(phone.store);
  expect(outbox.map((entry) => entry.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(outbox.map((entry) => entry.mutation.name)).toEqual([
    "select_visit",
    ...Array(4).fill("record_visit_event"),
    "attach_photo",
    "record_visit_event",
    "complete_visit",
  ]);
  expect(outbox[0]?.mutation).toMatchObject({
    v: 1,
    base: { [`order/${ORDER}`]: 815 },
    boot: phone.clock.boot,
  });
  const visit = visitOf(await readView(phone.store), ORDER);
  expect(visit).toMatchObject({ state: "completed", signature: { signer_name: "Marina Souza" } });
  expect(visit?.photos[0]?.sha256).toBe(photo.sha256);
  expect(await readDraft(phone.store, `form/${visitId}`)).toBeNull();
  expect(phone.writes).toBe(8);
});

test("what is signed is bound by the hash of its exact text", async () => {
  const phone = await Phone.withADay();
  const visitId = await atWork(phone);
  await recordVisitEvent(phone.commands, { visitId, kind: "form_filled", position });
  await completeVisit(phone.commands, conclusion(visitId));

  const last = (await queue(phone.store)).at(-1)?.mutation as MutationOf<"complete_visit">;
  expect(await sha256(last.args.signed_content)).toBe(last.args.content_hash);
  expect(JSON.parse(last.args.signed_content)).toMatchObject({
    visit_id: visitId,
    web_number: order.web_number,
    customer: "Padaria São José",
    signer_name: "Marina Souza",
  });
  const { signature } = last.args;
  const image = "sha256" in signature ? await readFile(phone.store, signature.sha256) : null;
  expect(image?.file.type).toBe("image/png");
});

test("a conclusion without diagnosis, signer or outcome's reason names each missing field", async () => {
  const phone = await Phone.withADay();
  const visitId = await atWork(phone);
  await recordVisitEvent(phone.commands, { visitId, kind: "form_filled", position });
  const incomplete: Completion = {
    ...conclusion(visitId),
    form: { ...form, outcome: "pending", diagnosis: " " },
    signature: {
      signer_name: "",
      signer_document: "123",
      strokes: [],
      png: jpeg("png").bytes,
      signed_at: "",
    },
  };
  await expect(completeVisit(phone.commands, incomplete)).rejects.toMatchObject({
    code: "missing_fields",
    fields: {
      diagnosis: expect.any(String),
      pending_reason: expect.any(String),
      signer_name: expect.any(String),
      signer_document: expect.any(String),
      strokes: expect.any(String),
    },
  });
  expect(await queue(phone.store)).toHaveLength(6);
});

test("a customer who refuses to sign does not keep the visit open", async () => {
  const phone = await Phone.withADay();
  const visitId = await atWork(phone);
  await recordVisitEvent(phone.commands, { visitId, kind: "form_filled", position });
  await completeVisit(phone.commands, {
    ...conclusion(visitId),
    signature: { refused_reason: "Loja fechou" },
  });
  const visit = visitOf(await readView(phone.store), ORDER);
  expect(visit).toMatchObject({
    state: "completed",
    signature: null,
    signature_refused_reason: "Loja fechou",
  });
});

test("a step out of turn is refused and writes nothing", async () => {
  const phone = await Phone.withADay();
  const { visitId } = await selectVisit(phone.commands, { orderId: ORDER, position: null });
  const early = recordVisitEvent(phone.commands, { visitId, kind: "work_finished", position });
  await expect(early).rejects.toMatchObject({ code: "step_not_possible" });
  await expect(completeVisit(phone.commands, conclusion(visitId))).rejects.toMatchObject({
    code: "step_not_possible",
  });
  expect(await queue(phone.store)).toHaveLength(1);
});

test("Bruno serves one order at a time", async () => {
  const phone = await Phone.withADay();
  await phone.fill([row("order", OTHER_ORDER, order)]);
  await selectVisit(phone.commands, { orderId: ORDER, position: null });
  const second = selectVisit(phone.commands, { orderId: OTHER_ORDER, position: null });
  await expect(second).rejects.toMatchObject({ code: "another_visit_open" });
});

test("a double tap selects once", async () => {
  const phone = await Phone.withADay();
  const taps = await Promise.allSettled([
    selectVisit(phone.commands, { orderId: ORDER, position: null }),
    selectVisit(phone.commands, { orderId: ORDER, position: null }),
  ]);
  expect(taps.map((tap) => tap.status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(await queue(phone.store)).toHaveLength(1);
});

test("a cancelled visit needs a reason and frees the order", async () => {
  const phone = await Phone.withADay();
  const { visitId } = await selectVisit(phone.commands, { orderId: ORDER, position: null });
  const silent = recordVisitEvent(phone.commands, { visitId, kind: "cancelled", position: null });
  await expect(silent).rejects.toMatchObject({ code: "missing_fields" });
  await recordVisitEvent(phone.commands, {
    visitId,
    kind: "cancelled",
    position: null,
    reason: "Cliente ausente",
  });
  await selectVisit(phone.commands, { orderId: ORDER, position: null });
  expect((await readView(phone.store)).visits.size).toBe(2);
});

test("a photo may be withdrawn until the conclusion", async () => {
  const phone = await Phone.withADay();
  const visitId = await atWork(phone);
  const { photoId } = await attachPhoto(phone.commands, { visitId, photo: jpeg("blurred"), slot: "other" });
  await withdrawPhoto(phone.commands, { visitId, photoId, reason: "tremida" });
  await recordVisitEvent(phone.commands, { visitId, kind: "form_filled", position });
  await completeVisit(phone.commands, conclusion(visitId));
  const last = (await queue(phone.store)).at(-1)?.mutation as MutationOf<"complete_visit">;
  expect(last.args.photo_ids).toEqual([]);
  const late = withdrawPhoto(phone.commands, { visitId, photoId, reason: "?" });
  await expect(late).rejects.toMatchObject({ code: "visit_closed" });
});

test("parts, notes, contact and a new call are written beside the visit", async () => {
  const phone = await Phone.withADay();
  const line = { id: "p1", part_id: null, description: "Rolete", quantity: 2 };
  await requestParts(phone.commands, { orderId: ORDER, visitId: null, items: [line] });
  await addNote(phone.commands, { orderId: ORDER, body: " Portaria fecha às 18h " });
  await updateContact(phone.commands, { orderId: ORDER, requesterName: "Rui", requesterPhone: "" });
  const { orderId } = await openOrder(phone.commands, {
    customerId: BAKERY,
    equipmentId: null,
    description: "Segunda máquina parada",
  });
  const view = await readView(phone.store);
  expect(view.orders.get(ORDER)).toMatchObject({
    requester_name: "Rui",
    requester_phone: null,
    unsent_notes: [{ body: "Portaria fecha às 18h" }],
    unsent_part_requests: [line],
  });
  expect(view.orders.get(orderId)?.description).toBe("Segunda máquina parada");
});

test("without the grant no call is opened", async () => {
  const phone = new Phone();
  await phone.fill([
    ...aDay().filter(({ kind }) => kind !== "me"),
    row("me", "m", { ...me, can_open_orders: false }),
  ]);
  const call = openOrder(phone.commands, { customerId: BAKERY, equipmentId: null, description: "x" });
  await expect(call).rejects.toMatchObject({ code: "not_allowed" });
});
