/** Parts that the technician needs: visible to logistics as soon as the portal has them. */
import type { PartLine } from "../protocol/rows";
import { Refusal } from "../store/failures";
import { append, OUTBOX, type Saved } from "../store/outbox";
import { VIEW, viewIn } from "../store/view";
import type { CommandContext } from "./context";

export async function requestParts(
  context: CommandContext,
  input: { orderId: string; visitId: string | null; items: PartLine[]; note?: string | null },
): Promise<Saved> {
  const items = input.items.filter((item) => item.description.trim() !== "" && item.quantity > 0);
  if (items.length === 0) {
    throw new Refusal("missing_fields", "Informe ao menos uma peça e a quantidade.", {
      items: "Informe ao menos uma peça e a quantidade.",
    });
  }
  const saved = await context.store.write([...VIEW, ...OUTBOX], async (tx) => {
    const order = (await viewIn(tx)).orders.get(input.orderId);
    if (order === undefined) {
      throw new Refusal("not_found", "Esta ordem não está neste aparelho.");
    }
    const args = { visit_id: input.visitId, order_id: order.id, items, note: input.note?.trim() || null };
    return append(tx, context.clock, "request_parts", args);
  });
  context.onWritten();
  return saved;
}
