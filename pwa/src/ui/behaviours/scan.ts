/**
 * The DANFE's bar code (CODE-128) by the camera: the browser's own detector where there is one, else a library,
 * fetched where somebody scans and precached with the rest of the app. What is read goes into the form's field;
 * whether it is a key the form's own answer says.
 */
import { accessKeyIn, isAccessKey } from "../../rules/access-key";
import type { Reader } from "./bar-code";

const WANTED: MediaStreamConstraints = {
  audio: false,
  video: { facingMode: { ideal: "environment" }, width: { ideal: 1920 }, height: { ideal: 1080 } },
};
const EVERY_MS = 150;

export function installScan(): void {
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-scan-open]")) void open();
  });
}

async function open(): Promise<void> {
  say("");
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia(WANTED);
  } catch {
    say("A câmera não está disponível. Digite os 44 números.");
    return;
  }
  const { readerOfBarCodes } = await import("./bar-code");
  const { dialog, video } = finder(stream);
  for (const track of stream.getTracks()) track.addEventListener("ended", () => dialog.close());
  dialog.addEventListener("close", () => {
    for (const track of stream.getTracks()) track.stop();
    dialog.remove();
  });
  const key = await look(dialog, video, await readerOfBarCodes());
  if (key === null) return;
  dialog.close();
  const form = document.querySelector<HTMLFormElement>("[data-scan-form]");
  const field = form?.querySelector<HTMLInputElement>("[name=access_key]");
  if (!form || !field) return;
  field.value = key;
  form.requestSubmit();
}

/** Until a key whose digit fits is seen, or the person closes the camera. */
async function look(
  dialog: HTMLDialogElement,
  video: HTMLVideoElement,
  read: Reader,
): Promise<string | null> {
  while (dialog.isConnected && dialog.open) {
    const key = video.videoWidth > 0 ? accessKeyIn((await read(video)) ?? "") : null;
    if (key !== null && isAccessKey(key)) return key;
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  return null;
}

function finder(stream: MediaStream): { dialog: HTMLDialogElement; video: HTMLVideoElement } {
  const dialog = document.createElement("dialog");
  dialog.className = "m-0 h-dvh max-h-none w-screen max-w-none bg-black text-white";
  dialog.setAttribute("aria-label", "Leitor de código de barras");
  const frame = document.createElement("div");
  frame.className = "flex h-full flex-col";
  const video = document.createElement("video");
  video.className = "min-h-0 flex-1 bg-black object-contain";
  video.autoplay = true;
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  const words = document.createElement("p");
  words.className = "p-4 text-center font-semibold";
  words.textContent = "Aponte para o código de barras da DANFE";
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn-quiet m-4";
  close.textContent = "Cancelar";
  close.addEventListener("click", () => dialog.close());
  frame.append(video, words, close);
  dialog.append(frame);
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, video };
}

function say(text: string): void {
  const state = document.getElementById("scan-state");
  if (state) state.textContent = text;
}
