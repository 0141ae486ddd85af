/**
 * Saves the form it stands in as a draft while somebody types, and says so only after the store has it. The
 * answer of `action` is this same element's words.
 */
import type { FC } from "hono/jsx";
import { time } from "./format";

export const DraftState: FC<{ action: string }> = ({ action }) => (
  <p
    id="draft-state"
    class="text-quiet text-[0.9375rem]"
    role="status"
    hx-post={action}
    hx-trigger='input delay:300ms from:"closest form", change from:"closest form"'
    hx-swap="innerHTML"
    hx-target="this"
    hx-push-url="false"
    hx-sync="this:replace"
  >
    Salvo enquanto você escreve
  </p>
);

export const DraftWords: FC<{ savedAt: string; timezone: string }> = ({ savedAt, timezone }) => (
  <>{`Rascunho salvo no aparelho às ${time(savedAt, timezone)}`}</>
);
