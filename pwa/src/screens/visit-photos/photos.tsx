/** Fotos: taken here, kept here, and where each of them is by now. */
import type { FC } from "hono/jsx";
import type { PhotoSlot } from "../../protocol/rows";
import type { FieldErrors } from "../../rules/completion";
import type { SeenPhoto, SeenVisit } from "../../rules/seen";
import { isOpen } from "../../rules/visit-state";
import { Banner } from "../../ui/banner";
import { TextField } from "../../ui/fields";
import { bytes, shortDateTime } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { SLOT, SLOTS } from "../../ui/labels";
import { Fold } from "../../ui/panel";
import { PhotoSource } from "../../ui/photo-source";
import { ReceiptMark } from "../../ui/receipt";
import { Screen } from "../../ui/screen";
import type { SyncGlance } from "../../ui/sync-glance";

export interface PhotosProps {
  visit: SeenVisit;
  /** by SHA-256: the bytes are still on this phone */
  here: ReadonlySet<string>;
  /** by SHA-256: why the portal will not take it */
  refused: ReadonlyMap<string, string>;
  slot: PhotoSlot;
  /** of the checklist's, by key */
  questions: ReadonlyMap<string, string>;
  /** the key of the one that a photo is wanted for, or null */
  question: string | null;
  timezone: string;
  now: Date;
  glance: SyncGlance;
  errors?: FieldErrors;
  /** the photo whose withdrawal was refused */
  withdrawing?: string;
}

export const Photos: FC<PhotosProps> = (props) => {
  const { visit, errors } = props;
  const { question } = props;
  const shown = visit.photos.filter(
    (photo) => !photo.is_withdrawn && (question === null || photo.question === question),
  );
  const received = shown.filter((photo) => photo.receipt !== "device").length;
  const canAdd = isOpen(visit.state);
  return (
    <Screen
      title="Fotos"
      glance={props.glance}
      back={
        question === null
          ? { href: `/field/visits/${visit.id}`, label: "Voltar para o atendimento" }
          : { href: `/field/visits/${visit.id}/form`, label: "Voltar para o formulário" }
      }
      refreshes={
        errors
          ? undefined
          : `/field/visits/${visit.id}/photos${question === null ? "" : `?question=${question}`}`
      }
    >
      {canAdd ? <NewPhoto {...props} /> : null}
      {errors?.photo ? <Banner tone="bad" title={errors.photo} role="alert" /> : null}
      {shown.length === 0 ? (
        <div class="panel grid justify-items-center gap-2 py-8 text-center">
          <Icon name="camera" class="text-primary size-12" />
          <p class="text-lg font-bold">Nenhuma foto ainda</p>
          <p class="text-quiet max-w-72">
            {question === null
              ? "Antes, depois e o contador contam a história do atendimento sem precisar de palavras."
              : "Tire a foto que a pergunta pede."}
          </p>
        </div>
      ) : (
        <p class="flex items-baseline gap-2">
          <span class="font-bold">{`Capturadas: ${shown.length}`}</span>
          <span class={received === shown.length ? "text-success font-bold" : "text-quiet"}>
            {`No portal: ${received}`}
          </span>
        </p>
      )}
      <ul class="grid grid-cols-2 gap-3">
        {SLOTS.flatMap((slot) => shown.filter((photo) => photo.slot === slot)).map((photo) => (
          <Photo photo={photo} {...props} />
        ))}
      </ul>
    </Screen>
  );
};

/** Kept out of the refresh: a caption may be under the thumb. */
const NewPhoto: FC<PhotosProps> = ({ visit, slot, question, questions, errors }) => (
  <form
    id="new-photo"
    class="panel grid gap-3"
    method="post"
    action={`/field/visits/${visit.id}/photos`}
    enctype="multipart/form-data"
    novalidate
    data-camera-form
    hx-morph-skip
  >
    {question === null ? (
      <fieldset>
        <legend class="mb-1.5 font-semibold">Foto de quê?</legend>
        <div class="flex flex-wrap gap-2">
          {SLOTS.map((one) => (
            <label class="chip">
              <input class="sr-only" type="radio" name="slot" value={one} checked={one === slot} />
              {SLOT[one]}
            </label>
          ))}
        </div>
      </fieldset>
    ) : (
      <p>
        <input type="hidden" name="question" value={question} />
        <span class="text-quiet block text-[0.9375rem]">Foto do checklist:</span>
        <span class="font-semibold">{questions.get(question)}</span>
      </p>
    )}
    <TextField name="caption" label="Legenda" value="" isOptional errors={errors} />
    <PhotoSource isMain />
    <noscript>
      <button class="btn btn-primary" type="submit">
        Salvar foto
      </button>
    </noscript>
  </form>
);

const Photo: FC<PhotosProps & { photo: SeenPhoto }> = (props) => {
  const { visit, photo, here, refused, timezone } = props;
  const problem = refused.get(photo.sha256);
  const asked = props.questions.get(photo.question ?? "");
  return (
    <li class="panel relative min-w-0 p-2" data-photo={photo.sha256}>
      <span class="tag bg-neutral text-neutral-content absolute top-4 left-4">
        {photo.question ? "Checklist" : SLOT[photo.slot]}
      </span>
      {here.has(photo.sha256) ? (
        <img
          class="rounded-field bg-base-300 aspect-[3/4] w-full object-cover"
          src={`/field/files/${photo.sha256}`}
          alt={photo.caption ?? `Foto: ${asked ?? SLOT[photo.slot]}`}
          loading="lazy"
          decoding="async"
        />
      ) : (
        <div class="rounded-field tone-quiet grid aspect-[3/4] w-full place-items-center p-3 text-center">
          Já está no portal; o aparelho liberou o espaço.
        </div>
      )}
      {asked && props.question === null ? <p class="mt-1">{asked}</p> : null}
      {photo.caption ? <p class="mt-1 font-semibold">{photo.caption}</p> : null}
      <p class="mt-1 flex flex-wrap items-center justify-between gap-x-2">
        <ReceiptMark receipt={photo.receipt} />
        <span class="text-quiet text-[0.875rem]">
          {shortDateTime(photo.taken_at, timezone, props.now)} · {bytes(photo.size)}
        </span>
      </p>
      {problem ? <p class="text-error font-semibold">{problem}</p> : null}
      {isOpen(visit.state) ? (
        <div id={`withdrawal-${photo.id}`} hx-morph-skip>
          <Fold title="Retirar" isOpen={props.withdrawing === photo.id}>
            <form
              class="grid gap-2"
              method="post"
              action={`/field/visits/${visit.id}/photos/${photo.id}/withdrawal`}
              novalidate
            >
              <TextField
                name={`reason-${photo.id}`}
                label="Motivo"
                value=""
                errors={props.withdrawing === photo.id ? props.errors : undefined}
              />
              <button class="btn btn-danger" type="submit">
                Retirar foto
              </button>
            </form>
          </Fold>
        </div>
      ) : null}
    </li>
  );
};
