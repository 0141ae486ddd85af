/**
 * The signature pad. Strokes stay vectors: they live in the form's `strokes` field, are autosaved with it, and
 * are drawn again, scaled, whenever the pad gets another size (rotation, keyboard, reopening).
 */
import type SignaturePad from "signature_pad";
import type { PointGroup } from "signature_pad";
import { onFresh } from "./fresh";

interface Pad {
  pad: SignaturePad;
  canvas: HTMLCanvasElement;
  strokes: HTMLInputElement;
  size: HTMLInputElement;
  png: HTMLInputElement;
}

const pads = new WeakMap<HTMLCanvasElement, Pad>();
const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const pad = pads.get(target as HTMLCanvasElement);
    if (pad) refit(pad);
  }
});

export function installSignaturePad(): void {
  onFresh(() => {
    for (const box of document.querySelectorAll<HTMLElement>("[data-signature-pad]")) void bind(box);
  });
  document.addEventListener("click", (event) => {
    const box = (event.target as Element).closest("[data-pad-clear]")?.closest("[data-signature-pad]");
    const canvas = box?.querySelector<HTMLCanvasElement>("[data-pad]");
    const bound = canvas && pads.get(canvas);
    if (!bound) return;
    bound.pad.clear();
    keep(bound);
  });
}

/** The library is fetched where somebody signs; it is precached with the rest of the app. */
async function bind(box: HTMLElement): Promise<void> {
  const canvas = box.querySelector<HTMLCanvasElement>("[data-pad]");
  const [strokes, size, png] = ["strokes", "pad_size", "png"].map((name) =>
    box.querySelector<HTMLInputElement>(`[name="${name}"]`),
  );
  if (!canvas || !strokes || !size || !png || pads.has(canvas)) return;
  const { default: SignaturePad } = await import("signature_pad");
  if (pads.has(canvas)) return;
  const pad = new SignaturePad(canvas, {
    backgroundColor: "#ffffff",
    penColor: "#10242a",
    minWidth: 1,
    maxWidth: 3,
  });
  const bound: Pad = { pad, canvas, strokes, size, png };
  pads.set(canvas, bound);
  pad.addEventListener("endStroke", () => keep(bound));
  resized.observe(canvas);
}

/** Gives the canvas as many dots as the screen has, and redraws the strokes at its size. */
function refit(bound: Pad): void {
  const { pad, canvas, strokes, size, png } = bound;
  const { offsetWidth: width, offsetHeight: height } = canvas;
  if (width === 0 || height === 0) return;
  const ratio = Math.max(devicePixelRatio || 1, 1);
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  canvas.getContext("2d")?.scale(ratio, ratio);
  const drawn = JSON.parse(strokes.value || "[]") as PointGroup[];
  const [w, h] = size.value.split("x").map(Number);
  const scale = w && h ? Math.min(width / w, height / h) : 1;
  const scaled = drawn.map((group) => ({
    ...group,
    points: group.points.map((point) => ({ ...point, x: point.x * scale, y: point.y * scale })),
  }));
  pad.clear();
  pad.fromData(scaled);
  write(bound);
  if (drawn.length === 0) png.value = "";
}

/** After each stroke: into the form, and from there into the draft. */
function keep(bound: Pad): void {
  write(bound);
  bound.strokes.dispatchEvent(new Event("input", { bubbles: true }));
}

function write({ pad, canvas, strokes, size, png }: Pad): void {
  const isEmpty = pad.isEmpty();
  strokes.value = JSON.stringify(isEmpty ? [] : pad.toData());
  size.value = `${canvas.offsetWidth}x${canvas.offsetHeight}`;
  png.value = isEmpty ? "" : pad.toDataURL("image/png");
}
