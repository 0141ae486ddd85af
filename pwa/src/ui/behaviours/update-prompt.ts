/** A new version waits: it takes over only when the person says so. */
import { onFresh } from "./fresh";

let accept: (() => void) | null = null;

export function installUpdatePrompt(): void {
  document.addEventListener("pws:update-ready", (event) => {
    accept = (event as CustomEvent<{ accept(): void }>).detail.accept;
    draw();
  });
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-update-accept]")) accept?.();
  });
  onFresh(draw);
}

function draw(): void {
  for (const prompt of document.querySelectorAll<HTMLElement>("[data-update-prompt]")) {
    prompt.hidden = accept === null;
  }
}
