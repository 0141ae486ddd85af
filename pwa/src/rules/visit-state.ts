/**
 * The visit's states, and what may be recorded next: a table, read by screens (the one big next step), by
 * commands (may this be written?) and by the replay (where does that fact lead?).
 *
 * Facts are never refused by the portal, so the table here only keeps a person from tapping the wrong thing.
 */
import type { VisitEventKind, VisitState } from "../protocol/rows";

const NEXT: Record<VisitState, readonly VisitEventKind[]> = {
  selected: ["travel_started", "arrived", "cancelled"],
  travelling: ["arrived", "cancelled"],
  arrived: ["work_started", "cancelled"],
  working: ["work_finished", "cancelled"],
  work_finished: ["form_filled", "cancelled"],
  form_filled: ["completed", "cancelled"],
  completed: [],
  cancelled: [],
};

const STATE_AFTER: Record<VisitEventKind, VisitState> = {
  selected: "selected",
  travel_started: "travelling",
  arrived: "arrived",
  work_started: "working",
  work_finished: "work_finished",
  form_filled: "form_filled",
  completed: "completed",
  cancelled: "cancelled",
};

/** A conclusion outlives a cancellation, whichever came first, as at the portal. */
const ORDER: readonly VisitState[] = [
  "selected",
  "travelling",
  "arrived",
  "working",
  "work_finished",
  "form_filled",
  "cancelled",
  "completed",
];

/** The one step to offer first; `null` when the visit has ended. */
export function nextStep(state: VisitState): VisitEventKind | null {
  return NEXT[state][0] ?? null;
}

/** Everything that may be recorded now, the next step first. */
export function possibleSteps(state: VisitState): readonly VisitEventKind[] {
  return NEXT[state];
}

export function mayRecord(state: VisitState, kind: VisitEventKind): boolean {
  return NEXT[state].includes(kind);
}

export function isOpen(state: VisitState): boolean {
  return NEXT[state].length > 0;
}

/** A late or repeated fact never takes a visit back. */
export function stateAfter(state: VisitState, kind: VisitEventKind): VisitState {
  const after = STATE_AFTER[kind];
  return ORDER.indexOf(after) > ORDER.indexOf(state) ? after : state;
}
