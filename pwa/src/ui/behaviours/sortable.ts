/**
 * A list put in order by hand: `[data-sortable]` with items whose handle is dragged. The item follows the finger
 * among its neighbours; where it is dropped its own form says by how many places it moved.
 */
interface Drag {
  item: HTMLElement;
  from: number;
}

let drag: Drag | null = null;

export function installSortable(): void {
  document.addEventListener("pointerdown", (event) => {
    const handle = (event.target as Element).closest<HTMLElement>("[data-sortable-handle]");
    const item = handle?.closest<HTMLElement>("[data-sortable-item]");
    if (!handle || !item) return;
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    drag = { item, from: placeOf(item) };
    item.toggleAttribute("data-dragged", true);
  });
  document.addEventListener("pointermove", (event) => {
    if (drag) follow(drag.item, event.clientY);
  });
  document.addEventListener("pointerup", () => drop(true));
  document.addEventListener("pointercancel", () => drop(false));
}

/** Past the middle of a neighbour is its place. */
function follow(item: HTMLElement, y: number): void {
  const before = item.previousElementSibling;
  const after = item.nextElementSibling;
  if (before && y < middle(before)) before.before(item);
  else if (after && y > middle(after)) after.after(item);
}

function drop(isMeant: boolean): void {
  if (!drag) return;
  const { item, from } = drag;
  drag = null;
  item.toggleAttribute("data-dragged", false);
  const by = placeOf(item) - from;
  const form = item.querySelector<HTMLFormElement>("form[data-move]");
  if (!isMeant || by === 0 || !form) return;
  // A button, because only the pressed one's value is sent: a tap before the next drawing must not repeat the drag.
  const dropped = document.createElement("button");
  dropped.hidden = true;
  dropped.name = "by";
  dropped.value = String(by);
  form.append(dropped);
  form.requestSubmit(dropped);
  dropped.remove();
}

function placeOf(item: HTMLElement): number {
  return [...(item.parentElement?.children ?? [])].indexOf(item);
}

function middle(element: Element): number {
  const { top, height } = element.getBoundingClientRect();
  return top + height / 2;
}
