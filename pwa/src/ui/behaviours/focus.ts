/**
 * Where the reader is after a swap: at the list of what is missing in a refused form, at the title of a new
 * screen; a screen that only refreshed itself leaves them where they are.
 */
export function installFocus(): void {
  let hasMoved = false;
  document.addEventListener("htmx:after:history:push", () => {
    hasMoved = true;
  });
  document.addEventListener("htmx:after:swap", () => {
    const missing = document.querySelector<HTMLElement>("[data-focus]");
    const title = hasMoved ? document.querySelector<HTMLElement>("#screen h1") : null;
    hasMoved = false;
    (missing ?? title)?.focus({ preventScroll: missing === null });
  });
}
