/**
 * The IndexedDB of one user on this phone, `pws-<user id>`, version by version.
 *
 * A new version adds a case to `upgrade`; it never drops an outbox, a file or a track.
 */
import type { DBSchema, IDBPDatabase } from "idb";
import type { Mutation, MutationOf, MutationResult } from "../protocol/mutations";
import type { Kind } from "../protocol/rows";
import type { Fix, Gap, WireGone, WireRow } from "../protocol/wire";

export const VERSION = 1;

export interface StoredRow {
  kind: Kind | string;
  id: string;
  ver: number;
  body: unknown;
}

export type MutationState =
  /** no answer yet; it may or may not have reached the portal */
  "waiting" | "applied" | "applied_with_discrepancy" | "rejected" | "quarantined";

export interface QueuedMutation {
  seq: number;
  mutation: Mutation;
  state: MutationState;
  result: MutationResult | null;
  /** a pull held its effects: the base shows them, so the replay leaves it out */
  isInBase: boolean;
  /** the person has read what became of it (rejected, quarantined) */
  isRead: boolean;
  written_at: string;
}

/** A mutation that waits to be undone: it has no number yet, so that taking it back leaves no gap. */
export interface HeldMutation {
  mutation: Omit<MutationOf<"confirm_delivery"> | MutationOf<"report_failed_delivery">, "seq">;
  /** from then on it goes into the outbox */
  until: string;
}

export type UploadState =
  | "waiting"
  /** the portal has it, verified */
  | "received"
  /** the portal will not take it (type, size, image); the bytes stay here */
  | "refused";

export interface StoredFile {
  sha256: string;
  size: number;
  type: string;
  /** its bytes are in `bytes`; freed only after the file's own receipt */
  isHere: boolean;
  state: UploadState;
  /** of the tus upload under way */
  location: string | null;
  offset: number;
  problem: string | null;
  stored_at: string;
}

export interface StoredChunk {
  stream: string;
  n: number;
  fixes: Fix[];
  gaps: Gap[];
  /** a sealed chunk never changes again and may be sent */
  isSealed: boolean;
  isSent: boolean;
  problem: string | null;
}

export interface StoredDraft {
  key: string;
  value: unknown;
  saved_at: string;
}

export interface StagedPage {
  n: number;
  rows: WireRow[];
  gone: WireGone[];
  results: MutationResult[];
}

export interface FieldDb extends DBSchema {
  rows: { key: [string, string]; value: StoredRow };
  outbox: { key: number; value: QueuedMutation };
  /** rows that left the view while this phone still works on them */
  kept: { key: [string, string]; value: StoredRow };
  files: { key: string; value: StoredFile };
  /** apart from their facts, so that a list never loads photos */
  bytes: { key: string; value: ArrayBuffer };
  chunks: { key: [string, number]; value: StoredChunk };
  drafts: { key: string; value: StoredDraft };
  staged: { key: number; value: StagedPage };
  meta: { key: string; value: unknown };
}

export type StoreName =
  | "rows"
  | "outbox"
  | "kept"
  | "files"
  | "bytes"
  | "chunks"
  | "drafts"
  | "staged"
  | "meta";

export function upgrade(db: IDBPDatabase<FieldDb>, from: number): void {
  if (from < 1) {
    db.createObjectStore("rows", { keyPath: ["kind", "id"] });
    db.createObjectStore("outbox", { keyPath: "seq" });
    db.createObjectStore("kept", { keyPath: ["kind", "id"] });
    db.createObjectStore("files", { keyPath: "sha256" });
    db.createObjectStore("bytes");
    db.createObjectStore("chunks", { keyPath: ["stream", "n"] });
    db.createObjectStore("drafts", { keyPath: "key" });
    db.createObjectStore("staged", { keyPath: "n" });
    db.createObjectStore("meta");
  }
}
