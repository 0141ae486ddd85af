/**
 * The conclusion: form, checklist, readings, parts and signature in one mutation, bound by the hash of exactly
 * what was signed.
 */
import type {
  ChecklistAnswer,
  Position,
  Reading,
  Signature,
  Strokes,
  VisitForm,
} from "../protocol/mutations";
import type { PartLine } from "../protocol/rows";
import { sha256 } from "../protocol/sha256";
import { uuid7 } from "../protocol/uuid7";
import { missingPhotos } from "../rules/checklist";
import {
  missingInChecklist,
  missingInForm,
  missingInSignature,
  type SignedContent,
  signedText,
} from "../rules/completion";
import type { SeenVisit, View } from "../rules/seen";
import { mayRecord } from "../rules/visit-state";
import { dropDraftIn } from "../store/drafts";
import { Refusal } from "../store/failures";
import { storeFile } from "../store/files";
import { append, OUTBOX, type Saved } from "../store/outbox";
import { readView, VIEW, viewIn } from "../store/view";
import type { CommandContext } from "./context";
import { baseOf, openVisitById } from "./visit-on";

export interface Completion {
  visitId: string;
  position: Position | null;
  form: VisitForm;
  /** empty where the order names no checklist */
  answers: Record<string, ChecklistAnswer>;
  readings: Reading[];
  partsUsed: PartLine[];
  partRequests: PartLine[];
  signature: SignatureInput;
  /** dropped in the same transaction */
  draftKeys?: string[];
}

export type SignatureInput =
  | {
      signer_name: string;
      signer_document: string;
      strokes: Strokes;
      png: ArrayBuffer;
      /** when the customer's hand did it, which is before the conclusion */
      signed_at: string;
    }
  | { refused_reason: string };

/** @throws Refusal `missing_fields` with a message a field; StorageFull */
export async function completeVisit(context: CommandContext, input: Completion): Promise<Saved> {
  const now = context.clock.now();
  const before = await readView(context.store);
  const visit = openVisitById(before, input.visitId);
  const signature = await sign(context, input.signature, now);
  check(before, visit, input, signature);

  const signed_content = signedText(contentOf(before, visit, input, signature, now));
  const content_hash = await sha256(signed_content);

  const saved = await context.store.write([...VIEW, ...OUTBOX, "drafts"], async (tx) => {
    const view = await viewIn(tx);
    const visit = openVisitById(view, input.visitId);
    if (!mayRecord(visit.state, "completed")) {
      throw new Refusal("step_not_possible", "Preencha antes o formulário do atendimento.");
    }
    const checklistId = view.orders.get(visit.order_id)?.checklist_version_id ?? null;
    const args = {
      event_id: uuid7(now.getTime()),
      visit_id: visit.id,
      order_id: visit.order_id,
      position: input.position,
      form: input.form,
      checklist: checklistId === null ? null : { version_id: checklistId, answers: input.answers },
      readings: input.readings,
      parts_used: input.partsUsed,
      part_requests: input.partRequests,
      photo_ids: visit.photos.filter((photo) => !photo.is_withdrawn).map((photo) => photo.id),
      signature,
      signed_content,
      content_hash,
    };
    const saved = await append(tx, context.clock, "complete_visit", args, baseOf(view, visit));
    for (const key of input.draftKeys ?? []) {
      await dropDraftIn(tx, key);
    }
    return saved;
  });
  context.onWritten();
  return saved;
}

async function sign(context: CommandContext, input: SignatureInput, now: Date): Promise<Signature> {
  if ("refused_reason" in input) {
    return { refused_reason: input.refused_reason.trim() };
  }
  const file = await storeFile(context.store, input.png, "image/png", now);
  return {
    id: uuid7(now.getTime()),
    signer_name: input.signer_name.trim(),
    signer_document: input.signer_document.trim(),
    strokes: input.strokes,
    sha256: file.sha256,
    size: file.size,
    type: "image/png",
    signed_at: input.signed_at,
  };
}

function check(view: View, visit: SeenVisit, input: Completion, signature: Signature): void {
  const checklistId = view.orders.get(visit.order_id)?.checklist_version_id;
  const checklist = view.checklists.get(checklistId ?? "") ?? null;
  const fields = {
    ...missingInForm(input.form),
    ...missingInChecklist(checklist, input.answers),
    ...missingPhotos(checklist, input.answers, visit.photos),
    ...missingInSignature(signature),
  };
  if (Object.keys(fields).length > 0) {
    throw new Refusal("missing_fields", "Falta preencher o que está marcado.", fields);
  }
}

function contentOf(
  view: View,
  visit: SeenVisit,
  input: Completion,
  signature: Signature,
  now: Date,
): SignedContent {
  const order = view.orders.get(visit.order_id);
  const signer = "refused_reason" in signature ? null : signature;
  return {
    visit_id: visit.id,
    order_id: visit.order_id,
    web_number: order?.web_number ?? null,
    customer: view.customers.get(order?.customer_id ?? "")?.name ?? null,
    serial_number: view.equipment.get(order?.equipment_id ?? "")?.serial_number ?? null,
    form: input.form,
    readings: input.readings,
    parts: input.partsUsed,
    signer_name: signer?.signer_name ?? null,
    signer_document: signer?.signer_document ?? null,
    signed_at: signer?.signed_at ?? now.toISOString(),
  };
}
