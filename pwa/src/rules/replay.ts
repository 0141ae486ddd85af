/**
 * The replay: base rows with the outbox played over them, in order of `seq`. Pure; the same input gives the
 * same view. A mutation whose effects the base holds is left out; a rejected one shows as a trouble, not as an
 * effect; everything else stays seen until it is resolved (invariant 11).
 */
import type { Mutation, MutationArgs, MutationOf } from "../protocol/mutations";
import type { Kind, OrderStatus, RowBodies, VisitBody, VisitEventKind } from "../protocol/rows";
import type { HeldMutation, QueuedMutation, StoredRow } from "../store/schema";
import { type Receipt, receiptOf } from "./receipts";
import { performDelivery, seenDelivery } from "./replay-deliveries";
import type { Row, SeenOrder, SeenPhoto, SeenVisit, View } from "./seen";
import { stateAfter } from "./visit-state";

export interface Snapshot {
  rows: readonly StoredRow[];
  /** rows that left the view while work on them is unfinished */
  kept: readonly StoredRow[];
  outbox: readonly QueuedMutation[];
  /** recorded, and still to be undone for some seconds */
  held?: readonly HeldMutation[];
  /** SHA-256 of the files that the portal has, by the phone's own receipts */
  receivedFiles: ReadonlySet<string>;
}

export function replay(snapshot: Snapshot): View {
  const view = baseView(snapshot);
  for (const entry of snapshot.outbox) {
    if (entry.state === "rejected") {
      complain(view, entry);
    } else if (!entry.isInBase || entry.state === "quarantined") {
      perform(
        view,
        entry.mutation,
        entry.state === "applied" || entry.state === "applied_with_discrepancy" ? "portal" : "device",
      );
    }
    if (entry.state === "applied_with_discrepancy" || entry.state === "quarantined") {
      complain(view, entry);
    }
  }
  for (const { mutation, until } of snapshot.held ?? []) {
    performDelivery(view, mutation, "device", until);
  }
  for (const visit of view.visits.values()) {
    settleReceipts(visit, view, snapshot.receivedFiles);
  }
  return view;
}

function baseView({ rows, kept }: Snapshot): View {
  const of = <K extends Kind>(kind: K, from: readonly StoredRow[] = rows): Row<RowBodies[K]>[] =>
    from
      .filter((row) => row.kind === kind)
      .map((row) => ({ ...(row.body as RowBodies[K]), id: row.id, ver: row.ver }));
  const byId = <R extends { id: string }>(list: R[]): Map<string, R> =>
    new Map(list.map((row) => [row.id, row]));
  const seenOrder = (order: Row<RowBodies["order"]>, has_left: boolean): SeenOrder => ({
    ...order,
    receipt: "portal",
    has_left,
    unsent_notes: [],
    unsent_part_requests: [],
    troubles: [],
  });
  return {
    me: of("me")[0] ?? null,
    orders: byId([
      ...of("order", kept).map((order) => seenOrder(order, true)),
      ...of("order").map((order) => seenOrder(order, false)),
    ]),
    customers: byId([...of("customer", kept), ...of("customer")]),
    equipment: byId([...of("equipment", kept), ...of("equipment")]),
    meterReadings: [...of("meter_reading")],
    pastVisits: of("past_visit"),
    triageMessages: of("triage_message"),
    checklists: byId([...of("checklist", kept), ...of("checklist")]),
    parts: of("part"),
    partRequests: of("part_request"),
    visits: byId(of("visit").map(seenVisit)),
    fileReceipts: new Map(of("file_receipt").map((receipt) => [receipt.sha256, receipt])),
    invoices: byId([
      ...of("invoice", kept).map((invoice) => ({ ...invoice, has_left: true })),
      ...of("invoice").map((invoice) => ({ ...invoice, has_left: false })),
    ]),
    deliveries: byId(of("delivery").map(seenDelivery)),
    deliveryPolicy: of("delivery_policy")[0] ?? null,
  };
}

function seenVisit(visit: Row<VisitBody>): SeenVisit {
  return {
    ...visit,
    events: visit.events.map((event) => ({
      ...event,
      receipt: receiptOf({ isUnsent: false, iluxAt: visit.ilux_at }),
    })),
    photos: visit.photos.map((photo) => ({ ...photo, receipt: "portal", caption: null })),
    readings: [...visit.readings],
    parts_used: [...visit.parts_used],
    part_requests: [...visit.part_requests],
    receipt: receiptOf({ isUnsent: false, iluxAt: visit.ilux_at }),
    signature_refused_reason: null,
    troubles: [],
  };
}

function perform(view: View, mutation: Mutation, receipt: Receipt): void {
  switch (mutation.name) {
    case "select_visit":
      addEvent(view, mutation, "selected", receipt, mutation.uid);
      break;
    case "record_visit_event":
      addEvent(view, mutation, mutation.args.kind, receipt, mutation.args.event_id);
      moveOrder(view, mutation.args.order_id, mutation.args.kind);
      break;
    case "attach_photo":
      addPhoto(visitFor(view, mutation.args), mutation.args, receipt);
      break;
    case "withdraw_photo": {
      const visit = view.visits.get(mutation.args.visit_id);
      if (visit) {
        visit.photos = visit.photos.map((photo) =>
          photo.id === mutation.args.photo_id ? { ...photo, is_withdrawn: true } : photo,
        );
      }
      break;
    }
    case "complete_visit":
      complete(view, mutation, receipt);
      break;
    case "request_parts":
      requestParts(view, mutation.args);
      break;
    case "add_note":
      view.orders.get(mutation.args.order_id)?.unsent_notes.push({
        id: mutation.args.note_id,
        body: mutation.args.body,
        written_at: mutation.occurred_at,
      });
      break;
    case "update_contact":
      changeOrder(view, mutation.args.order_id, {
        requester_name: mutation.args.requester_name,
        requester_phone: mutation.args.requester_phone,
      });
      break;
    case "open_order":
      openOrder(view, mutation, receipt);
      break;
    default:
      performDelivery(view, mutation, receipt, null);
  }
}

type OfVisit = { visit_id: string; order_id: string };

function visitFor(view: View, { visit_id, order_id }: OfVisit): SeenVisit {
  const known = view.visits.get(visit_id);
  if (known) {
    return known;
  }
  const visit: SeenVisit = {
    id: visit_id,
    ver: 0,
    order_id,
    technician_id: view.me?.technician_id ?? "",
    state: "selected",
    is_primary: true,
    outcome: null,
    diagnosis: null,
    resolution: null,
    pending_reason: null,
    distance_km: null,
    distance_method: null,
    travel_minutes: null,
    files_expected: 0,
    files_received: 0,
    received_at: null,
    ilux_at: null,
    events: [],
    photos: [],
    readings: [],
    parts_used: [],
    part_requests: [],
    signature: null,
    discrepancies: [],
    receipt: "device",
    signature_refused_reason: null,
    troubles: [],
  };
  view.visits.set(visit_id, visit);
  return visit;
}

function addEvent(
  view: View,
  mutation: MutationOf<"select_visit"> | MutationOf<"record_visit_event"> | MutationOf<"complete_visit">,
  kind: VisitEventKind,
  receipt: Receipt,
  id: string,
): SeenVisit {
  const visit = visitFor(view, mutation.args);
  visit.state = stateAfter(visit.state, kind);
  if (!visit.events.some((event) => event.id === id)) {
    const { position } = mutation.args;
    visit.events.push({
      id,
      kind,
      occurred_at: mutation.occurred_at,
      received_at: null,
      latitude: position?.lat ?? null,
      longitude: position?.lon ?? null,
      accuracy_m: position?.accuracy ?? null,
      note: "note" in mutation.args ? mutation.args.note : null,
      receipt,
    });
  }
  return visit;
}

function addPhoto(visit: SeenVisit, args: MutationArgs["attach_photo"], receipt: Receipt): void {
  if (visit.photos.some((photo) => photo.id === args.photo_id)) {
    return;
  }
  const { photo_id, sha256, size, type, slot, caption, question, taken_at } = args;
  const photo: SeenPhoto = {
    id: photo_id,
    sha256,
    size,
    type,
    slot,
    caption,
    question,
    taken_at,
    is_withdrawn: false,
    receipt,
  };
  visit.photos.push(photo);
  visit.files_expected += 1;
}

function complete(view: View, mutation: MutationOf<"complete_visit">, receipt: Receipt): void {
  const { args } = mutation;
  const visit = addEvent(view, mutation, "completed", receipt, args.event_id);
  visit.outcome = args.form.outcome;
  visit.diagnosis = args.form.diagnosis;
  visit.resolution = args.form.resolution;
  visit.pending_reason = args.form.pending_reason;
  visit.readings = args.readings;
  visit.parts_used = args.parts_used;
  visit.part_requests = [...visit.part_requests, ...args.part_requests];
  if ("refused_reason" in args.signature) {
    visit.signature_refused_reason = args.signature.refused_reason;
  } else {
    const { signer_name, signer_document, signed_at } = args.signature;
    visit.signature = { signer_name, signer_document, signed_at, content_hash: args.content_hash };
    visit.files_expected += 1;
  }
  const ended: Record<string, OrderStatus> = { done: "O", attended: "T", pending: "P" };
  const order = view.orders.get(args.order_id);
  if (order && order.status !== "C" && !order.has_left) {
    order.status = ended[args.form.outcome] ?? order.status;
    order.pending_reason = args.form.pending_reason;
  }
}

/** Travel or anything later takes the order to M; giving up brings it back to E. */
function moveOrder(view: View, orderId: string, kind: VisitEventKind): void {
  const order = view.orders.get(orderId);
  if (order && kind === "cancelled" && order.status === "M") {
    order.status = "E";
  } else if (order && kind !== "cancelled" && "EPLS".includes(order.status)) {
    order.status = "M";
  }
}

function requestParts(view: View, args: MutationArgs["request_parts"]): void {
  const visit = args.visit_id === null ? undefined : view.visits.get(args.visit_id);
  const list = visit?.part_requests ?? view.orders.get(args.order_id)?.unsent_part_requests;
  list?.push(...args.items);
}

function changeOrder(view: View, id: string, change: Partial<SeenOrder>): void {
  const order = view.orders.get(id);
  if (order) {
    view.orders.set(id, { ...order, ...change });
  }
}

function openOrder(view: View, mutation: MutationOf<"open_order">, receipt: Receipt): void {
  const { order_id, ...said } = mutation.args;
  if (view.orders.has(order_id)) {
    return;
  }
  view.orders.set(order_id, {
    id: order_id,
    ver: 0,
    web_number: null,
    ilux_number: null,
    status: "A",
    company_id: null,
    contract_number: null,
    contract_kind: "none",
    technician_id: null,
    defect: null,
    opened_at: mutation.occurred_at,
    scheduled_at: null,
    due_at: null,
    revised_due_at: null,
    pending_reason: null,
    cancel_reason: null,
    checklist_version_id: null,
    notes: null,
    ...said,
    receipt,
    has_left: false,
    unsent_notes: [],
    unsent_part_requests: [],
    troubles: [],
  });
}

function complain(view: View, { mutation, result, isRead }: QueuedMutation): void {
  if (result === null || isRead) {
    return;
  }
  const trouble = { name: mutation.name, result };
  const visit =
    "visit_id" in mutation.args && mutation.args.visit_id !== null
      ? view.visits.get(mutation.args.visit_id)
      : undefined;
  const order = "order_id" in mutation.args ? view.orders.get(mutation.args.order_id) : undefined;
  const delivery =
    "delivery_id" in mutation.args ? view.deliveries.get(mutation.args.delivery_id) : undefined;
  (visit ?? order ?? delivery)?.troubles.push(trouble);
}

/** A photo is on the portal when its bytes are; a visit, when its conclusion is. */
function settleReceipts(visit: SeenVisit, view: View, received: ReadonlySet<string>): void {
  visit.photos = visit.photos.map((photo) => ({
    ...photo,
    receipt:
      photo.receipt === "device" || !(view.fileReceipts.has(photo.sha256) || received.has(photo.sha256))
        ? "device"
        : receiptOf({ isUnsent: false, iluxAt: visit.ilux_at }),
  }));
  const told = visit.events.find((event) => event.kind === "completed") ?? visit.events[0];
  visit.receipt = told?.receipt ?? visit.receipt;
}
