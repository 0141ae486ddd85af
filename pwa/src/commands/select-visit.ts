/** The technician takes an order: a visit begins. */
import type { Position } from "../protocol/mutations";
import { uuid7 } from "../protocol/uuid7";
import { openVisit, visitOf } from "../rules/seen";
import { Refusal } from "../store/failures";
import { append, OUTBOX, type Saved } from "../store/outbox";
import { VIEW, viewIn } from "../store/view";
import type { CommandContext } from "./context";

const SERVABLE = "EMPLS";

export async function selectVisit(
  context: CommandContext,
  input: { orderId: string; position: Position | null },
): Promise<Saved & { visitId: string }> {
  const visitId = uuid7(context.clock.now().getTime());
  const saved = await context.store.write([...VIEW, ...OUTBOX], async (tx) => {
    const view = await viewIn(tx);
    const order = view.orders.get(input.orderId);
    if (order === undefined) {
      throw new Refusal("not_found", "Esta ordem não está neste aparelho.");
    }
    if (order.has_left || !SERVABLE.includes(order.status)) {
      throw new Refusal("order_closed", "Esta ordem não está mais disponível para atendimento.");
    }
    const open = openVisit(view);
    if (open !== null) {
      const isThis = visitOf(view, order.id)?.id === open.id;
      throw new Refusal(
        "another_visit_open",
        isThis
          ? "O atendimento desta ordem já foi selecionado."
          : "Conclua ou cancele antes o outro atendimento.",
      );
    }
    const args = { visit_id: visitId, order_id: order.id, position: input.position };
    return append(tx, context.clock, "select_visit", args, { [`order/${order.id}`]: order.ver });
  });
  context.onWritten();
  return { ...saved, visitId };
}
