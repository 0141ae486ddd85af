/** Who to ask for at the customer's. An edit: where the office changed it meanwhile, the office wins. */
import { Refusal } from "../store/failures";
import { append, OUTBOX, type Saved } from "../store/outbox";
import { VIEW, viewIn } from "../store/view";
import type { CommandContext } from "./context";

export async function updateContact(
  context: CommandContext,
  input: { orderId: string; requesterName: string; requesterPhone: string },
): Promise<Saved> {
  const saved = await context.store.write([...VIEW, ...OUTBOX], async (tx) => {
    const order = (await viewIn(tx)).orders.get(input.orderId);
    if (order === undefined) {
      throw new Refusal("not_found", "Esta ordem não está neste aparelho.");
    }
    const args = {
      order_id: order.id,
      requester_name: input.requesterName.trim() || null,
      requester_phone: input.requesterPhone.trim() || null,
    };
    return append(tx, context.clock, "update_contact", args, { [`order/${order.id}`]: order.ver });
  });
  context.onWritten();
  return saved;
}
