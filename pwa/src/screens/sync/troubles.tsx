/** What the portal refused or put aside: said once, until the person says "entendi". */
import type { FC } from "hono/jsx";
import type { View } from "../../rules/seen";
import type { QueuedMutation } from "../../store/schema";
import { Icon } from "../../ui/icons";
import { refusal } from "../../ui/labels";
import { aboutOf, deedOf } from "./words";

export const Troubles: FC<{ troubled: readonly QueuedMutation[]; view: View }> = ({ troubled, view }) =>
  troubled.length === 0 ? null : (
    <section class="grid gap-2" aria-label="Para conferir">
      {troubled.map((entry) => {
        const about = aboutOf(view, entry.mutation);
        return (
          <div class={`banner ${entry.state === "quarantined" ? "tone-warn" : "tone-bad"}`}>
            <Icon name="warning" class="mt-0.5 size-6" />
            <div class="min-w-0 flex-1">
              <p class="font-bold">{deedOf(entry.mutation)}</p>
              <p>
                {about.href ? (
                  <a class="inline-flex min-h-12 items-center underline" href={about.href}>
                    {about.text}
                  </a>
                ) : (
                  about.text
                )}
              </p>
              <p class="mt-1">
                {entry.state === "quarantined"
                  ? "O portal guardou este registro para a revenda conferir. Nada se perdeu."
                  : (entry.result?.message ?? refusal(entry.result?.code ?? null))}
              </p>
              <form class="mt-2" method="post" action={`/field/sync/troubles/${entry.seq}/acknowledgement`}>
                <button class="btn btn-quiet" type="submit">
                  Entendi
                </button>
              </form>
            </div>
          </div>
        );
      })}
    </section>
  );
