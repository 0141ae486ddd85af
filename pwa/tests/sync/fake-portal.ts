/**
 * A portal for one reseller, in memory: it keeps the protocol's steps and knows just enough of visits to have a
 * view. In front of it is a wire that can drop, cut, repeat and fail, at will.
 */
import { checksums } from "../../src/protocol/checksum";
import type { Mutation, MutationResult } from "../../src/protocol/mutations";
import { sha256 } from "../../src/protocol/sha256";
import { DEFAULT_LIMITS, type TrackChunk } from "../../src/protocol/wire";
import type { StoredRow } from "../../src/store/schema";
import { visitBody } from "../people";

/** What happens to one request: before it reaches the portal, or to its answer. */
export type Fault =
  | "lost" // the request never arrives
  | "answer_lost" // it was done, nobody hears of it
  | "error_after_commit" // it was done, the answer is 500
  | "cut" // the answer breaks off in the middle
  | "twice" // the request arrives twice
  | 401
  | 429
  | 500
  | 503;

interface Client {
  user: string;
  lmid: number;
  cursor: number;
  raw: Map<number, string>;
  results: Map<number, MutationResult>;
  isRevoked: boolean;
}

interface Upload {
  sha256: string;
  bytes: Uint8Array;
  length: number;
}

export class FakePortal {
  user = "";
  epoch = crypto.randomUUID();
  clients = new Map<string, Client>();
  rows = new Map<string, StoredRow>();
  files = new Map<string, Uint8Array>();
  uploads = new Map<string, Upload>();
  tracks = new Map<string, Map<number, string>>();
  limits = { ...DEFAULT_LIMITS };
  /** taken one a request, to those whose path matches */
  faults: { path: RegExp; fault: Fault }[] = [];
  /** uid → what becomes of it, instead of applied */
  verdicts = new Map<string, MutationResult["status"]>();
  haltAt: string | null = null;
  durable: number | null = null;
  isDown = false;
  /** how often each uid had an effect: more than once is the one thing that must not be */
  effects = new Map<string, number>();
  log: string[] = [];
  #ver = 1000;

  constructor(rows: StoredRow[]) {
    for (const row of rows) {
      this.rows.set(`${row.kind}/${row.id}`, row);
    }
  }

  fail(path: RegExp, ...faults: Fault[]): void {
    this.faults.push(...faults.map((fault) => ({ path, fault })));
  }

  put(kind: string, id: string, body: unknown): void {
    this.#ver += 1;
    this.rows.set(`${kind}/${id}`, { kind, id, ver: this.#ver, body });
  }

  fetch = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const request = new Request(new URL(url, "http://portal.test"), { ...init, signal: undefined });
    const { pathname } = new URL(request.url);
    this.log.push(`${request.method} ${pathname}`);
    const at = this.faults.findIndex(({ path }) => path.test(pathname));
    const fault = at < 0 ? null : (this.faults.splice(at, 1)[0]?.fault ?? null);
    if (this.isDown || fault === "lost") {
      throw new TypeError("Failed to fetch");
    }
    if (typeof fault === "number") {
      return problem(
        fault,
        fault === 401 ? "login_required" : "busy",
        fault >= 429 ? { retry_after: 7 } : {},
      );
    }
    if (fault === "twice") {
      await this.#answer(request.clone(), pathname);
    }
    const response = await this.#answer(request, pathname);
    switch (fault) {
      case "answer_lost":
        throw new TypeError("Failed to fetch");
      case "error_after_commit":
        return new Response("Internal Server Error", { status: 500 });
      case "cut":
        return new Response((await response.text()).slice(0, -5), { status: response.status });
      default:
        return response;
    }
  };

  async #answer(request: Request, path: string): Promise<Response> {
    if (path === "/session") {
      return json({ user: { id: this.user, name: "Bruno", role: "technician" } });
    }
    if (path.startsWith("/sync/v1/files")) {
      return this.#files(request, path);
    }
    const body = await request.json();
    if (path === "/sync/v1/clients") {
      return this.#enrol(body);
    }
    const client = this.clients.get(body.client_id);
    if (client === undefined) {
      return problem(404, "client_unknown");
    }
    if (client.user !== this.user) {
      return problem(409, "client_taken");
    }
    if (client.isRevoked) {
      return problem(403, "client_revoked");
    }
    if (path === "/sync/v1/push") {
      return this.#push(client, body);
    }
    if (path === "/sync/v1/pull") {
      return this.#pull(client, body);
    }
    return this.#tracks(path.split("/").at(-1) ?? "", body.chunks);
  }

  #enrol({ client_id }: { client_id: string }): Response {
    const client = this.clients.get(client_id) ?? {
      user: this.user,
      lmid: 0,
      cursor: 0,
      raw: new Map(),
      results: new Map(),
      isRevoked: false,
    };
    if (client.user !== this.user) {
      return problem(409, "client_taken");
    }
    this.clients.set(client_id, client);
    return this.#envelope({
      client_id,
      lmid: client.lmid,
      user: { id: this.user, name: "Bruno", role: "technician" },
      reseller: { id: "r", name: "Copias do Sul" },
    });
  }

  #push(client: Client, body: { epoch: string; mutations: Mutation[] }): Response {
    if (body.epoch !== this.epoch) {
      return problem(409, "epoch_changed", { epoch: this.epoch });
    }
    if (body.mutations.length > this.limits.push_mutations) {
      return problem(413, "body_too_large", { limit: this.limits.push_bytes });
    }
    const results: MutationResult[] = [];
    for (const mutation of body.mutations) {
      const { seq, uid } = mutation;
      if (seq <= client.lmid) {
        if (client.raw.get(seq) !== JSON.stringify(mutation)) {
          return problem(409, "client_forked", { lmid: client.lmid, seq });
        }
        const known = client.results.get(seq);
        results.push(...(known ? [known] : []));
        continue;
      }
      if (seq > client.lmid + 1) {
        return problem(409, "sequence_gap", { lmid: client.lmid });
      }
      if (this.haltAt === uid) {
        this.haltAt = null;
        return this.#envelope({ lmid: client.lmid, results, halted: { seq, code: "busy", retry_after: 3 } });
      }
      const result = this.#run(mutation);
      client.lmid = seq;
      client.raw.set(seq, JSON.stringify(mutation));
      client.results.set(seq, result);
      results.push(result);
    }
    return this.#envelope({ lmid: client.lmid, results });
  }

  #run(mutation: Mutation): MutationResult {
    const status = this.verdicts.get(mutation.uid) ?? "applied";
    if (status === "applied" || status === "applied_with_discrepancy") {
      this.effects.set(mutation.uid, (this.effects.get(mutation.uid) ?? 0) + 1);
      const { args } = mutation;
      if ("visit_id" in args && args.visit_id !== null && "order_id" in args) {
        const known = this.rows.get(`visit/${args.visit_id}`)?.body ?? {
          ...visitBody,
          order_id: args.order_id,
        };
        this.put("visit", args.visit_id, { ...known, state: "travelling" });
      }
    }
    const isFine = status === "applied";
    return {
      seq: mutation.seq,
      uid: mutation.uid,
      status,
      code: isFine ? null : "order_closed",
      message: isFine ? null : "A ordem foi cancelada.",
      at: "2026-03-02T11:00:00.000Z",
      data: {},
    };
  }

  #pull(
    client: Client,
    body: { epoch: string | null; cursor: number; acked: number; page: string | null },
  ): Response {
    for (const seq of [...client.results.keys()].filter((seq) => seq <= body.acked)) {
      client.results.delete(seq);
    }
    // A whole view each time is always a right answer; what matters here is what the phone makes of it.
    const all = [...this.rows.values()];
    const from = Number(body.page ?? 0);
    const rows = all.slice(from, from + this.limits.pull_rows);
    const isLast = from + rows.length >= all.length;
    client.cursor += 1;
    return this.#envelope({
      reset: true,
      cursor: client.cursor,
      lmid: client.lmid,
      durable_lmid: this.durable ?? client.lmid,
      rows: rows.map(({ kind, id, ver, body }) => [kind, id, ver, body]),
      gone: [],
      results: isLast ? [...client.results.values()] : [],
      checksums: isLast ? checksums(all) : null,
      more: isLast ? null : String(from + rows.length),
    });
  }

  #tracks(stream: string, chunks: TrackChunk[]): Response {
    const have = this.tracks.get(stream) ?? new Map<number, string>();
    this.tracks.set(stream, have);
    for (const chunk of chunks) {
      const known = have.get(chunk.n);
      if (known !== undefined && known !== JSON.stringify(chunk)) {
        return problem(409, "chunk_conflict", { n: chunk.n });
      }
      have.set(chunk.n, JSON.stringify(chunk));
    }
    return this.#envelope({ have: [...have.keys()] });
  }

  async #files(request: Request, path: string): Promise<Response> {
    const { headers } = request;
    if (request.method === "POST") {
      const metadata = Object.fromEntries(
        (headers.get("upload-metadata") ?? "").split(",").map((pair) => pair.split(" ") as [string, string]),
      );
      const hash = atob(metadata.sha256 ?? "");
      const id = crypto.randomUUID();
      const bytes = this.files.get(hash) ?? new Uint8Array();
      this.uploads.set(id, { sha256: hash, bytes, length: Number(headers.get("upload-length")) });
      return this.#progress(id, 201, { location: `/sync/v1/files/${id}` });
    }
    const id = path.split("/").at(-1) ?? "";
    const upload = this.uploads.get(id);
    if (upload === undefined) {
      return problem(404, "upload_unknown");
    }
    if (request.method === "PATCH") {
      if (Number(headers.get("upload-offset")) !== upload.bytes.byteLength) {
        return problem(409, "upload_offset", { offset: upload.bytes.byteLength });
      }
      const piece = new Uint8Array(await request.arrayBuffer());
      const digest = btoa(
        String.fromCharCode(...new Uint8Array(await crypto.subtle.digest("SHA-256", piece))),
      );
      if (headers.get("upload-checksum") !== `sha256 ${digest}`) {
        return problem(460, "checksum_mismatch");
      }
      upload.bytes = Uint8Array.from([...upload.bytes, ...piece]);
      if (upload.bytes.byteLength === upload.length) {
        if ((await sha256(upload.bytes.buffer as ArrayBuffer)) !== upload.sha256) {
          this.uploads.delete(id);
          return problem(422, "file_hash_mismatch", {});
        }
        this.files.set(upload.sha256, upload.bytes);
      }
    }
    return this.#progress(id, request.method === "PATCH" ? 204 : 200, {});
  }

  #progress(id: string, status: number, more: Record<string, string>): Response {
    const upload = this.uploads.get(id) as Upload;
    const receipt: Record<string, string> = this.files.has(upload.sha256)
      ? { "file-receipt": upload.sha256 }
      : {};
    return new Response(null, {
      status,
      headers: { "upload-offset": String(upload.bytes.byteLength), ...receipt, ...more },
    });
  }

  #envelope(body: object): Response {
    return json({
      server_time: "2026-03-02T11:00:30.000Z",
      epoch: this.epoch,
      schema: { min: 1, max: 1 },
      limits: this.limits,
      ...body,
    });
  }
}

export function problem(status: number, code: string, facts: object = {}): Response {
  return new Response(JSON.stringify({ type: `/problems/${code}`, code, status, title: code, ...facts }), {
    status,
    headers: { "content-type": "application/problem+json" },
  });
}

function json(body: object): Response {
  return Response.json(body);
}
