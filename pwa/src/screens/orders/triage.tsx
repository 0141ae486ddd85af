/** Pré-atendimento: what the customer and the desk wrote to each other before the visit. */
import type { FC } from "hono/jsx";
import type { TriageMessageBody } from "../../protocol/rows";
import { dateTime } from "../../ui/format";
import { Panel } from "../../ui/panel";

export type TriageRow = TriageMessageBody & { id: string };

export const Triage: FC<{ messages: readonly TriageRow[]; timezone: string }> = ({ messages, timezone }) =>
  messages.length === 0 ? null : (
    <Panel title="Pré-atendimento">
      <ol class="grid gap-3">
        {messages.map((message) => (
          <li
            class={`rounded-field max-w-[92%] p-3 ${
              message.author_side === "desk" ? "tone-info justify-self-end" : "tone-quiet justify-self-start"
            }`}
          >
            <p class="text-[0.9375rem] font-bold">
              {message.author_name}
              <span class="font-normal"> ({message.author_side === "desk" ? "revenda" : "cliente"})</span>
            </p>
            <p class="text-base-content whitespace-pre-line">{message.body}</p>
            <p class="mt-1 text-[0.875rem]">{dateTime(message.created_at, timezone)}</p>
          </li>
        ))}
      </ol>
    </Panel>
  );
