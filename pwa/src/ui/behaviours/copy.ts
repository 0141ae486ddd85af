/** `data-copy`: its text goes to the clipboard, and the button says so. */
export function installCopy(): void {
  document.addEventListener("click", async (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
    if (!button) return;
    try {
      await navigator.clipboard.writeText(button.dataset.copy ?? "");
      say(button, "Copiado");
    } catch {
      say(button, "Não foi possível copiar");
    }
  });
}

function say(button: HTMLElement, text: string): void {
  const note = document.createElement("span");
  note.className = "tag tone-ok fixed inset-x-0 bottom-24 z-30 mx-auto w-fit px-4 py-2";
  note.setAttribute("role", "status");
  note.textContent = text;
  button.after(note);
  setTimeout(() => note.remove(), 2000);
}
