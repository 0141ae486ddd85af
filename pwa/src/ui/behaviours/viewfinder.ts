/** The full-screen viewfinder: what the camera sees, what the photo is of, and one big shutter. */
export interface Viewfinder {
  dialog: HTMLDialogElement;
  video: HTMLVideoElement;
  slot(): string;
  /** `isBusy` keeps the shutter closed until the next word */
  say(text: string, isBusy?: boolean): void;
}

interface Actions {
  shoot(): void;
  slot(value: string): void;
  close(): void;
}

export function viewfinder(
  stream: MediaStream,
  slots: { value: string; label: string }[],
  chosen: string,
  actions: Actions,
): Viewfinder {
  const dialog = element("dialog", "m-0 h-dvh max-h-none w-screen max-w-none bg-black text-white");
  dialog.setAttribute("aria-label", "Câmera");
  const frame = element("div", "flex h-full flex-col");
  const video = element("video", "min-h-0 flex-1 bg-black object-contain");
  video.autoplay = true;
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  const state = element("p", "min-h-7 text-center font-semibold");
  state.setAttribute("role", "status");
  const shutter = button(
    "",
    "size-20 rounded-full border-4 border-white bg-white/90 ring-4 ring-black ring-inset",
  );
  shutter.setAttribute("aria-label", "Tirar foto");
  shutter.dataset.shutter = "";
  const done = button("Pronto", "btn btn-quiet justify-self-end");
  const row = element("div", "grid grid-cols-[1fr_auto_1fr] items-center");
  row.append(element("span", ""), shutter, done);
  const { list, current } = slotButtons(slots, chosen, actions.slot);
  const controls = element("div", "grid gap-3 p-4 pb-[calc(1rem+env(safe-area-inset-bottom))]");
  controls.append(list, state, row);
  frame.append(video, controls);
  dialog.append(frame);
  document.body.append(dialog);

  shutter.addEventListener("click", actions.shoot);
  done.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", actions.close);
  dialog.showModal();
  shutter.focus();
  return {
    dialog,
    video,
    slot: current,
    say(text, isBusy = false) {
      state.textContent = text;
      shutter.disabled = isBusy;
    },
  };
}

function slotButtons(
  slots: { value: string; label: string }[],
  chosen: string,
  tell: (value: string) => void,
): { list: HTMLElement; current(): string } {
  let value = chosen;
  const list = element("div", "flex flex-wrap justify-center gap-1.5");
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", "Foto de quê?");
  const buttons = slots.map((slot) => {
    const one = button(slot.label, "min-h-12 shrink-0 rounded-full border border-white px-3.5 font-semibold");
    one.addEventListener("click", () => {
      value = slot.value;
      tell(value);
      draw();
    });
    return { one, slot };
  });
  const draw = () => {
    for (const { one, slot } of buttons) {
      const isChosen = slot.value === value;
      one.setAttribute("aria-pressed", String(isChosen));
      one.classList.toggle("bg-white", isChosen);
      one.classList.toggle("text-black", isChosen);
    }
  };
  draw();
  list.append(...buttons.map(({ one }) => one));
  return { list, current: () => value };
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, classes: string): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.className = classes;
  return made;
}

function button(text: string, classes: string): HTMLButtonElement {
  const made = element("button", classes);
  made.type = "button";
  made.textContent = text;
  return made;
}
