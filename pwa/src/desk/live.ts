/**
 * Live pages. An element with `data-live="orders"` or `data-live="visit:…"` is told when what it shows has
 * changed; it fetches itself again through its own hx-get on the event `changed` and morphs, so that focus,
 * scroll and what is being typed stay. What comes with its content is an event `told`, its `detail`. All of a page's elements share one stream, `/live`.
 */

const QUIET_MS = 400;
const CHANGED = "changed";
const TOLD = "told";

export function openStream(): void {
  spareForms();
  const watched = new Map<string, string[]>(); // what is watched → the ids of the elements that show it
  for (const { id, dataset } of document.querySelectorAll<HTMLElement>("[data-live]")) {
    const name = dataset.live ?? "";
    watched.set(name, [...(watched.get(name) ?? []), id]);
  }
  if (watched.size > 0) follow(watched);
}

function follow(watched: Map<string, string[]>): void {
  const query = new URLSearchParams([...watched.keys()].map((name) => ["watch", name]));
  const timers = new Map<string, number>();
  let stream: EventSource | null = null;
  let hasLost = false;

  // Several changes of one transaction or one sync come together: one fetch answers them all.
  const changed = (name: string) => {
    clearTimeout(timers.get(name));
    const tell = () => {
      for (const id of watched.get(name) ?? [])
        document.getElementById(id)?.dispatchEvent(new Event(CHANGED));
    };
    timers.set(name, setTimeout(tell, QUIET_MS));
  };
  const open = () => {
    if (stream) return;
    stream = new EventSource(`/live?${query}`);
    stream.addEventListener(CHANGED, ({ data }) => changed(data));
    stream.addEventListener(TOLD, ({ data }) => {
      const [name, detail] = JSON.parse(data) as [string, unknown];
      for (const id of watched.get(name) ?? [])
        document.getElementById(id)?.dispatchEvent(new CustomEvent(TOLD, { detail }));
    });
    stream.addEventListener("open", () => {
      if (hasLost) for (const name of watched.keys()) changed(name);
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
  if (form.querySelector("[data-attached], [data-uploading]")) return true;
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
