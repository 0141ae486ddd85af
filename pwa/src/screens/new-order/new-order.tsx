/** Abrir chamado: for a customer and a machine that this phone knows; the desk dispatches it. */
import type { FC } from "hono/jsx";
import type { CustomerBody, EquipmentBody } from "../../protocol/rows";
import type { FieldErrors } from "../../rules/completion";
import type { Row } from "../../rules/seen";
import { DraftState } from "../../ui/draft-state";
import { ErrorSummary, SelectField, TextArea, TextField } from "../../ui/fields";
import { Panel } from "../../ui/panel";
import { Screen } from "../../ui/screen";
import type { SyncGlance } from "../../ui/sync-glance";

export interface NewOrderProps {
  customers: readonly Row<CustomerBody>[];
  /** of the customer chosen */
  machines: readonly Row<EquipmentBody>[];
  values: Record<string, string>;
  errors: FieldErrors;
  glance: SyncGlance;
}

export const NewOrder: FC<NewOrderProps> = ({ customers, machines, values, errors, glance }) => (
  <Screen title="Abrir chamado" glance={glance} back={{ href: "/field/", label: "Voltar para hoje" }}>
    <form class="grid gap-4" method="post" action="/field/orders/new" novalidate data-enter-stays>
      <ErrorSummary errors={errors} />
      <Panel title="Onde">
        <Where customers={customers} machines={machines} values={values} errors={errors} />
      </Panel>
      <Panel title="O que acontece">
        <div class="grid gap-3">
          <TextArea
            name="description"
            label="Descrição do problema"
            value={values.description ?? ""}
            rows={4}
            errors={errors}
          />
          <TextField
            name="requester_name"
            label="Quem pediu"
            value={values.requester_name ?? ""}
            autocapitalize="words"
            isOptional
          />
          <TextField
            name="requester_phone"
            label="Telefone"
            type="tel"
            value={values.requester_phone ?? ""}
            isOptional
          />
        </div>
      </Panel>
      <DraftState action="/field/orders/new/draft" />
      <button class="btn btn-primary btn-step" type="submit">
        Abrir chamado
      </button>
    </form>
  </Screen>
);

/** Choosing the customer asks for this block again, with the customer's machines; what is typed below stays. */
export const Where: FC<Pick<NewOrderProps, "customers" | "machines" | "values" | "errors">> = ({
  customers,
  machines,
  values,
  errors,
}) => (
  <div
    class="grid gap-3"
    hx-post="/field/orders/new/draft"
    hx-trigger='change from:"find [name=customer_id]"'
    hx-vals='{"chosen":"customer"}'
    hx-target="this"
    hx-swap="outerHTML"
    hx-push-url="false"
  >
    <SelectField
      name="customer_id"
      label="Cliente"
      value={values.customer_id ?? ""}
      blank="Escolha o cliente"
      options={customers.map((one) => ({ value: one.id, label: one.trade_name ?? one.name }))}
      errors={errors}
    />
    {values.customer_id ? (
      <SelectField
        name="equipment_id"
        label="Equipamento"
        value={values.equipment_id ?? ""}
        blank="Nenhum ou não está na lista"
        options={machines.map((one) => ({
          value: one.id,
          label: [one.model, one.serial_number, one.department].filter(Boolean).join(" · "),
        }))}
      />
    ) : null}
  </div>
);
