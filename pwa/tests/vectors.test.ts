/** What the phone decides as the portal and the reference client do, by the vectors in tests/vectors. */
import { expect, test } from "vitest";
import photos from "../../tests/vectors/checklist-photos.json";
import problems from "../../tests/vectors/problems.json";
import pulls from "../../tests/vectors/pulls.json";
import readings from "../../tests/vectors/readings.json";
import states from "../../tests/vectors/visit-states.json";
import { addNote } from "../src/commands/add-note";
import type { MutationResult } from "../src/protocol/mutations";
import type { ChecklistItem, MeterReadingBody, VisitEventKind, VisitState } from "../src/protocol/rows";
import { DEFAULT_LIMITS, type PullAnswer } from "../src/protocol/wire";
import { isBad, wantsPhoto } from "../src/rules/checklist";
import { type Counter, judgeReading } from "../src/rules/readings";
import { stateAfter } from "../src/rules/visit-state";
import { stagePage, swapIn } from "../src/store/base";
import { storeResults } from "../src/store/client";
import { readMeta } from "../src/store/meta";
import { isUnsent, queue } from "../src/store/outbox";
import type { CycleOutcome } from "../src/sync/cycle";
import { COPIER, ORDER } from "./people";
import { Phone } from "./phone";
import { Story } from "./sync/office";
import { problem } from "./sync/problem";

for (const vector of readings) {
  test(`a reading is doubted as at the portal: ${vector.name}`, () => {
    const history = vector.history.map(
      (read): MeterReadingBody => ({ ...read, equipment_id: COPIER, source: "field" }),
    );
    const doubts = (["mono", "color"] as Counter[]).flatMap((counter) => {
      const value = vector.new[counter];
      const doubt =
        value === null ? null : judgeReading(counter, value, history, new Date(vector.new.read_at));
      if (doubt === null || doubt.kind === "none") {
        return [];
      }
      const { kind, last } = doubt;
      const more = doubt.kind === "implausible" ? { expected_at_most: doubt.expectedAtMost } : {};
      return [[counter, { kind, last, ...more }]];
    });
    expect(Object.fromEntries(doubts)).toEqual(vector.doubts);
  });
}

for (const { name, item, answer, is_bad, wants_photo } of photos) {
  test(`an answer wants a photo as at the portal: ${name}`, () => {
    const asked = { key: "q", label: "?", is_required: false, options: [], ...item } as ChecklistItem;
    expect(isBad(asked, answer)).toBe(is_bad);
    expect(wantsPhoto(asked, answer)).toBe(wants_photo);
  });
}

test("a fact leads a visit where it leads it at the portal", () => {
  for (const [before, kind, after] of states as [VisitState, VisitEventKind, VisitState][]) {
    expect(stateAfter(before, kind), `${kind} in ${before}`).toBe(after);
  }
});

type Told = { seq: number; status: string; uid?: string };
type Row = [kind: string, id: string, ver: number, body: unknown];
type Pull = {
  epoch: string;
  reset: boolean;
  cursor: number;
  lmid: number;
  durable_lmid: number;
  pages: { rows: Row[]; gone: [string, string][] }[];
  results: Told[];
};
type Step = { pull: Pull } | { push: { lmid: number; results: Told[] } };

for (const vector of pulls) {
  test(`answers become base and outbox as in the reference client: ${vector.name}`, async () => {
    const phone = await Phone.withADay();
    for (let n = 0; n < vector.saved; n++) {
      await addNote(phone.commands, { orderId: ORDER, body: `Nota ${n}` });
    }
    await phone.store.write(["rows"], (tx) => tx.objectStore("rows").clear());
    const uids = new Map((await queue(phone.store)).map(({ seq, mutation }) => [seq, mutation.uid]));
    const results = (told: Told[]) =>
      told.map(
        (one) =>
          ({ ...one, uid: one.uid ?? uids.get(one.seq), at: "2026-03-02T11:00:00Z" }) as MutationResult,
      );
    for (const step of vector.steps as unknown as Step[]) {
      if ("push" in step) {
        await storeResults(phone.store, results(step.push.results));
      } else {
        await take(phone, step.pull, results(step.pull.results));
      }
    }
    const rows = await phone.store.read(["rows"], (tx) => tx.objectStore("rows").getAll());
    expect(Object.fromEntries(rows.map(({ id, ver }) => [id, ver]))).toEqual(vector.base);
    const { cursor, acked } = await readMeta(phone.store);
    // Whether a push's results count as stored at once or with the next pull is each client's own choice.
    expect({ cursor, acked }).toEqual({ cursor: vector.cursor, acked: vector.acked ?? acked });
    const outbox = (await queue(phone.store)).map(({ seq, state }) => [
      seq,
      state === "waiting" ? null : state,
    ]);
    expect(outbox).toEqual(vector.outbox);
  });
}

/** Page by page, as `pull` does with what the wire brings. */
async function take(phone: Phone, { pages, ...pull }: Pull, results: MutationResult[]): Promise<void> {
  const common = {
    ...pull,
    server_time: "2026-03-02T11:00:00Z",
    schema: { min: 1, max: 1 },
    limits: DEFAULT_LIMITS,
    checksums: null,
  };
  for (const [n, page] of pages.entries()) {
    const isLast = n === pages.length - 1;
    const answer: PullAnswer = {
      ...common,
      ...page,
      results: isLast ? results : [],
      more: isLast ? null : "more",
    };
    if (isLast) {
      expect(await swapIn(phone.store, answer, pull.reset, true, phone.clock.now())).toMatchObject({
        kind: "swapped",
      });
    } else {
      await stagePage(phone.store, n, answer);
    }
  }
}

const OUTCOMES: Record<string, CycleOutcome[]> = {
  "goes on": ["done"],
  "asks for login": ["login_required"],
  stops: ["revoked", "client_taken", "update_required"],
  reports: ["failed"],
  waits: ["failed"],
};

for (const { code, status, facts, mutations, outcome, has_new_name } of problems) {
  test(`a push that is answered ${code}: the phone ${outcome}, and nothing is lost`, async () => {
    const story = await Story.begin();
    for (let n = 0; n < mutations; n++) {
      await addNote(story.phone.commands, { orderId: ORDER, body: `Nota ${n}` });
    }
    const before = await readMeta(story.phone.store);
    const { fetch } = story.portal;
    let hasFailed = false;
    story.portal.fetch = async (url, init) => {
      if (hasFailed || !url.endsWith("/push")) {
        return fetch(url, init);
      }
      hasFailed = true;
      return problem(status, code, facts);
    };
    const reached = await story.sync();
    expect(OUTCOMES[outcome]).toContain(reached);
    const { client_id, sync_status } = await readMeta(story.phone.store);
    expect(client_id !== before.client_id).toBe(has_new_name);
    if (reached !== "done") {
      expect(sync_status.code).toBe(code);
      expect((await queue(story.phone.store)).filter(isUnsent)).toHaveLength(mutations);
    } else {
      expect(story.portal.ran).toHaveLength(mutations);
    }
    const wait =
      sync_status.next_attempt_at &&
      Date.parse(sync_status.next_attempt_at) - story.phone.clock.now().getTime();
    expect(
      outcome !== "waits" || wait === Number("retry_after" in facts ? facts.retry_after : 0) * 1000,
    ).toBe(true);
    expect(outcome === "stops" && sync_status.next_attempt_at !== null).toBe(false);
  });
}
