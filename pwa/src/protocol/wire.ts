/**
 * The answers of `/sync/v1` (docs/sync-protocol.md). What is sent is built where it is sent.
 */
import type { MutationResult } from "./mutations";

export const SCHEMA = 1;

export interface Limits {
  push_mutations: number;
  push_bytes: number;
  body_bytes: number;
  args_bytes: number;
  pull_rows: number;
  track_chunks: number;
  track_fixes: number;
  file_bytes: number;
  file_chunk_bytes: number;
  rescue_bytes: number;
  open_uploads: number;
}

/** What holds until the server has said otherwise. */
export const DEFAULT_LIMITS: Limits = {
  push_mutations: 200,
  push_bytes: 2097152,
  body_bytes: 4194304,
  args_bytes: 524288,
  pull_rows: 500,
  track_chunks: 100,
  track_fixes: 200,
  file_bytes: 15728640,
  file_chunk_bytes: 4194304,
  rescue_bytes: 67108864,
  open_uploads: 50,
};

export interface Envelope {
  server_time: string;
  epoch: string;
  schema: { min: number; max: number };
  limits: Limits;
}

export interface EnrolAnswer extends Envelope {
  client_id: string;
  lmid: number;
  user: { id: string; name: string; role: string };
  reseller: { id: string; name: string };
}

export interface PushAnswer extends Envelope {
  lmid: number;
  results: MutationResult[];
  halted?: { seq: number; code: string; retry_after?: number | null } | null;
}

/** kind, id, version, body */
export type WireRow = [kind: string, id: string, ver: number, body: unknown];
export type WireGone = [kind: string, id: string];
/** count and XOR of `fnv1a32("kind/id/ver")` */
export type Checksums = Record<string, [count: number, xor: number]>;

export interface PullAnswer extends Envelope {
  reset: boolean;
  cursor: number;
  lmid: number;
  durable_lmid: number;
  rows: WireRow[];
  gone: WireGone[];
  results: MutationResult[];
  checksums: Checksums | null;
  more: string | null;
}

/** [t ms since 1970, latitude, longitude, accuracy m, speed m/s or null] */
export type Fix = [t: number, lat: number, lon: number, accuracy: number, speed: number | null];
export type GapCause = "hidden" | "denied" | "lost" | "off";
/** [from ms, to ms, why] */
export type Gap = [from: number, to: number, cause: GapCause];

export interface TrackChunk {
  n: number;
  fixes: Fix[];
  gaps: Gap[];
}

export interface TracksAnswer extends Envelope {
  have: number[];
}

/** RFC 9457, with the facts of its code beside. */
export interface Problem {
  code: string;
  status: number;
  title?: string;
  detail?: string;
  lmid?: number;
  seq?: number;
  epoch?: string;
  min?: number;
  max?: number;
  limit?: number;
  offset?: number;
  retry_after?: number;
  n?: number;
}
