/** Runs now and after every swap: for what depends on elements that come and go. */
export function onFresh(run: () => void): void {
  const soon = () => queueMicrotask(run);
  document.addEventListener("htmx:after:swap", soon);
  document.addEventListener("htmx:after:process", soon);
  document.addEventListener("DOMContentLoaded", soon);
  soon();
}
