import { describe, expect, it } from "vitest";
import { placesOf, readDegrees, writeDegrees } from "../../src/desk/place-values";

describe("degrees in a field", () => {
  it("are read with comma or point, and nothing else is a number", () => {
    expect(readDegrees(" -27,5949 ")).toBe(-27.5949);
    expect(readDegrees("−48.5")).toBe(-48.5);
    for (const text of ["", "27°", "1e3", "-27,5,1", "norte"]) expect(readDegrees(text)).toBeNull();
  });

  it("come back as they were written", () => {
    expect(readDegrees(writeDegrees(-27.594912))).toBe(-27.594912);
  });
});

it("a map shows every place that is known, and nothing of what is not", () => {
  expect(placesOf({ at: null, rough: [1, 2], proposed: [[3, 4]], arrivals: [[5, 6]] })).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
});
