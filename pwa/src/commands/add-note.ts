/** A line in the order's notes; notes append, nobody overwrites another's. */
import { uuid7 } from "../protocol/uuid7";
import { Refusal } from "../store/failures";
import { append, OUTBOX, type Saved } from "../store/outbox";
import { VIEW, viewIn } from "../store/view";
import type { CommandContext } from "./context";

export async function addNote(
  context: CommandContext,
  input: { orderId: string; body: string },
): Promise<Saved> {
  const body = input.body.trim();
  if (body === "") {
    throw new Refusal("missing_fields", "Escreva a anotação.", { body: "Escreva a anotação." });
  }
  const saved = await context.store.write([...VIEW, ...OUTBOX], async (tx) => {
    if (!(await viewIn(tx)).orders.has(input.orderId)) {
      throw new Refusal("not_found", "Esta ordem não está neste aparelho.");
    }
    const args = { note_id: uuid7(context.clock.now().getTime()), order_id: input.orderId, body };
    return append(tx, context.clock, "add_note", args);
  });
  context.onWritten();
  return saved;
}
