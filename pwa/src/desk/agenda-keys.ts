/**
 * Moving cards of the agenda by keyboard: the grip (or `m` on a card) picks one up, the arrows choose, Enter or
 * Space puts it down, Escape lets go. Each step is said to who does not see it.
 */
import { carried, cellOf, hover, isCarrying, letGo, pickUp, putDown, target } from "./agenda-carry";
import { type Spot, step, WAITING } from "./agenda-steps";

export function watchKeys(voice: (text: string) => void): void {
  document.addEventListener("click", (event) => {
    const grip = (event.target as Element).closest<HTMLElement>("[data-grip]");
    const job = grip?.closest<HTMLElement>("[data-job]");
    // By keyboard or a screen reader; a finger that only touched it wants the form.
    if (!grip || !job || isCarrying()) return;
    if (event.detail > 0) job.querySelector<HTMLElement>("a[hx-get]")?.click();
    else begin(job, voice);
  });
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const job = carried();
      if (!job) {
        const focused = document.activeElement;
        if (event.key === "m" && focused instanceof HTMLElement && focused.matches("[data-job]"))
          begin(focused, voice);
        return;
      }
      if (event.key === "Enter" || event.key === " ") {
        const label = target()?.dataset.label;
        voice(putDown() ? `Movendo para ${label}…` : "Ficou onde estava.");
      } else if (event.key === "Escape" || event.key === "Tab") {
        letGo();
        voice("Ficou onde estava.");
        if (event.key === "Tab") return;
      } else if (event.key.startsWith("Arrow")) {
        go(event.key, voice);
      } else return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
}

function begin(job: HTMLElement, voice: (text: string) => void): void {
  if (!pickUp(job)) return;
  job.querySelector<HTMLElement>("[data-grip]")?.focus();
  voice(
    `Chamado ${job.dataset.number} na mão, em ${cellOf(job)?.dataset.label}. Setas escolhem, Enter solta, Esc desiste.`,
  );
}

function go(key: string, voice: (text: string) => void): void {
  const rows = [...document.querySelectorAll<HTMLTableRowElement>(".agenda-table tbody tr")].map((row) => [
    ...row.querySelectorAll<HTMLElement>("td[data-cell]"),
  ]);
  const next = step(spotOf(target(), rows), key, rows.length, rows[0]?.length ?? 0);
  const cell =
    next.row < 0 ? document.querySelector<HTMLElement>(".agenda-waiting") : rows[next.row]?.[next.column];
  if (!cell) return;
  hover(cell);
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  voice(cell.dataset.label ?? "");
}

function spotOf(cell: HTMLElement | null, rows: HTMLElement[][]): Spot {
  for (const [row, cells] of rows.entries()) {
    const column = cell ? cells.indexOf(cell) : -1;
    if (column >= 0) return { row, column };
  }
  return WAITING;
}
