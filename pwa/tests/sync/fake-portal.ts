/**
 * A portal for one reseller, in memory: it keeps the protocol's steps and knows just enough of visits to have a
 * view. In front of it is a wire that can drop, cut, repeat and fail, at will. It can be backed up and restored.
 */
import { checksums } from "../../src/protocol/checksum";
import type { Mutation, MutationResult } from "../../src/protocol/mutations";
import type { FileReceiptBody, VisitBody } from "../../src/protocol/rows";
import { DEFAULT_LIMITS, type TrackChunk } from "../../src/protocol/wire";
import type { StoredRow } from "../../src/store/schema";
import { FileStore } from "./file-store";
import { type Backup, type Client, copyOf } from "./portal-backup";
import { perform } from "./portal-effects";
import { problem } from "./problem";
import { type Asked, ViewRecord } from "./view-record";

/** What happens to one request: before it reaches the portal, or to its answer. */
export type Fault =
  | "lost" // the request never arrives
  | "answer_lost" // it was done, nobody hears of it
  | "error_after_commit" // it was done, the answer is 500
  | "cut" // the answer breaks off in the middle
  | "twice" // the request arrives twice
  | "stale" // the answer to an earlier request of the same kind comes once more, instead of this one's
  | 401
  | 413
  | 429
  | 500
  | 503;

/** How many answers of a kind are kept, of which the oldest comes again as a stale one. */
const REMEMBERED = 4;
/** At most so many unacknowledged results are answered, the oldest first. */
const MOST_RESULTS = 1_000;

const CODES = {
  401: "login_required",
  413: "body_too_large",
  429: "rate_limited",
  500: "internal",
  503: "busy",
} as const;

export class FakePortal {
  user = "";
  epoch = crypto.randomUUID();
  clients = new Map<string, Client>();
  rows = new Map<string, StoredRow>();
  readonly store = new FileStore((hash) => this.#giveReceipt(hash));
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
  /** uids in the order of their effects */
  ran: string[] = [];
  /** statuses of the next mutations that arrive, instead of applied */
  nextVerdicts: MutationResult["status"][] = [];
  log: string[] = [];
  /** called after each answer was made, before it travels: what the office does meanwhile */
  onAnswered: (path: string) => void = () => undefined;
  #ver = 1000;
  #made = 0;
  /** a stream belongs to the client that wrote it first */
  readonly #writers = new Map<string, string>();
  #answered = new Map<string, string[]>();

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

  /** What a backup holds: everything but the view records, which are only a cache. */
  backup(): Backup {
    return copyOf(this);
  }

  /** The epoch rotates with it. */
  restore(backup: Backup): void {
    const { files, ...rest } = copyOf(backup);
    Object.assign(this, rest);
    this.store.files = files;
    this.store.uploads.clear();
    this.#writers.clear();
    this.#answered.clear();
    this.epoch = crypto.randomUUID();
  }

  get files(): Map<string, Uint8Array> {
    return this.store.files;
  }

  get uploads(): FileStore["uploads"] {
    return this.store.uploads;
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
      return problem(fault, CODES[fault], fault >= 429 ? { retry_after: 7 } : {});
    }
    if (fault === "twice") {
      await this.#answer(request.clone(), pathname);
    }
    const response = await this.#answer(request, pathname);
    this.onAnswered(pathname);
    const answered = this.#answered.get(pathname) ?? [];
    const [earlier] = answered;
    if (response.ok && response.body !== null) {
      this.#answered.set(pathname, [...answered, await response.clone().text()].slice(-REMEMBERED));
    }
    switch (fault) {
      case "stale":
        return earlier === undefined ? response : json(JSON.parse(earlier));
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
      return this.store.answer(request, path);
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
    return this.#tracks(body.client_id, path.split("/").at(-1) ?? "", body.chunks);
  }

  #enrol({ client_id }: { client_id: string }): Response {
    const client = this.clients.get(client_id) ?? {
      user: this.user,
      lmid: 0,
      acked: 0,
      record: new ViewRecord(),
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
    const refusal = this.#judge(client, body.mutations);
    if (refusal !== null) {
      return refusal;
    }
    const results: MutationResult[] = [];
    for (const mutation of body.mutations) {
      const { seq, uid } = mutation;
      if (seq <= client.lmid) {
        results.push(client.results.get(seq) as MutationResult);
        continue;
      }
      if (this.haltAt === uid) {
        this.haltAt = null;
        return this.#envelope({ lmid: client.lmid, results, halted: { seq, code: "busy", retry_after: 3 } });
      }
      const result = this.#settledElsewhere(client, mutation) ?? this.#run(mutation);
      client.lmid = seq;
      client.raw.set(seq, contentOf(mutation));
      client.results.set(seq, result);
      results.push(result);
    }
    return this.#envelope({ lmid: client.lmid, results });
  }

  /** Steps 3 and 4: the batch is judged whole before anything of it runs. */
  #judge({ lmid, raw }: Client, mutations: Mutation[]): Response | null {
    let next = lmid + 1;
    for (const mutation of mutations) {
      const { seq } = mutation;
      if (seq <= lmid && raw.get(seq) !== contentOf(mutation)) {
        return problem(409, "client_forked", { lmid, seq });
      }
      if (seq > next) {
        return problem(409, "sequence_gap", { lmid });
      }
      next = Math.max(next, seq + 1);
    }
    return null;
  }

  /** What another installation of this person has a result for: a copy offers it under its new name (push 5). */
  #settledElsewhere(client: Client, mutation: Mutation): MutationResult | null {
    for (const other of this.clients.values()) {
      if (other === client || other.user !== client.user) continue;
      for (const [seq, text] of other.raw) {
        const result = other.results.get(seq);
        if (result !== undefined && text === contentOf(mutation)) {
          return { ...result, seq: mutation.seq };
        }
      }
    }
    return null;
  }

  #run(mutation: Mutation): MutationResult {
    const status = this.verdicts.get(mutation.uid) ?? this.nextVerdicts.shift() ?? "applied";
    if (status === "applied" || status === "applied_with_discrepancy") {
      this.effects.set(mutation.uid, (this.effects.get(mutation.uid) ?? 0) + 1);
      this.ran.push(mutation.uid);
      perform(mutation, {
        body: (kind, id) => this.rows.get(`${kind}/${id}`)?.body,
        put: (kind, id, body) => this.put(kind, id, body),
      });
      if (mutation.name === "attach_photo") {
        this.#giveReceipt(mutation.args.sha256);
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

  #pull(client: Client, body: Asked & { acked: number }): Response {
    client.acked = Math.max(client.acked, body.acked);
    const difference = client.record.answer(this.rows, this.epoch, body, this.limits.pull_rows);
    if (difference === null) {
      return problem(409, "page_unknown");
    }
    const { isReset, rows, gone, cursor, more } = difference;
    const isLast = more === null;
    const results = [...client.results.values()].filter(({ seq }) => seq > client.acked);
    return this.#envelope({
      reset: isReset,
      cursor,
      lmid: client.lmid,
      durable_lmid: this.durableOf(client),
      rows,
      gone,
      results: isLast ? results.slice(0, MOST_RESULTS) : [],
      checksums: isLast ? checksums(this.rows.values()) : null,
      more,
    });
  }

  /** What the backup holds of a client. */
  protected durableOf(client: Client): number {
    return this.durable ?? client.lmid;
  }

  /** A file that is there and named by a visit has its receipt in the view. */
  #giveReceipt(hash: string): void {
    const file = this.files.get(hash);
    const isNamed = [...this.rows.values()].some(
      ({ kind, body }) =>
        kind === "visit" && (body as VisitBody).photos.some((photo) => photo.sha256 === hash),
    );
    const isGiven = [...this.rows.values()].some(
      ({ kind, body }) => kind === "file_receipt" && (body as FileReceiptBody).sha256 === hash,
    );
    if (file && isNamed && !isGiven) {
      this.#made += 1;
      const id = `0192f000-0000-7000-8000-f${String(this.#made).padStart(11, "0")}`;
      this.put("file_receipt", id, { sha256: hash, size: file.byteLength });
    }
  }

  #tracks(clientId: string, stream: string, chunks: TrackChunk[]): Response {
    if ((this.#writers.get(stream) ?? clientId) !== clientId) {
      return problem(404, "stream_unknown");
    }
    this.#writers.set(stream, clientId);
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

/** What makes two mutations of one seq the same (push 3). */
function contentOf({ uid, name, v, args }: Mutation): string {
  return JSON.stringify({ uid, name, v, args });
}

function json(body: object): Response {
  return Response.json(body);
}
