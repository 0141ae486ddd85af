/** `data-location-state`: what the person has allowed, as the browser says it. */
import { onFresh } from "./fresh";

const WORDS: Record<PermissionState, string> = {
  granted: "permitida",
  denied: "negada nas configurações do navegador",
  prompt: "será pedida no primeiro uso",
};

export function installPermissions(): void {
  onFresh(async () => {
    const place = document.querySelector("[data-location-state]");
    if (!place || !navigator.permissions) return;
    try {
      const status = await navigator.permissions.query({ name: "geolocation" });
      place.textContent = WORDS[status.state];
    } catch {
      place.textContent = "não informada pelo navegador";
    }
  });
}
