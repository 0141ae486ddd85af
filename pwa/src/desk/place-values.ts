import type { Point } from "./route";

/** A customer's place as `data-place` carries it. */
export interface Place {
  readonly at: Point | null;
  readonly rough: Point | null;
  readonly proposed: readonly Point[];
  readonly arrivals: readonly Point[];
}

/** What the map must show at once. */
export function placesOf(place: Place): Point[] {
  return [place.at, place.rough, ...place.proposed, ...place.arrivals].filter((at) => at !== null);
}

/** Degrees as people here type them, with comma or point; null for anything else. */
export function readDegrees(text: string): number | null {
  const plain = text.trim().replace(",", ".").replace("−", "-");
  return /^-?\d{1,3}(\.\d+)?$/.test(plain) ? Number(plain) : null;
}

/** Six decimals: a hand's breadth. */
export function writeDegrees(degrees: number): string {
  return degrees.toFixed(6).replace(".", ",");
}
