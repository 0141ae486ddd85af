/** What the phone knows about itself and the portal: one value a key, typed here. */
import { DEFAULT_LIMITS, type Limits } from "../protocol/wire";
import type { ReadTx, Store, WriteTx } from "./store";

export interface Meta {
  client_id: string | null;
  /** enrolled with the portal under `client_id` */
  is_enrolled: boolean;
  epoch: string | null;
  cursor: number;
  /** the next pull asks for the whole view */
  must_reset: boolean;
  /** the highest seq this phone ever gave away */
  last_seq: number;
  lmid: number;
  durable_lmid: number;
  /** highest seq whose result is stored here */
  acked: number;
  /** server minus device, milliseconds */
  clock_offset_ms: number | null;
  last_synced_at: string | null;
  limits: Limits;
  sync_status: SyncStatus;
  reseller_name: string | null;
  /** the person logged out: a cycle still under way must not bring the base back */
  is_closed: boolean;
  /** this installation turned out to be a copy and goes on under a new name; told to the person once */
  forked_at: string | null;
}

/** How the last cycle ended, for *sincronização*; written by whoever ran it, page or worker. */
export interface SyncStatus {
  phase: SyncPhase;
  /** what failed and why, in Portuguese; null when nothing did */
  message: string | null;
  code: string | null;
  /** failed attempts in a row; a missing login does not count */
  attempts: number;
  /** not before this, unless a person asks */
  next_attempt_at: string | null;
}

export type SyncPhase =
  | "never"
  | "ok"
  /** no way to the portal now; it will be tried again */
  | "offline"
  /** the portal answered with a failure; it will be tried again */
  | "failed"
  | "login_required"
  /** this installation was revoked: nothing is sent any more, *exportar* and rescue remain */
  | "revoked"
  | "update_required"
  /** the installation belongs to another user */
  | "client_taken";

const DEFAULTS: Meta = {
  client_id: null,
  is_enrolled: false,
  epoch: null,
  cursor: 0,
  must_reset: false,
  last_seq: 0,
  lmid: 0,
  durable_lmid: 0,
  acked: 0,
  clock_offset_ms: null,
  last_synced_at: null,
  limits: DEFAULT_LIMITS,
  sync_status: { phase: "never", message: null, code: null, attempts: 0, next_attempt_at: null },
  reseller_name: null,
  is_closed: false,
  forked_at: null,
};

export async function readMeta(store: Store): Promise<Meta> {
  return store.read(["meta"], metaIn);
}

export async function writeMeta(store: Store, change: Partial<Meta>): Promise<void> {
  await store.write(["meta"], (tx) => putMeta(tx, change));
}

export async function metaIn(tx: ReadTx | WriteTx): Promise<Meta> {
  const meta = tx.objectStore("meta");
  const [keys, values] = await Promise.all([meta.getAllKeys(), meta.getAll()]);
  return { ...DEFAULTS, ...Object.fromEntries(keys.map((key, i) => [key, values[i]])) };
}

export async function putMeta(tx: WriteTx, change: Partial<Meta>): Promise<void> {
  const meta = tx.objectStore("meta");
  await Promise.all(Object.entries(change).map(([key, value]) => meta.put(value, key)));
}
