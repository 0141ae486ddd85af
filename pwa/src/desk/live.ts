/**
 * Live pages. An element with `data-live="/…/live"` is told by that stream when what it shows has changed; it
 * fetches itself again through its own hx-get on the event `changed` and morphs, so that focus, scroll and what
 * is being typed stay.
 */

const QUIET_MS = 400;
const CHANGED = "changed";

export function openStreams(): void {
  spareForms();
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
    timer = setTimeout(() => document.getElementById(id)?.dispatchEvent(new Event(CHANGED)), QUIET_MS);
  };
  const open = () => {
    if (stream) return;
    stream = new EventSource(address);
    stream.addEventListener(CHANGED, changed);
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

/** A refresh that nobody asked for passes by the forms that somebody is filling; their own answers do not. */
function spareForms(): void {
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = event.detail;
    if (ctx.sourceEvent?.type !== CHANGED) return;
    for (const form of ctx.sourceElement.querySelectorAll("form")) {
      form.toggleAttribute("hx-morph-skip", isTouched(form));
    }
  });
  document.addEventListener("htmx:finally:swap", () => {
    for (const form of document.querySelectorAll("form[hx-morph-skip]"))
      form.removeAttribute("hx-morph-skip");
  });
}

/** Whether somebody is in the form or has changed something: then it is theirs until it is sent. */
function isTouched(form: HTMLFormElement): boolean {
  if (form.contains(document.activeElement)) return true;
  return [...form.elements].some((control) => {
    if (control instanceof HTMLSelectElement) {
      return [...control.options].some(
        (option) => option.selected !== option.defaultSelected && option.value !== "",
      );
    }
    if (control instanceof HTMLInputElement && /checkbox|radio/.test(control.type)) {
      return control.checked !== control.defaultChecked;
    }
    if (control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement) {
      return control.value !== control.defaultValue;
    }
    return false;
  });
}
