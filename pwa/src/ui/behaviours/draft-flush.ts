/**
 * Drafts are saved a moment after each key; when the app goes to the background or an update takes over, that
 * moment is now. Enter in a one-line field closes the keyboard instead of sending half a form.
 */
const PATIENCE_MS = 2000;

export function installDraftFlush(): void {
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") void flush();
  });
  addEventListener("pagehide", () => void flush());
  document.addEventListener("pws:leaving", (event) => {
    const { waitUntil } = (event as CustomEvent<{ waitUntil(promise: Promise<unknown>): void }>).detail;
    waitUntil(flush());
  });
  document.addEventListener("keydown", (event) => {
    const field = event.target as Element;
    if (event.key === "Enter" && field.matches("[data-enter-stays] input:not([type=submit])")) {
      event.preventDefault();
      (field as HTMLInputElement).blur();
    }
  });
}

/** Resolves when the draft on the screen is stored, or after a patient while. */
function flush(): Promise<void> {
  const state = document.getElementById("draft-state");
  const form = state?.closest("form");
  if (!state || !form) return Promise.resolve();
  return new Promise((resolve) => {
    state.addEventListener("htmx:finally:request", () => resolve(), { once: true });
    setTimeout(resolve, PATIENCE_MS);
    form.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
