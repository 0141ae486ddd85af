/** Não entregue: why, with a photo of it; the invoice stays for another attempt. */
import type { FC } from "hono/jsx";
import type { FailureReason } from "../../protocol/rows";
import { DraftState } from "../../ui/draft-state";
import { ChoiceField, ErrorSummary, TextArea, TextField } from "../../ui/fields";
import { FAILURE_REASON } from "../../ui/labels";
import { Screen } from "../../ui/screen";
import { nameOf } from "../deliveries/delivery-card";
import type { DoorProps } from "./confirmation";
import { DoorPhotos } from "./door-photos";

export const REASONS = Object.keys(FAILURE_REASON) as FailureReason[];

export const FailureReport: FC<DoorProps> = ({ item, draft, now, errors, glance }) => {
  const { invoice } = item;
  const base = `/field/deliveries/${invoice.id}/failure`;
  const { values } = draft;
  return (
    <Screen
      title="Não entregue"
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
          name="reason"
          label="Por que não foi entregue"
          value={values.reason ?? ""}
          options={REASONS.map((value) => ({ value, label: FAILURE_REASON[value] }))}
          errors={errors}
        />
        <TextArea name="note" label="Observação" value={values.note ?? ""} rows={2} errors={errors} />
        <TextField
          name="happened_at"
          label="Data e hora"
          type="datetime-local"
          value={values.happened_at ?? now}
          errors={errors}
        />
        <DraftState action={`${base}/draft`} />
      </form>
      <DoorPhotos invoiceId={invoice.id} page="failure" photos={draft.photos} errors={errors} />
      <button class="btn btn-primary btn-step" type="submit" form="door">
        Registrar não entregue
      </button>
    </Screen>
  );
};
