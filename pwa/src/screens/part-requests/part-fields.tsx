/** The lines of a list of parts, with one blank line to go on. */
import type { FC } from "hono/jsx";
import type { PartBody } from "../../protocol/rows";
import type { FieldErrors } from "../../rules/completion";
import { idOf } from "../../ui/fields";
import { Icon } from "../../ui/icons";
import { type DraftPart, type PartList, partText } from "./part-lines";

const KNOWN_PARTS = "known-parts";

export const KnownParts: FC<{ parts: readonly PartBody[] }> = ({ parts }) => (
  <datalist id={KNOWN_PARTS}>
    {parts.map((part) => (
      <option value={partText(part)} />
    ))}
  </datalist>
);

export const PartFields: FC<{
  list: PartList;
  legend: string;
  parts: readonly DraftPart[];
  errors: FieldErrors;
  /** where "outra peça" saves what is there; it answers these lines alone, so that nothing else is touched */
  draftAction: string;
}> = ({ list, legend, parts, errors, draftAction }) => {
  const lines = [...parts, { id: "", description: "", quantity: "" }];
  return (
    <fieldset class="grid min-w-0 gap-2">
      <legend class="mb-1.5 font-semibold">{legend}</legend>
      {lines.map((part, i) => {
        const error = errors[`${list}.${i}`];
        const id = idOf(`${list}.${i}`);
        return (
          <div>
            <div class="grid grid-cols-[minmax(0,1fr)_5rem] gap-2">
              <input type="hidden" name={`${list}.id`} value={part.id} />
              <input
                id={id}
                class="input"
                name={`${list}.description`}
                value={part.description}
                list={KNOWN_PARTS}
                placeholder="Peça"
                autocomplete="off"
                aria-label={`${legend}: peça ${i + 1}`}
                aria-invalid={error ? "true" : undefined}
                aria-describedby={error ? `${id}-error` : undefined}
              />
              <input
                class="input text-right"
                name={`${list}.quantity`}
                value={part.quantity}
                inputmode="decimal"
                placeholder="Qtd."
                autocomplete="off"
                aria-label={`${legend}: quantidade ${i + 1}`}
              />
            </div>
            {error ? (
              <p id={`${id}-error`} class="text-error mt-1.5 font-semibold">
                {error}
              </p>
            ) : null}
          </div>
        );
      })}
      <button
        class="btn btn-quiet justify-self-start"
        type="button"
        hx-post={draftAction}
        hx-vals={JSON.stringify({ more: list })}
        hx-target="closest fieldset"
        hx-swap="outerHTML"
        hx-push-url="false"
      >
        <Icon name="plus" class="size-5" />
        Outra peça
      </button>
    </fieldset>
  );
};
