/** `[data-view]`: a link to a picture opens large over the page; without this script it is an ordinary link. */

export function watchViewer(): void {
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-view]");
    if (!link) return;
    event.preventDefault();
    open(link);
  });
}

function open(link: HTMLAnchorElement): void {
  const caption = link.dataset.view ?? "";
  const dialog = document.createElement("dialog");
  dialog.className = "viewer";
  dialog.ariaLabel = caption;
  const image = document.createElement("img");
  image.src = link.href;
  image.alt = caption;
  const close = document.createElement("button");
  close.className = "btn btn-quiet";
  close.textContent = "Fechar";
  close.addEventListener("click", () => dialog.close());
  const foot = document.createElement("p");
  foot.className = "viewer-foot";
  foot.append(caption, close);
  dialog.append(image, foot);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    link.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}
