/** A photo becomes part of the visit: its bytes are stored first, then the mutation that names them. */
import type { PhotoSlot } from "../protocol/rows";
import { uuid7 } from "../protocol/uuid7";
import type { PreparedPhoto } from "../shell/deps";
import { storeFile } from "../store/files";
import { append, OUTBOX, type Saved } from "../store/outbox";
import { VIEW, viewIn } from "../store/view";
import type { CommandContext } from "./context";
import { baseOf, openVisitById } from "./visit-on";

export async function attachPhoto(
  context: CommandContext,
  input: {
    visitId: string;
    photo: PreparedPhoto;
    slot: PhotoSlot;
    caption?: string | null;
    /** the key of the checklist's question that it answers */
    question?: string | null;
    takenAt?: Date;
  },
): Promise<Saved & { photoId: string; sha256: string }> {
  const { photo } = input;
  const now = context.clock.now();
  const file = await storeFile(context.store, photo.bytes, photo.type, now);
  const photoId = uuid7(now.getTime());
  const saved = await context.store.write([...VIEW, ...OUTBOX], async (tx) => {
    const view = await viewIn(tx);
    const visit = openVisitById(view, input.visitId);
    const args = {
      photo_id: photoId,
      visit_id: visit.id,
      order_id: visit.order_id,
      sha256: file.sha256,
      size: file.size,
      type: photo.type,
      width: photo.width,
      height: photo.height,
      slot: input.slot,
      caption: input.caption?.trim() || null,
      question: input.question || null,
      taken_at: (input.takenAt ?? now).toISOString(),
    };
    return append(tx, context.clock, "attach_photo", args, baseOf(view, visit));
  });
  context.onWritten();
  return { ...saved, photoId, sha256: file.sha256 };
}
