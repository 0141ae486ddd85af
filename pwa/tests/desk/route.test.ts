import { describe, expect, test } from "vitest";
import { bridges, extent, type Route } from "../../src/desk/route";

const route: Route = {
  segments: [
    [
      [-27.6, -48.55],
      [-27.601, -48.551],
    ],
    [],
    [[-27.61, -48.56]],
    [[-27.62, -48.57]],
  ],
  stops: [{ at: [-27.63, -48.58], label: "Chegada no cliente" }],
  customer: [-27.64, -48.59],
};

describe("a visit's way on the map", () => {
  test("shows every piece, every step and the customer at once", () => {
    expect(extent(route)).toHaveLength(6);
    expect(extent({ ...route, customer: null })).toHaveLength(5);
  });

  test("bridges a gap from the last place before it to the first after it", () => {
    expect(bridges(route)).toEqual([
      [
        [-27.601, -48.551],
        [-27.61, -48.56],
      ],
      [
        [-27.61, -48.56],
        [-27.62, -48.57],
      ],
    ]);
  });

  test("draws nothing where nothing was recorded", () => {
    const nowhere: Route = { segments: [], stops: [], customer: null };
    expect(extent(nowhere)).toEqual([]);
    expect(bridges(nowhere)).toEqual([]);
  });
});
