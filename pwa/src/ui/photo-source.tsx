/** Where a photo comes from: the app's own camera, or a file of the phone. Belongs in a `data-camera-form`. */
import type { FC } from "hono/jsx";
import { Icon } from "./icons";

/** @param isMain the screen is about photos, and this is its step */
export const PhotoSource: FC<{ isMain?: boolean }> = ({ isMain = false }) => (
  <div class="grid grid-cols-[1fr_auto] gap-2">
    <button class={isMain ? "btn btn-primary btn-step" : "btn btn-quiet"} type="button" data-camera-open>
      <Icon name="camera" class={isMain ? "size-7" : "size-5"} />
      Abrir câmera
    </button>
    <label class={`btn btn-quiet focus-within:outline-3 ${isMain ? "h-auto flex-col" : ""}`}>
      <Icon name="upload" class="size-5" />
      Arquivo
      <input
        class="sr-only"
        type="file"
        name="photo"
        accept="image/*"
        multiple
        data-photo-input
        aria-label="Escolher foto do aparelho"
      />
    </label>
  </div>
);
