/** Shown while the browser itself knows that there is no network; what was sent is the chip's business. */
import { onFresh } from "./fresh";

export function installNetworkBanner(): void {
  addEventListener("online", draw);
  addEventListener("offline", draw);
  onFresh(draw);
}

function draw(): void {
  for (const banner of document.querySelectorAll<HTMLElement>("[data-offline-banner]")) {
    banner.hidden = navigator.onLine;
  }
}
