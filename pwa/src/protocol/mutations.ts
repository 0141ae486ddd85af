/**
 * The mutations a technician's or a driver's phone may send, with their arguments (docs/field-sync.md, all `v` 1).
 */
import type {
  FailureReason,
  Outcome,
  PartLine,
  PendingReason,
  PhotoSlot,
  PhotoType,
  VisitEventKind,
  VisitReadingBody,
} from "./rows";

/** Where the phone was; `null` where it could not tell. */
export interface Position {
  lat: number;
  lon: number;
  /** metres */
  accuracy: number;
  fixed_at: string;
}

export interface VisitForm {
  outcome: Outcome;
  diagnosis: string;
  resolution: string;
  pending_reason: PendingReason | null;
  pending_note: string | null;
  filled_at: string;
}

export interface ChecklistAnswers {
  version_id: string;
  answers: Record<string, ChecklistAnswer>;
}
export type ChecklistAnswer = string | number | boolean | null;

export interface Reading extends VisitReadingBody {
  /** the person confirmed a value that looks wrong */
  is_confirmed: boolean;
}

/** signature_pad's `toData()`, kept as it is. */
export type Strokes = unknown[];

export interface GivenSignature {
  id: string;
  signer_name: string;
  signer_document: string;
  strokes: Strokes;
  sha256: string;
  size: number;
  type: "image/png";
  signed_at: string;
}
export type Signature = GivenSignature | { refused_reason: string };

export interface MutationArgs {
  select_visit: { visit_id: string; order_id: string; position: Position | null };
  record_visit_event: {
    event_id: string;
    visit_id: string;
    order_id: string;
    kind: Exclude<VisitEventKind, "selected" | "completed">;
    position: Position | null;
    note: string | null;
    reason: string | null;
  };
  attach_photo: {
    photo_id: string;
    visit_id: string;
    order_id: string;
    sha256: string;
    size: number;
    type: PhotoType;
    width: number;
    height: number;
    slot: PhotoSlot;
    caption: string | null;
    question?: string | null;
    taken_at: string;
  };
  withdraw_photo: { photo_id: string; visit_id: string; reason: string };
  complete_visit: {
    event_id: string;
    visit_id: string;
    order_id: string;
    position: Position | null;
    form: VisitForm;
    checklist: ChecklistAnswers | null;
    readings: Reading[];
    parts_used: PartLine[];
    part_requests: PartLine[];
    photo_ids: string[];
    signature: Signature;
    signed_content: string;
    content_hash: string;
  };
  request_parts: { visit_id: string | null; order_id: string; items: PartLine[]; note: string | null };
  add_note: { note_id: string; order_id: string; body: string };
  update_contact: { order_id: string; requester_name: string | null; requester_phone: string | null };
  open_order: {
    order_id: string;
    customer_id: string;
    equipment_id: string | null;
    description: string;
    requester_name: string | null;
    requester_phone: string | null;
  };
  confirm_delivery: AtTheDoor & {
    outcome: "delivered" | "partial";
    receiver_name: string;
    receiver_document: string;
    signature: DeliverySignature | null;
  };
  report_failed_delivery: AtTheDoor & { reason: FailureReason };
  withdraw_delivery: { delivery_id: string; reason: string };
}

/** What every attempt to deliver says. */
export interface AtTheDoor {
  delivery_id: string;
  invoice_id: string;
  happened_at: string;
  /** of the phone's time zone at that moment */
  utc_offset_minutes: number;
  note: string | null;
  position: Position | null;
  photos: DeliveryPhoto[];
}

export interface DeliveryPhoto {
  id: string;
  sha256: string;
  size: number;
  type: PhotoType;
  width: number;
  height: number;
  taken_at: string;
}

export interface DeliverySignature {
  id: string;
  sha256: string;
  size: number;
  strokes: Strokes;
  signed_at: string;
}

export type MutationName = keyof MutationArgs;

/** One thing a person did, exactly as it travels; never changed once written. */
export type Mutation = { [N in MutationName]: MutationOf<N> }[MutationName];

export interface MutationOf<N extends MutationName> {
  seq: number;
  uid: string;
  name: N;
  v: 1;
  args: MutationArgs[N];
  /** the row versions it was decided on, `{"order/0192…": 815}` */
  base: Record<string, number>;
  occurred_at: string;
  /** milliseconds since the app's start, on a clock that never jumps */
  mono: number;
  /** UUID of that start */
  boot: string;
}

export type ResultStatus = "applied" | "applied_with_discrepancy" | "rejected" | "quarantined";

export interface MutationResult {
  seq: number;
  uid: string;
  status: ResultStatus;
  code: string | null;
  message: string | null;
  at: string;
  data: { discrepancies?: string[] } & Record<string, unknown>;
}
