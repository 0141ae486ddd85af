/**
 * Lists by keyboard: `/` goes to `[data-search]`, `j` and `k` to the next and previous `[data-row]`, Enter opens
 * the row's link. Keys typed into a field are the field's.
 */

export function watchKeyboard(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.target as HTMLElement;
    if (event.key === "Escape" && target.matches("[data-search]")) {
      event.preventDefault(); // the browser would empty the field, and the list would lose its filter
      target.blur();
    }
    // From the search straight into what it found, as in any list of suggestions.
    const isInList = target.matches("[data-search], [data-row]");
    if (isInList && event.key === "ArrowDown") step(event, 1);
    if (target.matches("[data-row]") && event.key === "ArrowUp") step(event, -1);
    if (isTyping(target) || event.defaultPrevented) return;
    if (event.key === "/") focusSearch(event);
    if (event.key === "j") step(event, 1);
    if (event.key === "k") step(event, -1);
    if (event.key === "Enter" && target.matches("[data-row]")) target.querySelector("a")?.click();
  });
}

function isTyping(target: HTMLElement): boolean {
  return (
    target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio]), select, textarea")
  );
}

function focusSearch(event: KeyboardEvent): void {
  const search = document.querySelector<HTMLInputElement>("[data-search]");
  if (!search) return;
  event.preventDefault();
  search.closest("details")?.setAttribute("open", "");
  search.focus();
  search.select();
}

function step(event: KeyboardEvent, by: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  if (rows.length === 0) return;
  event.preventDefault();
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = here < 0 ? 0 : Math.min(Math.max(here + by, 0), rows.length - 1);
  rows[next]?.focus();
  rows[next]?.scrollIntoView({ block: "nearest" });
}
