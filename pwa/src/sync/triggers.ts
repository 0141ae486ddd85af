/** When a cycle is asked for: start, visible, online, a jittered minute, the portal's poke while visible. */
import type { SyncReason } from "../shell/deps";

const MINUTE_MS = 60_000;
/** A poke says only "something may have changed"; several in a row are one. */
const POKE_QUIET_MS = 700;

/** What it returns is to be called when something changed: whoever has just enrolled listens from then on. */
export function installTriggers(
  request: (why: SyncReason) => void,
  clientId: () => Promise<string | null>,
): () => void {
  request("start");
  window.addEventListener("online", () => request("online"));
  const poke = new Poke(request, clientId);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      request("visible");
    }
    void poke.follow();
  });
  void poke.follow();
  const minute = () => {
    setTimeout(
      () => {
        request("minute");
        void poke.follow();
        minute();
      },
      MINUTE_MS * (0.75 + Math.random() / 2),
    );
  };
  minute();
  return () => void poke.follow();
}

/** Background Sync where it exists: the browser wakes the worker when there is network again. */
export async function askBackgroundSync(): Promise<void> {
  const registration = (await navigator.serviceWorker?.getRegistration("/field/")) as
    | (ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } })
    | undefined;
  await registration?.sync?.register("pws-sync").catch(() => undefined);
}

class Poke {
  #source: EventSource | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly request: (why: SyncReason) => void,
    readonly clientId: () => Promise<string | null>,
  ) {}

  /** Listens while the page is visible and somebody is enrolled; a lost poke costs only time. */
  async follow(): Promise<void> {
    const id = document.visibilityState === "visible" && navigator.onLine ? await this.clientId() : null;
    if (id === null || this.#source?.readyState === EventSource.CLOSED) {
      this.#source?.close();
      this.#source = null;
    }
    if (id !== null && this.#source === null) {
      this.#source = new EventSource(`/sync/v1/poke?client_id=${id}`);
      // The browser reconnects by itself: the first to know that the portal is back.
      let wasLost = false;
      this.#source.addEventListener("error", () => {
        wasLost = true;
      });
      this.#source.addEventListener("open", () => {
        if (wasLost) {
          wasLost = false;
          this.request("online");
        }
      });
      this.#source.addEventListener("poke", () => {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.request("poke"), POKE_QUIET_MS);
      });
    }
  }
}
