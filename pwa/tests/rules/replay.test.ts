import { expect, test } from "vitest";
import type {
  Mutation,
  MutationArgs,
  MutationName,
  MutationResult,
  Position,
} from "../../src/protocol/mutations";
import { replay } from "../../src/rules/replay";
import { openVisit, visitOf } from "../../src/rules/seen";
import type { MutationState, QueuedMutation } from "../../src/store/schema";
import { aDay, form, ORDER, row, visitBody } from "../people";

const VISIT = "0192f000-0000-7000-8000-000000000b11";
const PHOTO = "0192f000-0000-7000-8000-000000000b12";
const here: Position = { lat: -27.5, lon: -48.5, accuracy: 12, fixed_at: "2026-03-02T11:00:00.000Z" };
const onVisit = { visit_id: VISIT, order_id: ORDER };

let seq = 0;
function did<N extends MutationName>(
  name: N,
  args: MutationArgs[N],
  state: MutationState = "waiting",
  isInBase = false,
): QueuedMutation {
  seq += 1;
  const uid = `0192f000-0000-7000-8000-${String(seq).padStart(12, "0")}`;
  const occurred_at = "2026-03-02T11:00:00.000Z";
  const mutation = {
    seq,
    uid,
    name,
    v: 1,
    args,
    base: {},
    occurred_at,
    mono: 0,
    boot: "",
  } as unknown as Mutation;
  const result: MutationResult | null =
    state === "waiting"
      ? null
      : {
          seq,
          uid,
          status: state,
          code: "order_closed",
          message: "A ordem foi cancelada.",
          at: occurred_at,
          data: {},
        };
  return { seq, mutation, state, result, isInBase, isRead: false, written_at: occurred_at };
}

const event = (kind: MutationArgs["record_visit_event"]["kind"], state?: MutationState) =>
  did(
    "record_visit_event",
    { event_id: `event-${kind}`, ...onVisit, kind, position: here, note: null, reason: null },
    state,
  );
const completion = () =>
  did("complete_visit", {
    event_id: "event-completed",
    ...onVisit,
    position: here,
    form,
    checklist: null,
    readings: [],
    parts_used: [],
    part_requests: [],
    photo_ids: [],
    signature: { refused_reason: "Não havia ninguém" },
    signed_content: "{}",
    content_hash: "00",
  });
const photo = () =>
  did("attach_photo", {
    photo_id: PHOTO,
    ...onVisit,
    sha256: "ab",
    size: 10,
    type: "image/jpeg",
    width: 1,
    height: 1,
    slot: "before",
    caption: "Antes",
    taken_at: "2026-03-02T11:00:00.000Z",
  });
const seen = (outbox: QueuedMutation[], rows = aDay(), receivedFiles = new Set<string>()) =>
  replay({ rows, kept: [], outbox, receivedFiles });

test("without an outbox a person sees the base", () => {
  const view = seen([]);
  expect(view.me?.name).toBe("Bruno Weber");
  expect(view.orders.get(ORDER)).toMatchObject({ status: "E", receipt: "portal", has_left: false });
  expect(openVisit(view)).toBeNull();
});

test("a whole visit made offline is seen before the portal knows of it", () => {
  const view = seen([
    did("select_visit", { ...onVisit, position: null }),
    event("travel_started"),
    event("arrived"),
    photo(),
    completion(),
  ]);
  const visit = visitOf(view, ORDER);
  expect(visit).toMatchObject({ state: "completed", outcome: "done", receipt: "device" });
  expect(visit?.events.map(({ kind, receipt }) => [kind, receipt])).toEqual([
    ["selected", "device"],
    ["travel_started", "device"],
    ["arrived", "device"],
    ["completed", "device"],
  ]);
  expect(visit?.photos).toMatchObject([{ id: PHOTO, receipt: "device", caption: "Antes" }]);
  expect(view.orders.get(ORDER)?.status).toBe("O");
});

test("travel takes the order to M and giving up brings it back to E", () => {
  expect(seen([event("travel_started")]).orders.get(ORDER)?.status).toBe("M");
  expect(seen([event("travel_started"), event("cancelled")]).orders.get(ORDER)?.status).toBe("E");
});

test("an answered fact says portal before the base holds it", () => {
  const visit = visitOf(seen([event("arrived", "applied")]), ORDER);
  expect(visit?.events[0]?.receipt).toBe("portal");
});

test("what the base holds is not played twice", () => {
  const known = { ...visitBody, state: "arrived" as const };
  known.events = [
    {
      id: "event-arrived",
      kind: "arrived",
      occurred_at: "2026-03-02T11:00:00.000Z",
      received_at: "2026-03-02T11:00:05.000Z",
      latitude: null,
      longitude: null,
      accuracy_m: null,
      note: null,
    },
  ];
  const rows = [...aDay(), row("visit", VISIT, known, 3)];
  const inBase = { ...event("arrived", "applied"), isInBase: true };
  expect(visitOf(seen([inBase], rows), ORDER)?.events).toHaveLength(1);
  expect(visitOf(seen([event("arrived")], rows), ORDER)?.events).toHaveLength(1);
});

test("a rejected selection is no visit but a trouble at the order", () => {
  const view = seen([did("select_visit", { ...onVisit, position: null }, "rejected")]);
  expect(visitOf(view, ORDER)).toBeNull();
  expect(view.orders.get(ORDER)?.troubles).toMatchObject([{ name: "select_visit" }]);
});

test("what the portal put aside stays seen, with its trouble", () => {
  const view = seen([{ ...event("arrived", "quarantined"), isInBase: true }]);
  expect(visitOf(view, ORDER)).toMatchObject({
    state: "arrived",
    troubles: [{ name: "record_visit_event" }],
  });
});

test("a photo says portal only when its file is there", () => {
  const sent = { ...photo(), state: "applied" as const };
  expect(visitOf(seen([sent]), ORDER)?.photos[0]?.receipt).toBe("device");
  expect(visitOf(seen([sent], aDay(), new Set(["ab"])), ORDER)?.photos[0]?.receipt).toBe("portal");
  const receipt = row("file_receipt", "r1", { sha256: "ab", size: 10 });
  expect(visitOf(seen([sent], [...aDay(), receipt]), ORDER)?.photos[0]?.receipt).toBe("portal");
});

test("a withdrawn photo is marked, not forgotten", () => {
  const view = seen([
    photo(),
    did("withdraw_photo", { photo_id: PHOTO, visit_id: VISIT, reason: "tremida" }),
  ]);
  expect(visitOf(view, ORDER)?.photos).toMatchObject([{ id: PHOTO, is_withdrawn: true }]);
});

test("a cancelled order stays cancelled when its visit is concluded", () => {
  const cancelled = aDay().map((known) =>
    known.kind === "order" ? { ...known, body: { ...(known.body as object), status: "C" } } : known,
  );
  expect(seen([completion()], cancelled).orders.get(ORDER)?.status).toBe("C");
});

test("an order opened in the field and a note on it are seen at once", () => {
  const view = seen([
    did("open_order", {
      order_id: "new",
      customer_id: "c",
      equipment_id: null,
      description: "Outra máquina parada",
      requester_name: null,
      requester_phone: null,
    }),
    did("add_note", { note_id: "n", order_id: "new", body: "Levar toner" }),
  ]);
  expect(view.orders.get("new")).toMatchObject({
    status: "A",
    receipt: "device",
    unsent_notes: [{ body: "Levar toner" }],
  });
});
