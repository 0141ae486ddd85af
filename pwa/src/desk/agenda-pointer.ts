/** Dragging cards of the agenda: with a mouse by any part of the card, with a finger by its grip, so that one can scroll. */
import { cellOf, hover, isCarrying, letGo, pickUp, putDown } from "./agenda-carry";

const THRESHOLD_PX = 6;
const EDGE_PX = 60;
const SCROLL_PX = 14;

interface Press {
  readonly job: HTMLElement;
  readonly id: number;
  readonly x: number;
  readonly y: number;
}

let press: Press | null = null;
let ghost: HTMLElement | null = null;
let at = { x: 0, y: 0 };

export function watchPointer(): void {
  document.addEventListener("pointerdown", begin);
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", () => drop(true));
  document.addEventListener("pointercancel", () => drop(false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && ghost) drop(false);
  });
  // What was dragged is not clicked as well.
  document.addEventListener(
    "click",
    (event) => {
      if (!(event.target as Element).closest("[data-job].was-dragged")) return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
}

function begin(event: PointerEvent): void {
  const pressed = event.target as Element;
  const job = pressed.closest<HTMLElement>("[data-job][data-movable]");
  if (!job || event.button !== 0 || isCarrying()) return;
  const grip = pressed.closest("[data-grip]");
  if (!grip && event.pointerType !== "mouse") return;
  press = { job, id: event.pointerId, x: event.clientX, y: event.clientY };
}

function move(event: PointerEvent): void {
  if (!press || event.pointerId !== press.id) return;
  at = { x: event.clientX, y: event.clientY };
  if (!ghost) {
    if (Math.hypot(at.x - press.x, at.y - press.y) < THRESHOLD_PX) return;
    if (!pickUp(press.job)) return;
    getSelection()?.removeAllRanges();
    ghost = shadowOf(press.job);
    document.body.append(ghost);
    requestAnimationFrame(scrollAtEdges);
  }
  event.preventDefault();
  follow();
}

function follow(): void {
  if (!ghost) return;
  ghost.style.left = `${at.x + 8}px`;
  ghost.style.top = `${at.y + 8}px`;
  const cell = cellOf(document.elementFromPoint(at.x, at.y));
  if (cell) hover(cell);
}

function drop(isMeant: boolean): void {
  const dragged = ghost && press ? press.job : null;
  press = null;
  ghost?.remove();
  ghost = null;
  if (!dragged) return;
  dragged.classList.add("was-dragged");
  setTimeout(() => dragged.classList.remove("was-dragged"));
  if (isMeant && cellOf(document.elementFromPoint(at.x, at.y))) putDown();
  else letGo();
}

function shadowOf(job: HTMLElement): HTMLElement {
  const shadow = job.cloneNode(true) as HTMLElement;
  shadow.classList.replace("is-carried", "is-ghost");
  shadow.removeAttribute("id");
  shadow.removeAttribute("data-row");
  shadow.ariaHidden = "true";
  shadow.inert = true;
  return shadow;
}

/** Near an edge of the window or of the table what is beyond comes nearer. */
function scrollAtEdges(): void {
  if (!ghost) return;
  const by = (place: number, from: number, to: number) =>
    place < from + EDGE_PX ? -SCROLL_PX : place > to - EDGE_PX ? SCROLL_PX : 0;
  scrollBy(0, by(at.y, 0, innerHeight));
  const days = document.elementFromPoint(at.x, at.y)?.closest(".agenda-days");
  const { left, right } = days?.getBoundingClientRect() ?? { left: 0, right: 0 };
  days?.scrollBy(by(at.x, left, right), 0);
  follow();
  requestAnimationFrame(scrollAtEdges);
}
