import { describe, expect, test } from "vitest";
import { type Spot, step, WAITING } from "../../src/desk/agenda-steps";

const go = (at: Spot, ...keys: string[]) => keys.reduce((spot, key) => step(spot, key, 3, 6), at);

describe("the arrows on the agenda", () => {
  test("lead from what waits to the first technician's first day and back", () => {
    expect(go(WAITING, "ArrowRight")).toEqual({ row: 0, column: 0 });
    expect(go(WAITING, "ArrowRight", "ArrowDown", "ArrowLeft")).toEqual(WAITING);
    expect(go(WAITING, "ArrowLeft", "ArrowUp")).toEqual(WAITING);
  });

  test("stay on the agenda at its edges", () => {
    const corner = { row: 2, column: 5 };
    expect(go(corner, "ArrowRight", "ArrowDown")).toEqual(corner);
    expect(go({ row: 0, column: 3 }, "ArrowUp")).toEqual({ row: 0, column: 3 });
  });

  test("lead nowhere where there is no technician", () => {
    expect(step(WAITING, "ArrowRight", 0, 0)).toEqual(WAITING);
  });
});
