/** Diego the driver: two invoices for the bakery and one for a school far away. */
import type { CustomerBody, InvoiceBody } from "../src/protocol/rows";
import type { StoredRow } from "../src/store/schema";
import { BAKERY, BRUNO, bakery, me, row } from "./people";

/** Number 900, its digit worked out by hand. */
export const KEY = "42260311222333000181550010000009001123456785";
export const CARRIER = "0192f000-0000-7000-8000-00000000ca01";
export const SCHOOL = "0192f000-0000-7000-8000-0000000000d2";
export const [NF_900, NF_901, NF_902] = [1, 2, 3].map((n) => `0192f000-0000-7000-8000-00000000f90${n}`) as [
  string,
  string,
  string,
];

export const invoice: InvoiceBody = {
  customer_id: BAKERY,
  carrier_id: CARRIER,
  number: "900",
  series: "1",
  access_key: KEY,
  issued_at: "2026-03-01T12:00:00.000Z",
  volumes: 3,
  notes: "Portaria 2",
  tracking_code: null,
  delivery_status: "pending",
  delivered_at: null,
  received_by: null,
  last_outcome: null,
  is_active: true,
};

export const school: CustomerBody = {
  ...bakery,
  name: "Escola Sol",
  city: "São José",
  latitude: -27.7,
  longitude: -48.7,
};

export function aRound(): StoredRow[] {
  return [
    row("me", BRUNO, { ...me, role: "driver", name: "Diego Medeiros" }),
    row("customer", BAKERY, bakery),
    row("customer", SCHOOL, school),
    row("invoice", NF_900, invoice, 11),
    row("invoice", NF_901, { ...invoice, number: "901", access_key: null, customer_id: SCHOOL }, 12),
    row(
      "invoice",
      NF_902,
      { ...invoice, number: "902", access_key: null, issued_at: "2026-02-20T12:00:00.000Z" },
      13,
    ),
  ];
}
