/**
 * Live pages. An element with `data-live="/…/live"` is told by that stream when what it shows has changed; it
 * fetches itself again through its own hx-get on the event `changed` and morphs, so that focus, scroll and what
 * is being typed stay.
 */

const QUIET_MS = 400;

export function openStreams(): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-live]")) follow(element);
}

function follow(element: HTMLElement): void {
  const address = element.dataset.live ?? "";
  const id = element.id;
  let stream: EventSource | null = null;
  let timer = 0;
  let hasLost = false;

  // Several changes of one transaction or one sync come together: one fetch answers them all.
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(() => document.getElementById(id)?.dispatchEvent(new Event("changed")), QUIET_MS);
  };
  const open = () => {
    if (stream) return;
    stream = new EventSource(address);
    stream.addEventListener("changed", changed);
    stream.addEventListener("open", () => {
      if (hasLost) changed();
      hasLost = false;
    });
    stream.addEventListener("error", () => {
      hasLost = true;
    });
  };
  const close = () => {
    stream?.close();
    stream = null;
  };

  open();
  // A page in the background holds no connection (browsers allow six a host); it catches up when looked at.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      close();
      hasLost = true;
    } else open();
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", () => {
    if (!document.hidden) open();
  });
}
