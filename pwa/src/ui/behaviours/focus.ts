/** After a refused form the reader is at the list of what is missing. */
export function installFocus(): void {
  document.addEventListener("htmx:after:swap", () => {
    document.querySelector<HTMLElement>("[data-focus]")?.focus();
  });
}
