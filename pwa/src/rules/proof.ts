/** What a delivery must say before it is recorded: the receiver and the time, and what the reseller asks for. */
import type { DeliveryPolicyBody, FailureReason } from "../protocol/rows";
import { type FieldErrors, isSignerDocument } from "./completion";

export interface TypedProof {
  outcome: "delivered" | "partial";
  receiver_name: string;
  receiver_document: string;
  happened_at: Date | null;
  note: string;
  hasSignature: boolean;
  photos: number;
}

/** A position that the phone cannot give is never asked of a person: the portal flags it. */
export function missingInProof(proof: TypedProof, policy: DeliveryPolicyBody | null, now: Date): FieldErrors {
  return {
    ...missingName(proof.receiver_name),
    ...wrongDocument(proof.receiver_document, policy?.is_document_required ?? false),
    ...wrongTime(proof.happened_at, now),
    ...(proof.outcome === "partial" && proof.note === "" ? { note: "Diga o que não foi entregue." } : {}),
    ...(policy?.is_signature_required && !proof.hasSignature
      ? { strokes: "Peça a assinatura de quem recebeu." }
      : {}),
    ...(policy?.is_photo_required && proof.photos === 0 ? { photo: "Tire uma foto da entrega." } : {}),
  };
}

/** A failure without a reason helps nobody; "outro motivo" is one only with words. */
export function missingInFailure(
  failure: { reason: FailureReason | null; note: string; happened_at: Date | null },
  now: Date,
): FieldErrors {
  return {
    ...(failure.reason === null ? { reason: "Diga por que não foi entregue." } : {}),
    ...(failure.reason === "other" && failure.note === "" ? { note: "Descreva o motivo." } : {}),
    ...wrongTime(failure.happened_at, now),
  };
}

/** Two letters at least, as the NF-e's event asks. */
function missingName(name: string): FieldErrors {
  return name.length < 2 ? { receiver_name: "Informe o nome de quem recebeu." } : {};
}

function wrongDocument(document: string, isRequired: boolean): FieldErrors {
  if (document === "") {
    return isRequired ? { receiver_document: "Informe o documento de quem recebeu." } : {};
  }
  return isSignerDocument(document) ? {} : { receiver_document: "Informe um CPF, CNPJ ou RG válido." };
}

/** A person types minutes: the running one is not the future. */
function wrongTime(at: Date | null, now: Date): FieldErrors {
  if (at === null) return { happened_at: "Informe a data e a hora." };
  return at.getTime() > now.getTime() + 60_000 ? { happened_at: "Esta hora ainda não chegou." } : {};
}
