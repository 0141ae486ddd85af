/** The pad somebody signs on, inside the form that is saved with it (`behaviours/signature-pad.ts`). */
import type { FC } from "hono/jsx";
import type { Strokes } from "../protocol/mutations";
import type { FieldErrors } from "../rules/completion";
import { idOf } from "./fields";
import { Icon } from "./icons";

interface Props {
  strokes: Strokes;
  /** width and height of the pad that the strokes were drawn on */
  padSize: string;
  errors: FieldErrors;
  isOptional?: boolean;
}

export const SignatureField: FC<Props> = ({ strokes, padSize, errors, isOptional = false }) => (
  <div id={idOf("strokes")} data-signature-pad>
    <div class="mb-1.5 flex items-center">
      <p id="pad-label" class="flex-1 font-semibold">
        Assine no quadro
        {isOptional ? <span class="text-quiet font-normal"> (opcional)</span> : null}
      </p>
      <button class="btn btn-quiet" type="button" data-pad-clear>
        Limpar
      </button>
    </div>
    <canvas class="pad" role="img" aria-labelledby="pad-label" data-pad />
    <input type="hidden" name="strokes" value={JSON.stringify(strokes)} />
    <input type="hidden" name="pad_size" value={padSize} />
    <input type="hidden" name="png" value="" />
    {errors.strokes ? (
      <p class="text-error mt-1.5 flex gap-1.5 font-semibold">
        <Icon name="warning" class="size-5" />
        {errors.strokes}
      </p>
    ) : null}
  </div>
);
