/** The technician opens a call at the customer's, without network: the desk dispatches it later. */
import { uuid7 } from "../protocol/uuid7";
import { Refusal } from "../store/failures";
import { append, OUTBOX, type Saved } from "../store/outbox";
import { VIEW, viewIn } from "../store/view";
import type { CommandContext } from "./context";

export async function openOrder(
  context: CommandContext,
  input: {
    customerId: string;
    equipmentId: string | null;
    description: string;
    requesterName?: string | null;
    requesterPhone?: string | null;
  },
): Promise<Saved & { orderId: string }> {
  const description = input.description.trim();
  if (description === "") {
    throw new Refusal("missing_fields", "Descreva o problema.", { description: "Descreva o problema." });
  }
  const orderId = uuid7(context.clock.now().getTime());
  const saved = await context.store.write([...VIEW, ...OUTBOX], async (tx) => {
    const view = await viewIn(tx);
    if (!view.me?.can_open_orders) {
      throw new Refusal("not_allowed", "A abertura de chamados não está liberada para você.");
    }
    if (!view.customers.has(input.customerId)) {
      throw new Refusal("not_found", "Este cliente não está neste aparelho.");
    }
    const args = {
      order_id: orderId,
      customer_id: input.customerId,
      equipment_id: input.equipmentId,
      description,
      requester_name: input.requesterName?.trim() || null,
      requester_phone: input.requesterPhone?.trim() || null,
    };
    return append(tx, context.clock, "open_order", args);
  });
  context.onWritten();
  return { ...saved, orderId };
}
