/**
 * `[data-push]`: the switch for notifications on this browser, what the browser says to it, and a trial. One for
 * the field app's *Conta* and the desk's *Avisos*.
 */
import { onFresh } from "../ui/behaviours/fresh";
import {
  type Place,
  PushFailure,
  type PushState,
  pushState,
  sendTrial,
  switchOff,
  switchOn,
} from "./browser";

/** Where it would arrive; with `isWanted` a worker is made where there is none yet. */
type PlaceOf = (panel: HTMLElement, isWanted: boolean) => Promise<Place | null>;

const WORDS: Record<PushState, string> = {
  unsupported: "Este navegador não recebe notificações. Atualize-o, ou use o Chrome, o Edge ou o Firefox.",
  needs_install:
    "No iPhone e no iPad é preciso instalar antes: toque em Compartilhar, depois em “Adicionar à Tela de Início”, e abra por lá.",
  denied:
    "O navegador está bloqueando. Toque no cadeado ao lado do endereço, abra as permissões deste site, permita as notificações e volte aqui.",
  off: "Desligadas neste aparelho.",
  on: "Ligadas neste aparelho. A tela bloqueada mostra só o número e o que aconteceu.",
};

export function installPushSwitch(placeOf: PlaceOf): void {
  onFresh(() => {
    for (const panel of panels()) void draw(panel, placeOf);
  });
  // Back from the browser's settings.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) for (const panel of panels()) void draw(panel, placeOf);
  });
  document.addEventListener("change", (event) => {
    const control = event.target as HTMLInputElement;
    const panel = control.closest<HTMLElement>("[data-push]");
    if (panel && control.matches("[data-push-switch]")) {
      void attempt(panel, placeOf, control.checked ? switchOn : switchOff, "Aguarde…");
    }
  });
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("[data-push-trial]");
    const panel = button?.closest<HTMLElement>("[data-push]");
    if (button && panel) void tryOut(panel, button);
  });
}

function panels(): Iterable<HTMLElement> {
  return document.querySelectorAll<HTMLElement>("[data-push]");
}

async function attempt(
  panel: HTMLElement,
  placeOf: PlaceOf,
  act: (place: Place) => Promise<void>,
  meanwhile: string,
): Promise<void> {
  const control = panel.querySelector<HTMLInputElement>("[data-push-switch]");
  if (control) control.disabled = true;
  say(panel, meanwhile);
  try {
    const place = await placeOf(panel, true);
    if (place) await act(place);
    await draw(panel, placeOf);
  } catch (error) {
    await draw(panel, placeOf);
    if (error instanceof PushFailure) say(panel, error.message);
    else throw error;
  }
}

async function tryOut(panel: HTMLElement, button: HTMLButtonElement): Promise<void> {
  button.disabled = true;
  try {
    await sendTrial();
    say(panel, "Aviso de teste enviado: deve aparecer em instantes.");
  } catch (error) {
    say(panel, error instanceof PushFailure ? error.message : "Não foi possível enviar.");
  } finally {
    button.disabled = false;
  }
}

async function draw(panel: HTMLElement, placeOf: PlaceOf): Promise<void> {
  const state = await pushState(await placeOf(panel, false).catch(() => null));
  const control = panel.querySelector<HTMLInputElement>("[data-push-switch]");
  if (control) {
    control.checked = state === "on";
    control.disabled = state !== "on" && state !== "off";
  }
  const trial = panel.querySelector<HTMLElement>("[data-push-trial]");
  if (trial) trial.hidden = state !== "on";
  if (panel.dataset.pushDrawn !== state) {
    panel.dataset.pushDrawn = state;
    say(panel, WORDS[state]);
  } else if (panel.querySelector("[data-push-state]")?.textContent === "Aguarde…") {
    say(panel, WORDS[state]);
  }
}

function say(panel: HTMLElement, words: string): void {
  const place = panel.querySelector("[data-push-state]");
  if (place) place.textContent = words;
}
