/** What the person has allowed and what the browser can do, where a screen speaks of it. */
import { onFresh } from "./fresh";

const WORDS: Record<PermissionState, string> = {
  granted: "permitida",
  denied: "negada nas configurações do navegador",
  prompt: "será pedida no primeiro uso",
};

export function installPermissions(): void {
  onFresh(() => {
    void tellLocation();
    const awake = document.querySelector("[data-wake-lock]");
    if (awake && !("wakeLock" in navigator)) {
      awake.textContent = "Este navegador não mantém a tela acesa: toque nela de vez em quando.";
    }
  });
}

async function tellLocation(): Promise<void> {
  const place = document.querySelector("[data-location-state]");
  const denial = document.querySelector<HTMLElement>("[data-location-denied]");
  if ((!place && !denial) || !navigator.permissions) return;
  try {
    const { state } = await navigator.permissions.query({ name: "geolocation" });
    if (place) place.textContent = WORDS[state];
    if (denial) denial.hidden = state !== "denied";
  } catch {
    if (place) place.textContent = "não informada pelo navegador";
  }
}
