/**
 * The camera inside the page. A camera app would push this one out of memory and take the photo with it; here
 * each shot is stored before the next. The viewfinder stands outside the screen, so that it stays open while the
 * screen behind it is swapped.
 */
import { type Viewfinder, viewfinder } from "./viewfinder";

const WANTED: MediaStreamConstraints = {
  audio: false,
  video: { facingMode: { ideal: "environment" }, width: { ideal: 2560 }, height: { ideal: 1920 } },
};
const JPEG_QUALITY = 0.92;
/** tenths of a second until a shot that does not appear is called lost */
const PATIENCE = 100;

export function installCamera(): void {
  document.addEventListener("click", (event) => {
    const opener = (event.target as Element).closest<HTMLElement>("[data-camera-open]");
    if (opener) void open();
  });
  document.addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
    if (input.matches?.("[data-photo-input]") && input.files?.length) input.form?.requestSubmit();
  });
}

async function open(): Promise<void> {
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia(WANTED);
  } catch {
    // No camera, no permission: the phone's own way to give a photo.
    form()?.querySelector<HTMLInputElement>("[data-photo-input]")?.click();
    return;
  }
  const finder = viewfinder(stream, slotsOf(form()), chosenSlot(), {
    shoot: () => void shoot(finder),
    slot: (value) => choose(value),
    close: () => stop(finder, stream),
  });
  // A phone call or another app may take the camera away.
  for (const track of stream.getTracks()) track.addEventListener("ended", () => finder.dialog.close());
}

function stop(finder: Viewfinder, stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
  finder.dialog.remove();
}

async function shoot(finder: Viewfinder): Promise<void> {
  const target = form();
  const input = target?.querySelector<HTMLInputElement>("[data-photo-input]");
  if (!target || !input || finder.video.videoWidth === 0) return;
  finder.say("Salvando…", true);
  const blob = await frameOf(finder.video);
  if (blob === null) {
    finder.say("Não deu certo. Tente de novo.");
    return;
  }
  const files = new DataTransfer();
  files.items.add(new File([blob], "photo.jpg", { type: "image/jpeg", lastModified: Date.now() }));
  input.files = files.files;
  choose(finder.slot());
  const before = countShown();
  target.addEventListener("htmx:finally:request", () => void told(finder, before), { once: true });
  target.requestSubmit();
}

/** Says "salva" only when the photo is among those that the store has. */
async function told(finder: Viewfinder, before: number): Promise<void> {
  for (let i = 0; i < PATIENCE; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (countShown() > before) {
      finder.say(`Salva no aparelho (${countShown()})`);
      return;
    }
    if (document.querySelector("#problem > *")) {
      finder.dialog.close();
      return;
    }
  }
  finder.say("Não deu certo. Tente de novo.");
}

function frameOf(video: HTMLVideoElement): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY));
}

function form(): HTMLFormElement | null {
  return document.querySelector<HTMLFormElement>("[data-camera-form]");
}

function slotsOf(target: HTMLFormElement | null): { value: string; label: string }[] {
  return [...(target?.querySelectorAll<HTMLInputElement>("[name=slot]") ?? [])].map((radio) => ({
    value: radio.value,
    label: radio.closest("label")?.textContent?.trim() ?? radio.value,
  }));
}

function chosenSlot(): string {
  return form()?.querySelector<HTMLInputElement>("[name=slot]:checked")?.value ?? "";
}

function choose(value: string): void {
  const radio = form()?.querySelector<HTMLInputElement>(`[name=slot][value="${value}"]`);
  if (radio) radio.checked = true;
}

function countShown(): number {
  return document.querySelectorAll("[data-photo]").length;
}
