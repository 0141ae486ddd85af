import { expect, test } from "vitest";
import type { VisitEventKind, VisitState } from "../../src/protocol/rows";
import { isOpen, mayRecord, nextStep, possibleSteps, stateAfter } from "../../src/rules/visit-state";

test("the next steps lead from the selection to the conclusion", () => {
  const path: VisitEventKind[] = [];
  let state: VisitState = "selected";
  for (let step = nextStep(state); step !== null; step = nextStep(state)) {
    path.push(step);
    state = stateAfter(state, step);
  }
  expect(path).toEqual([
    "travel_started",
    "arrived",
    "work_started",
    "work_finished",
    "form_filled",
    "completed",
  ]);
  expect(isOpen(state)).toBe(false);
});

test("a visit may be cancelled until it has ended", () => {
  expect(possibleSteps("working")).toContain("cancelled");
  expect(mayRecord("completed", "cancelled")).toBe(false);
  expect(possibleSteps("cancelled")).toEqual([]);
});

test("a technician who is already at the door needs no travel", () => {
  expect(mayRecord("selected", "arrived")).toBe(true);
  expect(mayRecord("selected", "work_started")).toBe(false);
});

test("a fact that comes late does not take the visit back", () => {
  expect(stateAfter("work_finished", "arrived")).toBe("work_finished");
});
