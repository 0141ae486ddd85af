/** Observações: the order's notes, and those written here that the portal does not have yet. */
import type { FC } from "hono/jsx";
import type { FieldErrors } from "../../rules/completion";
import type { SeenOrder } from "../../rules/seen";
import { TextArea } from "../../ui/fields";
import { dateTime } from "../../ui/format";
import { Fold, Panel } from "../../ui/panel";
import { ReceiptMark } from "../../ui/receipt";

export const Notes: FC<{ order: SeenOrder; timezone: string; typed?: string; errors?: FieldErrors }> = ({
  order,
  timezone,
  typed,
  errors,
}) => (
  <Panel title="Observações" id="notes">
    {order.notes ? <p class="whitespace-pre-line">{order.notes}</p> : null}
    {order.unsent_notes.map((note) => (
      <div class="border-base-300 mt-3 border-t pt-3">
        <p class="whitespace-pre-line">{note.body}</p>
        <p class="flex flex-wrap items-center gap-x-3">
          <span class="text-quiet text-[0.875rem]">{dateTime(note.written_at, timezone)}</span>
          <ReceiptMark receipt="device" />
        </p>
      </div>
    ))}
    {!order.notes && order.unsent_notes.length === 0 ? <p class="text-quiet">Nenhuma observação.</p> : null}
    <Fold title="Escrever observação" isOpen={Boolean(errors?.body)}>
      <form class="grid gap-3" method="post" action={`/field/orders/${order.id}/notes`} novalidate>
        <TextArea name="body" label="Observação" value={typed ?? ""} errors={errors} />
        <button class="btn btn-primary" type="submit">
          Salvar observação
        </button>
      </form>
    </Fold>
  </Panel>
);
