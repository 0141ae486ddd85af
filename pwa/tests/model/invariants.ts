/**
 * The invariants of docs/sync-protocol.md that the client bears, each a check with its number. `always` holds after
 * every step, whatever has failed; `whenQuiet` once the faults have ended and the queue had time to drain.
 */
import type { Mutation } from "../../src/protocol/mutations";
import type { OrderBody, VisitBody } from "../../src/protocol/rows";
import { replay } from "../../src/rules/replay";
import type { View } from "../../src/rules/seen";
import { type Meta, readMeta } from "../../src/store/meta";
import type { QueuedMutation, StoredChunk, StoredFile, StoredRow } from "../../src/store/schema";
import type { Handset, Saved } from "./handset";
import type { Office } from "./office";

/** What is on a phone's disk at one moment. */
export interface Disk {
  meta: Meta;
  rows: StoredRow[];
  outbox: QueuedMutation[];
  files: StoredFile[];
  chunks: StoredChunk[];
  /** SHA-256 of the files whose bytes are here */
  bytes: string[];
  view: View;
}

export async function diskOf({ store }: Handset): Promise<Disk> {
  const meta = await readMeta(store);
  return store.read(["rows", "kept", "outbox", "files", "bytes", "chunks"], async (tx) => {
    const [rows, kept, outbox, files, chunks, bytes] = await Promise.all([
      tx.objectStore("rows").getAll(),
      tx.objectStore("kept").getAll(),
      tx.objectStore("outbox").getAll(),
      tx.objectStore("files").getAll(),
      tx.objectStore("chunks").getAll(),
      tx.objectStore("bytes").getAllKeys(),
    ]);
    const received = files.filter(({ state }) => state === "received").map(({ sha256 }) => sha256);
    const view = replay({ rows, kept, outbox, receivedFiles: new Set(received) });
    return { meta, rows, outbox, files, chunks, bytes, view };
  });
}

/** What an invariant may look at: the phone now and before the step, the portal, and what nobody can bring back. */
export interface Moment {
  phone: Handset;
  office: Office;
  before: Disk;
  now: Disk;
  /** uids that an operator lost: durable, freed by the phone, and then an older backup was restored */
  lost: ReadonlySet<string>;
  /** uids whose effect a phone had in its base */
  resolved: ReadonlySet<string>;
  /** every file and fix that the portal has ever confirmed to hold */
  confirmed: ReadonlySet<string>;
}

/** Answers what is wrong; nothing when it holds. */
export type Invariant = (moment: Moment) => string[];

export const always: Record<string, Invariant> = {
  "after Salvo nothing is lost": ({ phone, office, now, lost, confirmed }) => {
    const here = new Set(now.outbox.map(({ mutation }) => mutation.uid));
    const there = office.known();
    const chunks = new Set(now.chunks.flatMap(({ stream, fixes }) => fixes.map(([t]) => `${stream}/${t}`)));
    return [
      ...phone.saved.flatMap(({ uid }) =>
        here.has(uid) || there.has(uid) || lost.has(uid) ? [] : [`mutation ${uid}`],
      ),
      ...phone.saved.flatMap(({ uid, seen }) =>
        seen.kind !== "photo" || now.bytes.includes(seen.sha256) || confirmed.has(seen.sha256)
          ? []
          : [`photo of ${uid}`],
      ),
      ...phone.fixes.flatMap(({ stream, t }) =>
        chunks.has(`${stream}/${t}`) || confirmed.has(`${stream}/${t}`) ? [] : [`fix ${stream}/${t}`],
      ),
    ];
  },

  "nothing is half written: the outbox has no gap": ({ before, now: { outbox, meta } }) => {
    const known = new Set(before.outbox.map(({ mutation }) => mutation.uid));
    const first = meta.client_id === before.meta.client_id ? before.meta.last_seq + 1 : meta.last_seq + 1;
    const added = outbox.filter(({ seq, mutation }) => seq >= first && !known.has(mutation.uid));
    const expected = meta.last_seq - first + 1;
    return [
      ...(added.length === expected ? [] : [`${added.length} were added, last_seq says ${expected}`]),
      ...added.flatMap(({ seq }, i) => (seq === first + i ? [] : [`gap before ${seq}`])),
      ...outbox.flatMap(({ seq, mutation }) =>
        seq === mutation.seq ? [] : [`${seq} is not its mutation's`],
      ),
    ];
  },

  "1 one effect per mutation": ({ office }) =>
    [...office.effects]
      .filter(([, times]) => times !== 1)
      .map(([uid, times]) => `${uid} had ${times} effects`),

  "2 a mutation leaves the outbox only with a final result that the backup holds": ({
    before,
    now,
    office,
  }) => {
    const stays = new Set(now.outbox.map(({ mutation }) => mutation.uid));
    const [known, durable] = [office.known(), office.inBackup()];
    const hasNewName = before.meta.client_id !== now.meta.client_id;
    return before.outbox
      .map(({ mutation }) => mutation.uid)
      .filter((uid) => !stays.has(uid) && !durable.has(uid) && !(hasNewName && known.has(uid)));
  },

  "2 a final result is the portal's own": ({ now: { outbox, meta }, office }) => {
    const client = office.clients.get(meta.client_id ?? "");
    return outbox.flatMap(({ seq, state, mutation }) => {
      const result = client?.results.get(seq);
      const isSame = result?.uid === mutation.uid;
      return seq < 1 ||
        state === "waiting" ||
        meta.epoch !== office.epoch ||
        (isSame && result.status === state)
        ? []
        : [`${seq} is ${state} here, ${isSame ? result.status : "unknown"} there`];
    });
  },

  "3 effects in the order of the person": ({ phone, office }) => {
    // What two copies of one installation share may come again, by either, after the other's own.
    const own = [phone.saved.slice(phone.shared).map(({ uid }) => uid)];
    const byClient = [...office.clients.values()].map(({ raw }) =>
      [...raw].sort(([a], [b]) => a - b).map(([, text]) => (JSON.parse(text) as Mutation).uid),
    );
    return [...own, ...byClient].flatMap((uids) => {
      const order = new Map(uids.map((uid, i) => [uid, i]));
      const ran = office.ran.flatMap((uid) => order.get(uid) ?? []);
      return ran.filter((at, i) => i > 0 && at < (ran[i - 1] as number)).map((at) => `${at} late in ${ran}`);
    });
  },

  "7 the base at lmid n holds all effects up to n and none after": ({
    now: { rows, meta, outbox },
    office,
  }) => {
    const client = office.clients.get(meta.client_id ?? "");
    if (client === undefined || meta.epoch !== office.epoch || meta.must_reset) {
      return [];
    }
    const notes = new Map(
      rows.flatMap(({ kind, id, body }) =>
        kind === "order" ? [[id, (body as OrderBody).notes ?? ""] as const] : [],
      ),
    );
    const effects = [...client.raw].flatMap(([seq, text]) => {
      const { name, args, uid } = JSON.parse(text) as Mutation;
      const shown =
        name === "add_note" ? notes.get(args.order_id)?.split("\n").includes(args.body) : undefined;
      return shown !== undefined && office.effects.has(uid) && shown !== seq <= meta.lmid
        ? [`note ${seq} at ${meta.lmid}`]
        : [];
    });
    const marks = outbox.filter(({ seq, isInBase }) => isInBase && seq > meta.lmid);
    return [...effects, ...marks.map(({ seq }) => `${seq} is marked in the base of ${meta.lmid}`)];
  },

  "8 the cursor never goes back within an epoch": ({ before: { meta: before }, now: { meta } }) =>
    meta.epoch === before.epoch && meta.client_id === before.client_id && meta.cursor < before.cursor
      ? [`${before.cursor} → ${meta.cursor}`]
      : [],

  "11 what a person sees never loses an unresolved mutation": ({
    phone,
    now: { outbox, view, meta },
    office,
    resolved,
  }) => {
    const others = [...office.clients].flatMap(([id, { raw }]) =>
      id === meta.client_id ? [] : [...raw.values()],
    );
    const saved = new Map(phone.saved.map((one) => [one.uid, one.seen]));
    return outbox.flatMap((entry) => {
      const seen = saved.get(entry.mutation.uid);
      if (seen === undefined) {
        return [];
      }
      const isTold = entry.state === "rejected" || entry.state === "quarantined";
      const count = isTold ? Number(entry.isRead || isTrouble(view, entry)) : timesSeen(view, seen, entry);
      // Rather twice than never: nobody knows yet whose effect the base shows under a number that has no result here,
      // the copy that is kept of an order that left is of before a restore, and a copied app may have been quicker.
      const hasLeft = seen.kind === "note" && view.orders.get(seen.orderId)?.has_left;
      const isCopys = others.some((text) => text.includes(entry.mutation.uid));
      const isUnanswered = entry.state === "waiting" && (entry.seq <= meta.lmid || isCopys);
      const isDoubtful = isUnanswered || (hasLeft && !entry.isInBase);
      // What is offered again after a restore may be about an order that had left before: no place shows it.
      const isPlaceless =
        seen.kind === "note" && !view.orders.has(seen.orderId) && resolved.has(entry.mutation.uid);
      return count === 1 || (count === 2 && isDoubtful) || (count === 0 && (entry.isInBase || isPlaceless))
        ? []
        : [`${entry.seq} (${entry.state}) is seen ${count} times`];
    });
  },

  "13 a file is freed only on its own receipt": ({ now: { files, bytes }, confirmed }) =>
    files
      .filter(
        ({ sha256, state }) => !confirmed.has(sha256) && (state === "received" || !bytes.includes(sha256)),
      )
      .map(({ sha256, state }) => `${sha256} is ${state}`),
};

export const whenQuiet: Record<string, Invariant> = {
  "2 each saved mutation reached one final result": ({ phone, office, lost }) => {
    const known = office.known();
    return phone.saved.map(({ uid }) => uid).filter((uid) => !known.has(uid) && !lost.has(uid));
  },

  "5, 9 the base is the view, row by row": ({ now: { rows }, office }) => {
    const mine = new Map(rows.map((row) => [`${row.kind}/${row.id}`, JSON.stringify([row.ver, row.body])]));
    const theirs = new Map(
      [...office.rows].map(([key, { ver, body }]) => [key, JSON.stringify([ver, body])]),
    );
    return [...new Set([...mine.keys(), ...theirs.keys()])].filter(
      (key) => mine.get(key) !== theirs.get(key),
    );
  },

  "13 a referenced file is present at the portal": ({ now: { bytes }, office }) =>
    [...office.known().values()].flatMap((mutation) => {
      const hash =
        mutation.name === "attach_photo" && office.effects.has(mutation.uid) ? mutation.args.sha256 : null;
      return hash === null || office.files.has(hash) || !bytes.includes(hash) ? [] : [hash];
    }),

  "14 tombstones and results are gone by acknowledgement": ({ now: { meta, outbox }, office }) => {
    const client = office.clients.get(meta.client_id ?? "");
    const results = [...(client?.results.keys() ?? [])].filter((seq) => seq > (client?.acked ?? 0));
    const durable = office.inBackup();
    return [
      ...results.map((seq) => `result ${seq} is not acknowledged`),
      ...(client && client.record.tombstones > 0 ? [`${client.record.tombstones} tombstones`] : []),
      ...outbox
        .filter(
          ({ mutation, state, isRead }) =>
            durable.has(mutation.uid) && (isRead || state.startsWith("applied")),
        )
        .map(({ seq }) => `${seq} is durable and still here`),
    ];
  },

  "16 the queue drained with no new user action": ({ now: { outbox, files, chunks } }) => [
    ...outbox.filter(({ state }) => state === "waiting").map(({ seq }) => `mutation ${seq}`),
    ...files.filter(({ state }) => state === "waiting").map(({ sha256 }) => `file ${sha256}`),
    ...chunks
      .filter(({ isSent, problem }) => !isSent && problem === null)
      .map(({ stream, n }) => `chunk ${stream}/${n}`),
  ],
};

function isTrouble(view: View, { seq, mutation }: QueuedMutation): boolean {
  const places = [...view.orders.values(), ...view.visits.values()];
  const isTold = places.some(({ troubles }) => troubles.some(({ result }) => result.uid === mutation.uid));
  // Its visit or order may have left the view: then "sincronização" alone tells, from the outbox itself.
  return isTold || !places.some(({ id }) => JSON.stringify(mutation.args).includes(id)) || seq === 0;
}

function timesSeen(view: View, seen: Saved["seen"], { mutation }: QueuedMutation): number {
  switch (seen.kind) {
    case "note": {
      const order = view.orders.get(seen.orderId);
      const inBase = order?.notes?.split("\n").filter((line) => line === seen.body) ?? [];
      return inBase.length + (order?.unsent_notes.filter(({ body }) => body === seen.body).length ?? 0);
    }
    case "event": {
      const id = mutation.name === "record_visit_event" ? mutation.args.event_id : mutation.uid;
      return view.visits.get(seen.visitId)?.events.filter((event) => event.id === id).length ?? 0;
    }
    case "photo": {
      const photos: VisitBody["photos"] = view.visits.get(seen.visitId)?.photos ?? [];
      return photos.filter(({ id }) => mutation.name === "attach_photo" && id === mutation.args.photo_id)
        .length;
    }
  }
}
