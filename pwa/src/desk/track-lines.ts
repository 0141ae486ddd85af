import { Canvas, LatLng, type Map as LeafletMap, Polyline } from "leaflet";
import type { Point } from "./route";

const PETROL = "#0b4f5c";
/** A longer silence of one phone leaves a hole in its line: nobody knows the way between. */
const SILENCE_MS = 120_000;

/** Today's lines, all on one canvas of Leaflet's own; the chosen one's is strong. */
export class TrackLines {
  readonly #canvas = new Canvas({ padding: 0.25 });
  readonly #lines = new Map<string, Polyline>();
  readonly #last = new Map<string, number>();
  #chosen: string | null = null;

  constructor(readonly map: LeafletMap) {}

  async load(address: string): Promise<void> {
    const response = await fetch(address).catch(() => null);
    if (!response?.ok) return;
    const tracks = (await response.json()) as Record<string, Point[][]>;
    for (const [id, pieces] of Object.entries(tracks)) {
      this.#lineOf(id).setLatLngs(
        pieces.map((piece) => piece.map(([lat, lon]): [number, number] => [lat, lon])),
      );
    }
  }

  /** `before` is where the mark was: without a line yet, it begins there. */
  extend(id: string, at: Point, fixed: number, before: Point | null): void {
    const line = this.#lineOf(id);
    const pieces = (line.getLatLngs() as LatLng[][]).filter((piece) => piece.length > 0);
    const wasSilent = fixed - (this.#last.get(id) ?? fixed) > SILENCE_MS;
    this.#last.set(id, fixed);
    const last = wasSilent ? undefined : pieces.at(-1);
    const there = new LatLng(at[0], at[1]);
    if (last) last.push(there);
    else pieces.push(before && !wasSilent ? [new LatLng(before[0], before[1]), there] : [there]);
    line.setLatLngs(pieces);
  }

  choose(id: string | null): void {
    this.#chosen = id;
    for (const [one, line] of this.#lines) line.setStyle(this.#look(one));
    if (id) this.#lines.get(id)?.bringToFront();
  }

  #lineOf(id: string): Polyline {
    let line = this.#lines.get(id);
    if (!line) {
      line = new Polyline([] as [number, number][][], {
        renderer: this.#canvas,
        interactive: false,
        color: PETROL,
        ...this.#look(id),
      }).addTo(this.map);
      this.#lines.set(id, line);
    }
    return line;
  }

  #look(id: string): { weight: number; opacity: number } {
    if (this.#chosen === null) return { weight: 3, opacity: 0.45 };
    return id === this.#chosen ? { weight: 5, opacity: 0.95 } : { weight: 2, opacity: 0.2 };
  }
}
