/** One more step of the visit's timeline, with the place and the time of the phone. */
import type { MutationArgs, Position } from "../protocol/mutations";
import { uuid7 } from "../protocol/uuid7";
import { mayRecord } from "../rules/visit-state";
import { Refusal } from "../store/failures";
import { append, OUTBOX, type Saved } from "../store/outbox";
import { VIEW, viewIn } from "../store/view";
import type { CommandContext } from "./context";
import { baseOf, openVisitById } from "./visit-on";

export async function recordVisitEvent(
  context: CommandContext,
  input: {
    visitId: string;
    kind: MutationArgs["record_visit_event"]["kind"];
    position: Position | null;
    note?: string | null;
    /** required for `cancelled` */
    reason?: string | null;
  },
): Promise<Saved> {
  const reason = input.reason?.trim() || null;
  if (input.kind === "cancelled" && reason === null) {
    throw new Refusal("missing_fields", "Diga por que o atendimento foi cancelado.", {
      reason: "Diga por que o atendimento foi cancelado.",
    });
  }
  const saved = await context.store.write([...VIEW, ...OUTBOX], async (tx) => {
    const view = await viewIn(tx);
    const visit = openVisitById(view, input.visitId);
    if (!mayRecord(visit.state, input.kind)) {
      throw new Refusal("step_not_possible", "Este passo não cabe agora: veja a linha do tempo.");
    }
    const args = {
      event_id: uuid7(context.clock.now().getTime()),
      visit_id: visit.id,
      order_id: visit.order_id,
      kind: input.kind,
      position: input.position,
      note: input.note?.trim() || null,
      reason,
    };
    return append(tx, context.clock, "record_visit_event", args, baseOf(view, visit));
  });
  context.onWritten();
  return saved;
}
