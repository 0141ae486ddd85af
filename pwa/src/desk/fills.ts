/** `select[data-fills="body"]`: what is chosen is put into that field of its form, after what stands there. */

export function watchFills(): void {
  document.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLSelectElement) || !target.dataset.fills || !target.value) return;
    const field = target.form?.elements.namedItem(target.dataset.fills);
    if (!(field instanceof HTMLTextAreaElement)) return;
    field.value = [field.value.trim(), target.value].filter(Boolean).join("\n\n");
    target.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}
