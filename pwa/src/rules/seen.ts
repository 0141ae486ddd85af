/**
 * What a person sees: the base with the outbox replayed on it, each fact with its receipt.
 */
import type { MutationName, MutationResult } from "../protocol/mutations";
import type {
  ChecklistBody,
  CustomerBody,
  DeliveryBody,
  DeliveryPolicyBody,
  EquipmentBody,
  FileReceiptBody,
  InvoiceBody,
  MeBody,
  MeterReadingBody,
  OrderBody,
  PartBody,
  PartLine,
  PartRequestBody,
  PastVisitBody,
  TriageMessageBody,
  VisitBody,
  VisitEventBody,
  VisitPhotoBody,
} from "../protocol/rows";
import type { Receipt } from "./receipts";

/** `ver` is 0 for a row that was born on this phone and that the portal has not answered yet. */
export type Row<B> = B & { id: string; ver: number };

/** A change of this phone that the portal did not take as it was, shown where the thing itself is shown. */
export interface Trouble {
  name: MutationName;
  result: MutationResult;
}

export interface SeenNote {
  id: string;
  body: string;
  written_at: string;
}

export type SeenOrder = Row<OrderBody> & {
  receipt: Receipt;
  /** the portal took it out of this technician's view while the phone still works on it */
  has_left: boolean;
  /** notes of this phone that the portal does not show in `notes` yet */
  unsent_notes: SeenNote[];
  /** parts requested outside a visit, not sent yet */
  unsent_part_requests: PartLine[];
  troubles: Trouble[];
};

export type SeenEvent = VisitEventBody & { receipt: Receipt };
export type SeenPhoto = VisitPhotoBody & { receipt: Receipt; caption: string | null };

export type SeenVisit = Omit<Row<VisitBody>, "events" | "photos"> & {
  events: SeenEvent[];
  /** withdrawn ones are still listed, marked `is_withdrawn` */
  photos: SeenPhoto[];
  /** of the conclusion when there is one, else of the visit's first event */
  receipt: Receipt;
  /** present when the customer refused to sign; not known after the portal's row replaced the phone's */
  signature_refused_reason: string | null;
  troubles: Trouble[];
};

export type SeenInvoice = Row<InvoiceBody> & {
  /** the portal took it out of this driver's view while the phone still works on it */
  has_left: boolean;
};

export type SeenDelivery = Row<DeliveryBody> & {
  receipt: Receipt;
  /** until then it waits on the phone and can be undone without a trace; null once it is on its way */
  undo_until: string | null;
  troubles: Trouble[];
};

/** Everything a screen may show, from one snapshot of the store. */
export interface View {
  me: Row<MeBody> | null;
  orders: Map<string, SeenOrder>;
  customers: Map<string, Row<CustomerBody>>;
  equipment: Map<string, Row<EquipmentBody>>;
  meterReadings: Row<MeterReadingBody>[];
  pastVisits: Row<PastVisitBody>[];
  triageMessages: Row<TriageMessageBody>[];
  checklists: Map<string, Row<ChecklistBody>>;
  parts: Row<PartBody>[];
  partRequests: Row<PartRequestBody>[];
  visits: Map<string, SeenVisit>;
  /** by SHA-256 */
  fileReceipts: Map<string, Row<FileReceiptBody>>;
  invoices: Map<string, SeenInvoice>;
  deliveries: Map<string, SeenDelivery>;
  deliveryPolicy: Row<DeliveryPolicyBody> | null;
}

/** The visit of an order to show: the open one, else the latest. Ids are UUIDv7, so they order by birth. */
export function visitOf(view: View, orderId: string): SeenVisit | null {
  const visits = [...view.visits.values()].filter((visit) => visit.order_id === orderId);
  const open = visits.filter((visit) => visit.state !== "completed" && visit.state !== "cancelled");
  return latest(open) ?? latest(visits);
}

/** The visit the technician is on: one at a time. */
export function openVisit(view: View): SeenVisit | null {
  return latest(
    [...view.visits.values()].filter((visit) => visit.state !== "completed" && visit.state !== "cancelled"),
  );
}

/** Whether tracks may be recorded. A phone that was not told goes on: silence is no refusal. */
export function isSharing(view: View): boolean {
  return view.me?.shares_position !== false;
}

/** Latest first. */
export function readingsOf(view: View, equipmentId: string): Row<MeterReadingBody>[] {
  return view.meterReadings
    .filter((reading) => reading.equipment_id === equipmentId)
    .sort((a, b) => (a.read_at < b.read_at ? 1 : -1));
}

/** Latest first. */
export function pastVisitsOf(view: View, equipmentId: string): Row<PastVisitBody>[] {
  return view.pastVisits
    .filter((visit) => visit.equipment_id === equipmentId)
    .sort((a, b) => (a.completed_at < b.completed_at ? 1 : -1));
}

/** In the order they were written. */
export function triageOf(view: View, orderId: string): Row<TriageMessageBody>[] {
  return view.triageMessages
    .filter((message) => message.order_id === orderId)
    .sort((a, b) => (a.created_at < b.created_at ? -1 : 1));
}

/** Of an order, as the portal has them, in the order they were asked for. */
export function partsOf(view: View, orderId: string): Row<PartRequestBody>[] {
  return view.partRequests
    .filter((request) => request.order_id === orderId)
    .sort((a, b) => (a.requested_at < b.requested_at ? -1 : 1));
}

export function equipmentOf(view: View, customerId: string): Row<EquipmentBody>[] {
  return [...view.equipment.values()].filter((machine) => machine.customer_id === customerId);
}

function latest(visits: SeenVisit[]): SeenVisit | null {
  return visits.reduce<SeenVisit | null>(
    (last, visit) => (last === null || visit.id > last.id ? visit : last),
    null,
  );
}
