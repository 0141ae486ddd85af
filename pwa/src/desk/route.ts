/** A visit's way, as `data-route` carries it: pieces between gaps, and the places where something was recorded. */
export interface Route {
  readonly segments: readonly (readonly Point[])[];
  readonly stops: readonly Stop[];
  readonly customer: Point | null;
}

export type Point = readonly [latitude: number, longitude: number];

export interface Stop {
  readonly at: Point;
  readonly label: string;
}

/** Every place of a route: what the map must show at once. */
export function extent(route: Route): Point[] {
  const places = [...route.segments.flat(), ...route.stops.map((stop) => stop.at)];
  return route.customer ? [...places, route.customer] : places;
}

/** The straight lines over the gaps: drawn dashed, for nobody knows the way there. */
export function bridges(route: Route): [Point, Point][] {
  const lines: [Point, Point][] = [];
  let last: Point | undefined;
  for (const segment of route.segments) {
    const first = segment[0];
    if (last && first) lines.push([last, first]);
    last = segment.at(-1) ?? last;
  }
  return lines;
}
