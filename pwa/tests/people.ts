/** The people, places and machines of the stories: Bruno the technician, the bakery that he serves. */
import type { Clock } from "../src/protocol/clock";
import type { VisitForm } from "../src/protocol/mutations";
import type {
  CustomerBody,
  EquipmentBody,
  Kind,
  MeBody,
  OrderBody,
  RowBodies,
  VisitBody,
} from "../src/protocol/rows";
import type { StoredRow } from "../src/store/schema";

export const BRUNO = "0192f000-0000-7000-8000-00000000000b";
export const CARLA = "0192f000-0000-7000-8000-00000000000c";
export const ORDER = "0192f000-0000-7000-8000-0000000000a1";
export const OTHER_ORDER = "0192f000-0000-7000-8000-0000000000a2";
export const BAKERY = "0192f000-0000-7000-8000-0000000000d1";
export const COPIER = "0192f000-0000-7000-8000-0000000000e1";
export const CHECKLIST = "0192f000-0000-7000-8000-0000000000f1";

export const me: MeBody = {
  name: "Bruno Weber",
  role: "technician",
  technician_id: "0192f000-0000-7000-8000-00000000007e",
  can_open_orders: true,
  shares_position: true,
  reseller_name: "Copias do Sul",
  timezone: "America/Sao_Paulo",
  arrival_near_m: 200,
  photo_max_px: 1600,
  keep_photo_position: false,
  track_interval_s: 10,
};

export const order: OrderBody = {
  web_number: 26050063,
  ilux_number: null,
  status: "E",
  company_id: null,
  customer_id: BAKERY,
  equipment_id: COPIER,
  contract_number: "C-17",
  contract_kind: "full",
  technician_id: me.technician_id,
  defect: "Atolamento",
  description: "Atola papel na gaveta 2",
  requester_name: "Marina",
  requester_phone: "48 99999-0000",
  opened_at: "2026-03-01T12:00:00.000Z",
  scheduled_at: null,
  due_at: "2026-03-02T15:00:00.000Z",
  revised_due_at: null,
  pending_reason: null,
  cancel_reason: null,
  checklist_version_id: null,
  notes: null,
};

export const bakery: CustomerBody = {
  name: "Padaria São José",
  trade_name: null,
  street: "Rua das Flores",
  number: "12",
  complement: null,
  district: "Centro",
  city: "Florianópolis",
  uf: "SC",
  cep: "88010-000",
  phone: null,
  contact_name: null,
  latitude: -27.5954,
  longitude: -48.548,
};

export const copier: EquipmentBody = {
  customer_id: BAKERY,
  serial_number: "VR7Y123456",
  asset_tag: null,
  model: "MP 305",
  manufacturer: "Ricoh",
  is_color: false,
  department: null,
  install_location: null,
};

export const visitBody: VisitBody = {
  order_id: ORDER,
  technician_id: me.technician_id,
  state: "travelling",
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
};

export const form: VisitForm = {
  outcome: "done",
  diagnosis: "Rolete gasto",
  resolution: "Rolete trocado",
  pending_reason: null,
  pending_note: null,
  filled_at: "2026-03-02T13:00:00.000Z",
};

export function row<K extends Kind>(kind: K, id: string, body: RowBodies[K], ver = 1): StoredRow {
  return { kind, id, ver, body };
}

/** Bruno's day as the portal gives it: himself, one order, its customer and its machine. */
export function aDay(): StoredRow[] {
  return [
    row("me", BRUNO, me),
    row("order", ORDER, order, 815),
    row("customer", BAKERY, bakery),
    row("equipment", COPIER, copier),
  ];
}

/** A clock that moves only when told. */
export class TestClock implements Clock {
  boot = "0192f000-0000-4000-8000-000000000b00";
  #ms = Date.parse("2026-03-02T11:00:00.000Z");

  now(): Date {
    return new Date(this.#ms);
  }

  mono(): number {
    return this.#ms - Date.parse("2026-03-02T10:00:00.000Z");
  }

  pass(seconds: number): void {
    this.#ms += seconds * 1000;
  }
}
