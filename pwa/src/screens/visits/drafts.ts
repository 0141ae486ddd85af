/** The drafts of a visit: the form and the signature, until the conclusion takes them along. */
import type { Strokes } from "../../protocol/mutations";
import { dropDraft, readDraft, saveDraft } from "../../store/drafts";
import type { Store } from "../../store/store";
import type { DraftPart } from "../part-requests/part-lines";

/** As typed: text by field name, so that nothing a person wrote is lost to a rule. */
export interface FormDraft {
  /** a confirmed reading is `confirm.<counter>` with the value that was confirmed */
  values: Record<string, string>;
  parts_used: DraftPart[];
  part_requests: DraftPart[];
}

export interface SignatureDraft {
  signer_name: string;
  signer_document: string;
  strokes: Strokes;
  /** width and height of the pad that the strokes were drawn on, `358x224`: another size scales them */
  pad_size: string;
  /** drawn from the strokes by the page; null until it was saved by the button */
  png: ArrayBuffer | null;
  is_refused: boolean;
  refused_reason: string;
  /** set when the person pressed save and nothing was missing */
  is_complete: boolean;
  /** what was on the screen when it was signed */
  signed_form: string | null;
  /** when the hand that signed was done; null until then */
  signed_at: string | null;
}

export const formKey = (visitId: string): string => `form/${visitId}`;
export const signatureKey = (visitId: string): string => `signature/${visitId}`;

export function readFormDraft(store: Store, visitId: string): Promise<FormDraft | null> {
  return readDraft<FormDraft>(store, formKey(visitId));
}

export function readSignatureDraft(store: Store, visitId: string): Promise<SignatureDraft | null> {
  return readDraft<SignatureDraft>(store, signatureKey(visitId));
}

export function saveSignatureDraft(store: Store, visitId: string, draft: SignatureDraft, now: Date) {
  return saveDraft(store, signatureKey(visitId), draft, now);
}

/** Saving other content than was signed takes the signature back: it must stand under what it stands under. */
export async function saveFormDraft(
  store: Store,
  visitId: string,
  draft: FormDraft,
  now: Date,
): Promise<void> {
  await saveDraft(store, formKey(visitId), draft, now);
  const signature = await readSignatureDraft(store, visitId);
  if (signature?.is_complete && signature.signed_form !== fingerprint(draft)) {
    await dropDraft(store, signatureKey(visitId));
  }
}

/** Equal exactly when the customer would read the same. */
export function fingerprint({ values, parts_used, part_requests }: FormDraft): string {
  const filled = Object.entries(values).filter(([, value]) => value !== "");
  return JSON.stringify([filled.sort(([a], [b]) => (a < b ? -1 : 1)), parts_used, part_requests]);
}
