/**
 * `form[data-draft="…"]`: what is typed survives a reload, a crash and an expired session, on this device. A draft
 * belongs to one person (`data-draft-of`) and goes when the page after sending says so (`[data-draft-done]`), when
 * it is thrown away, or after a week. Files and passwords are never in it.
 */

const PREFIX = "draft:";
const KEPT_MS = 7 * 24 * 3600 * 1000;
const QUIET_MS = 300;

export interface Draft {
  readonly at: number;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

export function watchDrafts(): void {
  const store = storage();
  if (!store) return;
  forgetOld(store, Date.now());
  for (const done of document.querySelectorAll<HTMLElement>("[data-draft-done]")) {
    forgetWith(store, "order_id", done.dataset.draftDone ?? "");
  }
  restoreAll(store);
  document.addEventListener("input", ({ target }) => later(store, formOf(target)));
  document.addEventListener("submit", ({ target }) => keepNow(store, formOf(target)));
  // Sent without leaving the page: htmx says how it went, and brings the form anew.
  document.addEventListener("htmx:after:request", (event) => {
    const form = formOf(event.target);
    const status = event.detail.ctx.response?.status ?? 0;
    if (!form || status < 200 || status >= 400) return;
    clearTimeout(timers.get(form));
    store.removeItem(keyOf(form));
  });
  document.addEventListener("htmx:finally:swap", () => restoreAll(store));
}

const timers = new WeakMap<HTMLFormElement, number>();
const restored = new WeakSet<HTMLFormElement>();

function formOf(target: EventTarget | null): HTMLFormElement | null {
  return target instanceof Element ? target.closest<HTMLFormElement>("form[data-draft]") : null;
}

function keyOf(form: HTMLFormElement): string {
  return `${PREFIX}${form.dataset.draftOf}:${form.dataset.draft}`;
}

function later(store: Storage, form: HTMLFormElement | null): void {
  if (!form) return;
  clearTimeout(timers.get(form));
  timers.set(
    form,
    setTimeout(() => keepNow(store, form), QUIET_MS),
  );
}

function keepNow(store: Storage, form: HTMLFormElement | null): void {
  if (!form) return;
  clearTimeout(timers.get(form));
  if (keep(store, keyOf(form), { at: Date.now(), fields: fieldsOf(form) })) {
    say(form.querySelector("[data-draft-state]"), "Rascunho guardado");
  }
}

function restoreAll(store: Storage): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-draft]")) {
    if (restored.has(form)) continue;
    restored.add(form);
    const before = parse(store.getItem(keyOf(form)));
    // A form that came back with faults holds more than the draft does.
    if (before && !form.querySelector("[aria-invalid], .field-error")) {
      restore(form, before, keyOf(form), store, form.querySelector("[data-draft-state]"));
    }
  }
}

function restore(
  form: HTMLFormElement,
  draft: Draft,
  key: string,
  store: Storage,
  state: HTMLElement | null,
): void {
  fill(form, draft);
  if (!state) return;
  const discard = document.createElement("button");
  discard.type = "button";
  discard.className = "link ml-2 cursor-pointer py-1";
  discard.textContent = "Descartar";
  discard.addEventListener("click", () => {
    store.removeItem(key);
    location.assign(location.pathname);
  });
  say(state, `Rascunho de ${when(new Date(draft.at))} recuperado. `);
  state.append(discard);
}

/** The values that a form holds, as they would be sent; no file, no password. */
export function fieldsOf(form: HTMLFormElement): [string, string][] {
  const secret = new Set(
    [...form.querySelectorAll<HTMLInputElement>("input[type=password]")].map(({ name }) => name),
  );
  const fields: [string, string][] = [];
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !secret.has(name) && name !== "attachment_id")
      fields.push([name, value]);
  }
  return fields;
}

/** Into the controls of that name; what the form no longer has is passed over. */
export function fill(form: HTMLFormElement, draft: Draft): void {
  for (const [name, value] of draft.fields) {
    const control = form.elements.namedItem(name);
    if (control instanceof HTMLSelectElement) {
      if ([...control.options].some((option) => option.value === value)) control.value = value;
    } else if (control instanceof HTMLInputElement && /checkbox|radio/.test(control.type)) {
      control.checked = control.value === value;
    } else if (control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement) {
      control.value = value;
    }
  }
}

function parse(text: string | null): Draft | null {
  try {
    const draft = text ? (JSON.parse(text) as Draft) : null;
    return draft && Array.isArray(draft.fields) ? draft : null;
  } catch {
    return null;
  }
}

function keep(store: Storage, key: string, draft: Draft): boolean {
  try {
    store.setItem(key, JSON.stringify(draft));
    return true;
  } catch {
    return false; // full, or forbidden: the form works all the same
  }
}

function drafts(store: Storage): [string, Draft | null][] {
  return Object.keys(store)
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => [key, parse(store.getItem(key))]);
}

function forgetOld(store: Storage, now: number): void {
  for (const [key, draft] of drafts(store)) if (!draft || now - draft.at > KEPT_MS) store.removeItem(key);
}

function forgetWith(store: Storage, name: string, value: string): void {
  for (const [key, draft] of drafts(store)) {
    if (draft?.fields.some((field) => field[0] === name && field[1] === value)) store.removeItem(key);
  }
}

function storage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

function say(state: HTMLElement | null, text: string): void {
  if (state) state.textContent = text;
}

function when(moment: Date): string {
  return moment.toLocaleString("pt-BR", {
    day: "2-digit",
    month: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
}
