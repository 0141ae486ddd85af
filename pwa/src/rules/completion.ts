/**
 * What a visit needs before it is concluded: the messages a person reads, by field; and the exact text that
 * the customer signs.
 */
import { canonicalJson } from "../protocol/canonical-json";
import type { ChecklistAnswers, Signature, VisitForm } from "../protocol/mutations";
import type { ChecklistBody, PartLine, VisitReadingBody } from "../protocol/rows";
import { isTaxId } from "./tax-ids";

/** Field name → what is wrong with it, in Portuguese; empty when nothing is. */
export type FieldErrors = Record<string, string>;

export function missingInForm(form: VisitForm): FieldErrors {
  const errors: FieldErrors = {};
  if (form.diagnosis.trim() === "") {
    errors.diagnosis = "Escreva o laudo.";
  }
  if (form.outcome === "done" && form.resolution.trim() === "") {
    errors.resolution = "Escreva a solução.";
  }
  if (form.outcome === "pending" && form.pending_reason === null) {
    errors.pending_reason = "Escolha o motivo da pendência.";
  }
  if (form.outcome === "pending" && form.pending_reason === "other" && !form.pending_note?.trim()) {
    errors.pending_note = "Descreva o motivo da pendência.";
  }
  return errors;
}

/** Keys are `checklist.<key>`. */
export function missingInChecklist(
  checklist: ChecklistBody | null,
  answers: ChecklistAnswers["answers"],
): FieldErrors {
  const errors: FieldErrors = {};
  for (const item of checklist?.items ?? []) {
    const answer = answers[item.key];
    const isBlank = answer === undefined || answer === null || answer === "";
    if (item.is_required && isBlank) {
      errors[`checklist.${item.key}`] = `Responda: ${item.label}`;
    } else if (!isBlank && item.type === "choice" && !item.options.includes(String(answer))) {
      errors[`checklist.${item.key}`] = `Escolha uma opção: ${item.label}`;
    } else if (!isBlank && item.type === "number" && !Number.isFinite(Number(answer))) {
      errors[`checklist.${item.key}`] = `Informe um número: ${item.label}`;
    }
  }
  return errors;
}

export function missingInSignature(signature: Signature): FieldErrors {
  if ("refused_reason" in signature) {
    return signature.refused_reason.trim() === ""
      ? { refused_reason: "Diga por que o cliente não assinou." }
      : {};
  }
  const errors: FieldErrors = {};
  if (signature.signer_name.trim().length < 3) {
    errors.signer_name = "Informe o nome de quem assina.";
  }
  if (!isSignerDocument(signature.signer_document)) {
    errors.signer_document = "Informe um CPF, CNPJ ou RG válido.";
  }
  if (signature.strokes.length === 0) {
    errors.strokes = "Peça a assinatura do cliente.";
  }
  return errors;
}

/** Eleven digits claim to be a CPF and fourteen a CNPJ; anything else of 5 to 14 characters may be an RG. */
export function isSignerDocument(text: string): boolean {
  const id = text.replace(/[^0-9a-z]/gi, "");
  return id.length === 11 || id.length === 14 ? isTaxId(id) : id.length >= 5 && id.length <= 13;
}

export interface SignedContent {
  visit_id: string;
  order_id: string;
  web_number: number | null;
  customer: string | null;
  serial_number: string | null;
  form: VisitForm;
  readings: readonly Pick<VisitReadingBody, "mono" | "color">[];
  parts: readonly Pick<PartLine, "description" | "quantity">[];
  signer_name: string | null;
  signer_document: string | null;
  signed_at: string;
}

/** The text of docs/field-sync.md; its SHA-256 is the `content_hash`. */
export function signedText(content: SignedContent): string {
  const { form } = content;
  return canonicalJson({
    visit_id: content.visit_id,
    order_id: content.order_id,
    web_number: content.web_number,
    customer: content.customer,
    serial_number: content.serial_number,
    outcome: form.outcome,
    diagnosis: form.diagnosis,
    resolution: form.resolution,
    readings: content.readings.map(({ mono, color }) => [mono, color]),
    parts: content.parts.map(({ description, quantity }) => [description, quantity]),
    signer_name: content.signer_name,
    signer_document: content.signer_document,
    signed_at: content.signed_at,
  });
}
