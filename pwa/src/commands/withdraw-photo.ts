/** A photo is taken out of the report; it is kept, with the reason. */
import { Refusal } from "../store/failures";
import { append, OUTBOX, type Saved } from "../store/outbox";
import { VIEW, viewIn } from "../store/view";
import type { CommandContext } from "./context";
import { baseOf, openVisitById } from "./visit-on";

export async function withdrawPhoto(
  context: CommandContext,
  input: { visitId: string; photoId: string; reason: string },
): Promise<Saved> {
  const saved = await context.store.write([...VIEW, ...OUTBOX], async (tx) => {
    const view = await viewIn(tx);
    const visit = openVisitById(view, input.visitId);
    if (!visit.photos.some((photo) => photo.id === input.photoId)) {
      throw new Refusal("not_found", "Esta foto não é deste atendimento.");
    }
    const args = { photo_id: input.photoId, visit_id: visit.id, reason: input.reason.trim() };
    return append(tx, context.clock, "withdraw_photo", args, baseOf(view, visit));
  });
  context.onWritten();
  return saved;
}
