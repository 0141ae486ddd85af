/** Every tab and the worker hear when something a person sees has changed, whoever changed it. */

export class Signals {
  readonly #channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("pws");
  readonly #listeners = new Set<() => void>();

  constructor() {
    this.#channel?.addEventListener("message", () => this.#tell());
  }

  changed(): void {
    this.#channel?.postMessage("changed");
    this.#tell();
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) {
      listener();
    }
  }
}
