/** The visit that a command is about, from the same transaction that will write. */
import type { SeenVisit, View } from "../rules/seen";
import { isOpen } from "../rules/visit-state";
import { Refusal } from "../store/failures";

export function openVisitById(view: View, visitId: string): SeenVisit {
  const visit = view.visits.get(visitId);
  if (visit === undefined) {
    throw new Refusal("not_found", "Este atendimento não está neste aparelho.");
  }
  if (!isOpen(visit.state)) {
    throw new Refusal("visit_closed", "Este atendimento já foi encerrado.");
  }
  return visit;
}

/** The versions that a decision about a visit was made on. */
export function baseOf(view: View, visit: SeenVisit): Record<string, number> {
  const order = view.orders.get(visit.order_id);
  return {
    ...(visit.ver > 0 ? { [`visit/${visit.id}`]: visit.ver } : {}),
    ...(order && order.ver > 0 ? { [`order/${order.id}`]: order.ver } : {}),
  };
}
