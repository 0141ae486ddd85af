/** What is being typed, signed and photographed at a door, until the attempt takes it along. */
import type { DeliveryPhoto, Strokes } from "../../protocol/mutations";
import { dropDraft, readDraft, saveDraft } from "../../store/drafts";
import { AT_THE_DOOR } from "../../store/held";
import type { Store } from "../../store/store";

export interface DoorDraft {
  /** as typed, by field name */
  values: Record<string, string>;
  strokes: Strokes;
  /** width and height of the pad that the strokes were drawn on */
  pad_size: string;
  /** when the hand that signed was done; null until then */
  signed_at: string | null;
  /** their bytes are stored already */
  photos: DeliveryPhoto[];
}

export const BLANK: DoorDraft = { values: {}, strokes: [], pad_size: "", signed_at: null, photos: [] };

export async function readDoorDraft(store: Store, invoiceId: string): Promise<DoorDraft | null> {
  return readDraft<DoorDraft>(store, AT_THE_DOOR + invoiceId);
}

export async function saveDoorDraft(
  store: Store,
  invoiceId: string,
  draft: DoorDraft,
  now: Date,
): Promise<void> {
  await saveDraft(store, AT_THE_DOOR + invoiceId, draft, now);
}

export async function dropDoorDraft(store: Store, invoiceId: string): Promise<void> {
  await dropDraft(store, AT_THE_DOOR + invoiceId);
}
