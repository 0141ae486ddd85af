/** What a mutation changes in the fake portal's rows: enough of visits and notes to see each effect, once. */
import type { Mutation } from "../../src/protocol/mutations";
import type { OrderBody, VisitBody, VisitEventKind } from "../../src/protocol/rows";
import { stateAfter } from "../../src/rules/visit-state";
import { visitBody } from "../people";

export interface Rows {
  body(kind: string, id: string): unknown;
  put(kind: string, id: string, body: unknown): void;
}

export function perform(mutation: Mutation, rows: Rows): void {
  switch (mutation.name) {
    case "select_visit":
      addEvent(mutation, "selected", mutation.uid, rows);
      break;
    case "record_visit_event":
      addEvent(mutation, mutation.args.kind, mutation.args.event_id, rows);
      break;
    case "attach_photo": {
      const visit = visitIn(mutation.args, rows);
      const { photo_id: id, sha256, size, type, slot, taken_at } = mutation.args;
      const photo = { id, sha256, size, type, slot, taken_at, is_withdrawn: false };
      rows.put("visit", mutation.args.visit_id, { ...visit, photos: [...visit.photos, photo] });
      break;
    }
    case "add_note": {
      const order = rows.body("order", mutation.args.order_id) as OrderBody | undefined;
      if (order !== undefined) {
        const notes = order.notes === null ? mutation.args.body : `${order.notes}\n${mutation.args.body}`;
        rows.put("order", mutation.args.order_id, { ...order, notes });
      }
    }
  }
}

type OfVisit = { visit_id: string; order_id: string };

function visitIn({ visit_id, order_id }: OfVisit, rows: Rows): VisitBody {
  const known = rows.body("visit", visit_id) as VisitBody | undefined;
  return known ?? { ...visitBody, order_id, state: "selected", events: [] };
}

function addEvent(
  mutation: Mutation & { args: OfVisit },
  kind: VisitEventKind,
  id: string,
  rows: Rows,
): void {
  const visit = visitIn(mutation.args, rows);
  const event = {
    id,
    kind,
    occurred_at: mutation.occurred_at,
    received_at: "2026-03-02T11:00:00.000Z",
    latitude: null,
    longitude: null,
    accuracy_m: null,
    note: null,
  };
  rows.put("visit", mutation.args.visit_id, {
    ...visit,
    state: stateAfter(visit.state, kind),
    events: [...visit.events, event],
  });
}
