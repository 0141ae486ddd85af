/** `[data-print]`: open a document beside the page and its print dialogue with it; `[data-print-page]`: this page. */

export function watchPrint(): void {
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-print-page]")) window.print();
    const address = (event.target as Element).closest<HTMLElement>("[data-print]")?.dataset.print;
    if (!address) return;
    const shown = window.open(address, "_blank");
    shown?.addEventListener("load", () => shown.print());
  });
}
