/**
 * The rows of a technician's and a driver's view, as docs/field-sync.md lists them: one body type a kind.
 *
 * Instants are RFC 3339 strings in UTC; ids are lower-case UUIDs; `null` where the portal does not know.
 */

export interface MeBody {
  name: string;
  role: string;
  technician_id: string;
  can_open_orders: boolean;
  /** false: this person refused to be located, and no track is recorded */
  shares_position: boolean;
  reseller_name: string;
  timezone: string;
  arrival_near_m: number;
  photo_max_px: number;
  keep_photo_position: boolean;
  track_interval_s: number;
}

/** A aberto, E enviado, M em atendimento, P pendente, L logística, S suprimentos; O, T ended; C cancelled. */
export type OrderStatus = "A" | "E" | "M" | "P" | "L" | "S" | "O" | "T" | "C";
export type ContractKind = "full" | "light" | "none";
export type PendingReason =
  | "waiting_parts"
  | "network_point"
  | "power"
  | "customer_absent"
  | "no_access"
  | "other";

export interface OrderBody {
  web_number: number | null;
  ilux_number: string | number | null;
  status: OrderStatus;
  company_id: string | null;
  customer_id: string;
  equipment_id: string | null;
  contract_number: string | null;
  contract_kind: ContractKind;
  technician_id: string | null;
  defect: string | null;
  description: string;
  requester_name: string | null;
  requester_phone: string | null;
  opened_at: string;
  scheduled_at: string | null;
  due_at: string | null;
  revised_due_at: string | null;
  /** what was promised, later by what the order waited; of older portals nothing */
  paused_due_at?: string | null;
  pending_reason: PendingReason | null;
  cancel_reason: string | null;
  checklist_version_id: string | null;
  notes: string | null;
}

export interface CustomerBody {
  name: string;
  trade_name: string | null;
  street: string | null;
  number: string | null;
  complement: string | null;
  district: string | null;
  city: string | null;
  uf: string | null;
  cep: string | null;
  phone: string | null;
  contact_name: string | null;
  latitude: number | null;
  longitude: number | null;
}

export interface EquipmentBody {
  customer_id: string;
  serial_number: string;
  asset_tag: string | null;
  model: string;
  manufacturer: string | null;
  is_color: boolean;
  department: string | null;
  install_location: string | null;
}

export interface MeterReadingBody {
  equipment_id: string;
  mono: number | null;
  color: number | null;
  read_at: string;
  source: "field" | "ilux" | "customer" | "desk";
}

export interface PastVisitBody {
  equipment_id: string;
  order_id: string;
  web_number: number | null;
  technician_name: string;
  completed_at: string;
  outcome: Outcome | null;
  diagnosis: string | null;
  resolution: string | null;
}

export interface TriageMessageBody {
  order_id: string;
  author_name: string;
  author_side: "customer" | "desk";
  body: string;
  created_at: string;
}

export interface ChecklistItem {
  key: string;
  label: string;
  type: "yes_no" | "text" | "number" | "choice";
  is_required: boolean;
  options: string[];
  /** only where it says something, from here on */
  help?: string;
  unit?: string;
  minimum?: number;
  maximum?: number;
  /** the answers that call for attention; of yes/no `yes` or `no` */
  bad?: string[];
  photo?: "always" | "when_bad" | "never";
}

export interface ChecklistBody {
  name: string;
  version: number;
  items: ChecklistItem[];
}

export interface PartBody {
  code: string;
  name: string;
}

export type VisitState =
  | "selected"
  | "travelling"
  | "arrived"
  | "working"
  | "work_finished"
  | "form_filled"
  | "completed"
  | "cancelled";

/** `done` ends the order as O, `attended` as T, `pending` as P. */
export type Outcome = "done" | "attended" | "pending";

export type VisitEventKind =
  | "selected"
  | "travel_started"
  | "arrived"
  | "work_started"
  | "work_finished"
  | "form_filled"
  | "completed"
  | "cancelled";

export interface VisitEventBody {
  id: string;
  kind: VisitEventKind;
  occurred_at: string;
  received_at: string | null;
  latitude: number | null;
  longitude: number | null;
  accuracy_m: number | null;
  note: string | null;
}

export type PhotoSlot = "before" | "after" | "meter" | "part" | "other";
export type PhotoType = "image/jpeg" | "image/webp" | "image/png";

export interface VisitPhotoBody {
  id: string;
  sha256: string;
  size: number;
  type: PhotoType;
  slot: PhotoSlot;
  /** the key of the checklist's question that it answers */
  question?: string | null;
  taken_at: string;
  is_withdrawn: boolean;
}

export interface VisitReadingBody {
  id: string;
  equipment_id: string;
  mono: number | null;
  color: number | null;
  read_at: string;
  is_confirmed?: boolean;
}

export interface PartLine {
  id: string;
  part_id: string | null;
  description: string;
  quantity: number;
}

export interface VisitSignatureBody {
  signer_name: string;
  signer_document: string;
  signed_at: string;
  content_hash: string;
}

export interface VisitBody {
  order_id: string;
  technician_id: string;
  state: VisitState;
  is_primary: boolean;
  outcome: Outcome | null;
  diagnosis: string | null;
  resolution: string | null;
  pending_reason: PendingReason | null;
  distance_km: number | null;
  distance_method: string | null;
  travel_minutes: number | null;
  files_expected: number;
  files_received: number;
  received_at: string | null;
  ilux_at: string | null;
  events: VisitEventBody[];
  photos: VisitPhotoBody[];
  readings: VisitReadingBody[];
  parts_used: PartLine[];
  part_requests: PartLine[];
  signature: VisitSignatureBody | null;
  discrepancies: { kind: string; is_open: boolean }[];
}

export type PartStatus = "open" | "reserved" | "backorder" | "sent" | "delivered" | "refused";

/** A part that an order waits for, wherever it was asked for, and how logistics has it. */
export interface PartRequestBody {
  order_id: string;
  description: string;
  quantity: number;
  status: PartStatus;
  requested_at: string;
  /** a date, of what is in backorder */
  expected_on: string | null;
  carrier: string | null;
  tracking_code: string | null;
  /** of a refusal */
  reason: string | null;
}

export interface FileReceiptBody {
  sha256: string;
  size: number;
}

export interface InvoiceBody {
  customer_id: string;
  carrier_id: string | null;
  number: string;
  series: string;
  access_key: string | null;
  issued_at: string | null;
  volumes: number | null;
  notes: string | null;
  tracking_code: string | null;
  delivery_status: "pending" | "delivered";
  delivered_at: string | null;
  received_by: string | null;
  /** of the newest attempt that stands */
  last_outcome: DeliveryOutcome | null;
  /** false once the office has cancelled it */
  is_active: boolean;
}

export type DeliveryOutcome = "delivered" | "partial" | "not_delivered";
export type FailureReason = "receiver_absent" | "refused" | "address_unknown" | "other";

export interface DeliveryFileBody {
  id: string;
  kind: "signature" | "photo";
  sha256: string;
  size: number;
  taken_at: string;
}

export interface DeliveryBody {
  invoice_id: string;
  user_id: string;
  driver_name: string;
  outcome: DeliveryOutcome;
  is_primary: boolean;
  reason: FailureReason | null;
  note: string | null;
  receiver_name: string | null;
  receiver_document: string | null;
  happened_at: string;
  received_at: string | null;
  latitude: number | null;
  longitude: number | null;
  accuracy_m: number | null;
  proof_hash: string | null;
  withdrawn_at: string | null;
  ilux_at: string | null;
  files_expected: number;
  files_received: number;
  files: DeliveryFileBody[];
  discrepancies: { kind: string; is_open: boolean }[];
}

/** What the reseller asks of a proof beside the receiver's name and the time. */
export interface DeliveryPolicyBody {
  is_document_required: boolean;
  is_signature_required: boolean;
  is_photo_required: boolean;
  is_position_required: boolean;
  due_days: number;
}

/** Every kind of the view, with its body. */
export interface RowBodies {
  me: MeBody;
  order: OrderBody;
  customer: CustomerBody;
  equipment: EquipmentBody;
  meter_reading: MeterReadingBody;
  past_visit: PastVisitBody;
  triage_message: TriageMessageBody;
  checklist: ChecklistBody;
  part: PartBody;
  part_request: PartRequestBody;
  visit: VisitBody;
  file_receipt: FileReceiptBody;
  invoice: InvoiceBody;
  delivery: DeliveryBody;
  delivery_policy: DeliveryPolicyBody;
}

export type Kind = keyof RowBodies;
