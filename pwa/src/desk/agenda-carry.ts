/**
 * A card of the agenda that somebody carries, by pointer or keyboard, from one `[data-cell]` to another. Where it
 * is put down its own form says so to the portal; the page then shows what became of it.
 */

interface Carry {
  readonly job: HTMLElement;
  readonly from: HTMLElement;
  target: HTMLElement;
}

let carry: Carry | null = null;

export function isCarrying(): boolean {
  return carry !== null;
}

export function carried(): HTMLElement | null {
  return carry?.job ?? null;
}

export function target(): HTMLElement | null {
  return carry?.target ?? null;
}

export function cellOf(element: Element | null): HTMLElement | null {
  return element?.closest<HTMLElement>("[data-cell]") ?? null;
}

/** False for a card that stays where it is. */
export function pickUp(job: HTMLElement): boolean {
  const from = cellOf(job);
  if (!from || carry || !("movable" in job.dataset)) return false;
  carry = { job, from, target: from };
  job.classList.add("is-carried");
  return true;
}

export function hover(cell: HTMLElement): void {
  if (!carry || cell === carry.target) return;
  carry.target.classList.remove("is-target");
  carry.target = cell;
  if (cell !== carry.from) cell.classList.add("is-target");
}

/** True when it went somewhere. */
export function putDown(): boolean {
  const ended = end();
  if (!ended) return false;
  const { job, from, target: to } = ended;
  const form = job.querySelector<HTMLFormElement>("form[data-placement]");
  if (from === to || !form) return false;
  say(form, "technician_id", to.dataset.technician ?? "");
  say(form, "day", to.dataset.day ?? "");
  job.classList.add("is-carried"); // until the portal has answered
  form.requestSubmit();
  return true;
}

export function letGo(): void {
  end();
}

function end(): Carry | null {
  const ended = carry;
  carry = null;
  ended?.job.classList.remove("is-carried");
  ended?.target.classList.remove("is-target");
  document.dispatchEvent(new Event("agenda:ended"));
  return ended;
}

function say(form: HTMLFormElement, name: string, value: string): void {
  let field = form.querySelector<HTMLInputElement>(`input[name="${name}"]`);
  if (!field) {
    field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    form.append(field);
  }
  field.value = value;
}
