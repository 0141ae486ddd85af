/** The browser's offer to install, kept for the button on *conta*. */
import { onFresh } from "./fresh";

interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

let offer: InstallPrompt | null = null;

export function installInstallOffer(): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offer = event as InstallPrompt;
    draw();
  });
  addEventListener("appinstalled", () => {
    offer = null;
    draw();
  });
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-install]")) void offer?.prompt();
  });
  onFresh(draw);
}

function draw(): void {
  const place = document.querySelector<HTMLElement>("[data-install-offer]");
  if (place) place.hidden = offer === null;
  const state = document.querySelector("[data-installed-state]");
  if (state) state.textContent = matchMedia("(display-mode: standalone)").matches ? "sim" : "não";
}
