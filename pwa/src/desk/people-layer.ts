/**
 * All technicians on one canvas over the map. A frame is asked for only while somebody moves or the map does, and
 * costs fifty circles: no element of the page is touched.
 */
import { DomUtil, Layer, type Map as LeafletMap, type LeafletMouseEvent, type Point as Pixel } from "leaflet";
import { type Glide, isMoving, placeAt, resting, towards } from "./glide";
import type { Point } from "./route";

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly duty: string;
  readonly stopped: boolean;
  readonly at: Point;
  /** milliseconds since 1970 */
  readonly fixed: number;
}

interface Shown {
  person: Person;
  glide: Glide;
}

const RADIUS = 9;
const REACH = 18;
/** Beyond the viewport, so that dragging does not show an edge. */
const MARGIN = 0.25;
const LABELS_FROM_ZOOM = 12;

export class PeopleLayer extends Layer {
  readonly #shown = new Map<string, Shown>();
  readonly #canvas = document.createElement("canvas");
  #frame = 0;
  #origin: Pixel | null = null;
  followed: string | null = null;

  constructor(readonly chosen: (id: string) => void) {
    super();
  }

  override onAdd(map: LeafletMap): this {
    this.#canvas.classList.add("people-layer", "leaflet-zoom-hide");
    map.getPanes().markerPane.append(this.#canvas);
    map.on("moveend zoomend resize", this.#settle, this);
    map.on("click", this.#clicked, this);
    this.#settle();
    return this;
  }

  override onRemove(map: LeafletMap): this {
    cancelAnimationFrame(this.#frame);
    map.off("moveend zoomend resize", this.#settle, this);
    map.off("click", this.#clicked, this);
    this.#canvas.remove();
    return this;
  }

  /** The whole list anew; whoever is in it already keeps where they are seen, unless the list knows it newer. */
  show(people: readonly Person[]): void {
    const ids = new Set(people.map(({ id }) => id));
    for (const id of this.#shown.keys()) if (!ids.has(id)) this.#shown.delete(id);
    for (const person of people) {
      const shown = this.#shown.get(person.id);
      if (!shown) this.#shown.set(person.id, { person, glide: resting(person.at) });
      else if (shown.person.fixed < person.fixed) this.#moved(shown, person);
      else shown.person = { ...person, at: shown.person.at, fixed: shown.person.fixed };
    }
    this.draw();
  }

  /** A newer fix of somebody who is shown; false for an older one, and for a stranger. */
  move(id: string, at: Point, fixed: number): boolean {
    const shown = this.#shown.get(id);
    if (!shown || fixed <= shown.person.fixed) return false;
    this.#moved(shown, { ...shown.person, at, fixed, stopped: false });
    this.draw();
    return true;
  }

  placeOf(id: string): Point | null {
    const shown = this.#shown.get(id);
    return shown ? shown.glide.to : null;
  }

  /** Everybody whom the map should show at first. */
  places(isWanted: (person: Person) => boolean): Point[] {
    return [...this.#shown.values()].filter(({ person }) => isWanted(person)).map(({ glide }) => glide.to);
  }

  draw(): void {
    if (this.#frame === 0 && this._map) this.#frame = requestAnimationFrame((now) => this.#paint(now));
  }

  #moved(shown: Shown, person: Person): void {
    shown.glide = towards(shown.glide, person.at, performance.now());
    shown.person = person;
  }

  /** The canvas covers the viewport and a margin; the pane carries it while the map is dragged. */
  #settle(): void {
    const size = this._map.getSize();
    const margin = size.multiplyBy(MARGIN).round();
    this.#origin = this._map.containerPointToLayerPoint(margin.multiplyBy(-1)).round();
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const width = size.x + 2 * margin.x;
    const height = size.y + 2 * margin.y;
    const canvas = this.#canvas;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    DomUtil.setPosition(canvas, this.#origin);
    this.draw();
  }

  #paint(now: number): void {
    this.#frame = 0;
    const pen = this.#canvas.getContext("2d");
    if (!pen || !this.#origin) return;
    const ratio = this.#canvas.width / Number.parseFloat(this.#canvas.style.width);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, this.#canvas.width / ratio, this.#canvas.height / ratio);
    const hasLabels = this._map.getZoom() >= LABELS_FROM_ZOOM;
    let moves = false;
    for (const shown of this.#inOrder()) {
      const [latitude, longitude] = placeAt(shown.glide, now);
      const at = this._map.latLngToLayerPoint([latitude, longitude]).subtract(this.#origin);
      mark(pen, at, shown.person, shown.person.id === this.followed, hasLabels);
      moves ||= isMoving(shown.glide, now);
    }
    if (moves) this.draw();
  }

  /** Those off duty below, the followed one on top. */
  #inOrder(): Shown[] {
    const height = ({ person }: Shown) =>
      person.id === this.followed ? 3 : person.duty === "travelling" ? 2 : person.duty === "off" ? 0 : 1;
    return [...this.#shown.values()].sort((a, b) => height(a) - height(b));
  }

  #clicked({ containerPoint }: LeafletMouseEvent): void {
    const near = this.#inOrder()
      .reverse()
      .map(({ person, glide }) => ({
        id: person.id,
        metres: this._map.latLngToContainerPoint([glide.to[0], glide.to[1]]).distanceTo(containerPoint),
      }))
      .filter(({ metres }) => metres <= REACH)
      .sort((a, b) => a.metres - b.metres)[0];
    if (near) this.chosen(near.id);
  }
}

/** Filled while travelling, a ring where somebody stays, crossed where the positions stopped: not by colour alone. */
function mark(
  pen: CanvasRenderingContext2D,
  { x, y }: { x: number; y: number },
  person: Person,
  isFollowed: boolean,
  hasLabel: boolean,
): void {
  const color = colorOf(person);
  if (isFollowed) {
    circle(pen, x, y, RADIUS + 6, "rgb(11 79 92 / 0.22)");
  }
  circle(pen, x, y, RADIUS + 2, "#fff");
  circle(pen, x, y, RADIUS, color);
  if (person.stopped) {
    bar(pen, x, y, "#fff");
  } else if (person.duty !== "travelling") {
    circle(pen, x, y, RADIUS - 4, "#fff");
  }
  if (hasLabel || isFollowed) label(pen, x, y, person.name.split(" ")[0] ?? "", isFollowed);
}

function colorOf({ duty, stopped }: Person): string {
  if (stopped) return "#a31b16";
  return duty === "travelling" ? "#0b4f5c" : duty === "off" ? "#7b959b" : "#14633a";
}

function circle(pen: CanvasRenderingContext2D, x: number, y: number, radius: number, color: string): void {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fillStyle = color;
  pen.fill();
}

function bar(pen: CanvasRenderingContext2D, x: number, y: number, color: string): void {
  pen.fillStyle = color;
  pen.fillRect(x - 5, y - 1.5, 10, 3);
}

function label(pen: CanvasRenderingContext2D, x: number, y: number, text: string, isFollowed: boolean): void {
  pen.font = `${isFollowed ? 700 : 600} 12px Roboto, "Segoe UI", Arial, sans-serif`;
  pen.textAlign = "center";
  pen.lineWidth = 3;
  pen.strokeStyle = "rgb(255 255 255 / 0.9)";
  pen.lineJoin = "round";
  pen.strokeText(text, x, y - RADIUS - 6);
  pen.fillStyle = "#10242a";
  pen.fillText(text, x, y - RADIUS - 6);
}
