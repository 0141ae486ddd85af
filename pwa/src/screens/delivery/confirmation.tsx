/** Confirmar entrega: who received what and when, and the proof of it. */
import type { FC } from "hono/jsx";
import type { DeliveryPolicyBody } from "../../protocol/rows";
import type { FieldErrors } from "../../rules/completion";
import type { DeliveryItem } from "../../rules/deliveries";
import { DraftState } from "../../ui/draft-state";
import { ChoiceField, ErrorSummary, TextArea, TextField } from "../../ui/fields";
import { Screen } from "../../ui/screen";
import { SignatureField } from "../../ui/signature-field";
import type { SyncGlance } from "../../ui/sync-glance";
import { nameOf } from "../deliveries/delivery-card";
import { DoorPhotos } from "./door-photos";
import type { DoorDraft } from "./draft";

export interface DoorProps {
  item: DeliveryItem;
  policy: DeliveryPolicyBody | null;
  draft: DoorDraft;
  /** the value of the time's field while nobody typed another */
  now: string;
  errors: FieldErrors;
  glance: SyncGlance;
}

const OUTCOMES = [
  { value: "delivered", label: "Tudo entregue" },
  { value: "partial", label: "Só uma parte", hint: "A nota continua pendente para o restante" },
];

export const Confirmation: FC<DoorProps> = ({ item, policy, draft, now, errors, glance }) => {
  const { invoice } = item;
  const base = `/field/deliveries/${invoice.id}/confirmation`;
  const { values } = draft;
  return (
    <Screen
      title="Confirmar entrega"
      glance={glance}
      back={{ href: `/field/deliveries/${invoice.id}`, label: "Voltar para a entrega" }}
    >
      <p>
        <span class="block text-lg font-bold">{nameOf(item)}</span>
        <span class="text-quiet">{`NF ${invoice.number}`}</span>
      </p>
      <ErrorSummary errors={errors} />
      <form id="door" class="grid gap-4" method="post" action={base} novalidate data-enter-stays>
        <ChoiceField
          name="outcome"
          label="O que foi entregue"
          value={values.outcome ?? "delivered"}
          options={OUTCOMES}
          errors={errors}
        />
        <TextField
          name="receiver_name"
          label="Nome de quem recebeu"
          value={values.receiver_name ?? ""}
          autocapitalize="words"
          errors={errors}
        />
        <TextField
          name="receiver_document"
          label="Documento"
          hint="CPF, CNPJ ou RG"
          value={values.receiver_document ?? ""}
          autocapitalize="none"
          isOptional={!policy?.is_document_required}
          errors={errors}
        />
        <TextField
          name="happened_at"
          label="Data e hora"
          type="datetime-local"
          value={values.happened_at ?? now}
          errors={errors}
        />
        <TextArea
          name="note"
          label="Observação"
          hint="Se foi só uma parte, diga o que faltou"
          value={values.note ?? ""}
          rows={2}
          errors={errors}
        />
        <SignatureField
          strokes={draft.strokes}
          padSize={draft.pad_size}
          errors={errors}
          isOptional={!policy?.is_signature_required}
        />
        <DraftState action={`${base}/draft`} />
      </form>
      <DoorPhotos invoiceId={invoice.id} page="confirmation" photos={draft.photos} errors={errors} />
      <button class="btn btn-primary btn-step" type="submit" form="door">
        Confirmar entrega
      </button>
    </Screen>
  );
};
