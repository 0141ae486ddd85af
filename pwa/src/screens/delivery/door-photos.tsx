/** Photos of an attempt that is still being written: taken here, kept here, taken out again. */
import type { FC } from "hono/jsx";
import type { DeliveryPhoto } from "../../protocol/mutations";
import type { FieldErrors } from "../../rules/completion";
import { Banner } from "../../ui/banner";
import { idOf } from "../../ui/fields";
import { Panel } from "../../ui/panel";
import { PhotoSource } from "../../ui/photo-source";

export type DoorPage = "confirmation" | "failure";

interface Props {
  invoiceId: string;
  page: DoorPage;
  photos: readonly DeliveryPhoto[];
  errors: FieldErrors;
}

/** Beside the form of the attempt, not inside it: each photo is stored by itself. */
export const DoorPhotos: FC<Props> = ({ invoiceId, page, photos, errors }) => {
  const base = `/field/deliveries/${invoiceId}/${page}/photos`;
  return (
    <Panel title="Fotos" id={idOf("photo")}>
      <form
        class="grid gap-3"
        method="post"
        action={base}
        enctype="multipart/form-data"
        novalidate
        data-camera-form
      >
        {errors.photo ? <Banner tone="bad" title={errors.photo} role="alert" /> : null}
        <PhotoSource />
      </form>
      {photos.length > 0 ? (
        <ul class="mt-3 grid grid-cols-2 gap-3">
          {photos.map((photo, index) => (
            <li class="min-w-0" data-photo={photo.sha256}>
              <img
                class="rounded-field bg-base-300 aspect-[3/4] w-full object-cover"
                src={`/field/files/${photo.sha256}`}
                alt={`Foto ${index + 1}`}
                decoding="async"
              />
              <form method="post" action={`${base}/${photo.id}/removal`}>
                <button class="btn btn-danger mt-2 w-full" type="submit">
                  Retirar<span class="sr-only">{` foto ${index + 1}`}</span>
                </button>
              </form>
            </li>
          ))}
        </ul>
      ) : null}
    </Panel>
  );
};
