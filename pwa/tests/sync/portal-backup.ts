/** What the fake portal's backup holds: everything but the view records, which are only a cache. */
import type { MutationResult } from "../../src/protocol/mutations";
import type { StoredRow } from "../../src/store/schema";
import { ViewRecord } from "./view-record";

export interface Client {
  user: string;
  lmid: number;
  /** everything up to here was acknowledged: its results are sent no more */
  acked: number;
  record: ViewRecord;
  raw: Map<number, string>;
  results: Map<number, MutationResult>;
  isRevoked: boolean;
}

export interface Backup {
  clients: Map<string, Client>;
  rows: Map<string, StoredRow>;
  files: Map<string, Uint8Array>;
  tracks: Map<string, Map<number, string>>;
  effects: Map<string, number>;
  ran: string[];
}

export function copyOf({ clients, rows, files, tracks, effects, ran }: Backup): Backup {
  const copies = [...clients].map(([id, client]) => {
    const { raw, results } = client;
    return [
      id,
      { ...client, raw: new Map(raw), results: new Map(results), record: new ViewRecord() },
    ] as const;
  });
  return {
    clients: new Map(copies),
    rows: new Map(rows),
    files: new Map(files),
    tracks: new Map([...tracks].map(([stream, have]) => [stream, new Map(have)])),
    effects: new Map(effects),
    ran: [...ran],
  };
}
