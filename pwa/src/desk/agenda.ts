/** The agenda's script: cards carried by pointer or keyboard, the form of a card over the page, and what is said. */
import { isCarrying } from "./agenda-carry";
import { watchKeys } from "./agenda-keys";
import { watchPointer } from "./agenda-pointer";

const CHANGED = "changed";
let isBehind = false;
let focused: string | null = null;

const board = () => document.getElementById("agenda");
const dialog = document.querySelector<HTMLDialogElement>("#placement");

function voice(text: string): void {
  const place = document.getElementById("agenda-voice");
  if (place) place.textContent = text;
}

watchPointer();
watchKeys(voice);

// A refresh that nobody asked for waits until the card is out of the hand.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceElement.id === "agenda" && ctx.sourceEvent?.type === CHANGED && isCarrying()) {
    isBehind = true;
    event.preventDefault();
    return;
  }
  focused = document.activeElement?.closest("[data-job]")?.id ?? focused;
});
document.addEventListener("agenda:ended", () => {
  if (isBehind) board()?.dispatchEvent(new Event(CHANGED));
  isBehind = false;
});

document.addEventListener("htmx:after:swap", () => {
  if (dialog && !dialog.open && dialog.querySelector("form")) dialog.showModal();
  const said = board()?.dataset.said;
  if (said === undefined) return;
  dialog?.close();
  tell(said, board()?.dataset.refused !== undefined);
  delete board()?.dataset.said;
  // The card has gone to another cell: who moved it by keyboard goes on from there.
  const job = focused ? document.getElementById(focused) : null;
  if (document.activeElement === document.body)
    (job?.querySelector<HTMLElement>("[data-grip]") ?? job)?.focus();
});

dialog?.addEventListener("close", () => dialog.querySelector("#placement-body")?.replaceChildren());
dialog?.addEventListener("click", (event) => {
  const clicked = event.target as Element;
  if (clicked !== dialog && !clicked.closest("[data-close]")) return;
  event.preventDefault();
  dialog.close();
});

function tell(text: string, isRefused: boolean): void {
  const line = document.createElement("p");
  line.className = `banner mb-3 ${isRefused ? "tone-bad" : "tone-ok"}`;
  line.textContent = text;
  document.getElementById("notices")?.replaceChildren(line);
  if (isRefused) line.scrollIntoView({ block: "nearest" });
}
