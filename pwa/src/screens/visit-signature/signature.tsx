/** Assinatura: what is signed, who signs, and the pad; or why the customer did not sign. */
import type { FC } from "hono/jsx";
import type { FieldErrors } from "../../rules/completion";
import type { SeenVisit } from "../../rules/seen";
import { DraftState } from "../../ui/draft-state";
import { CheckField, ErrorSummary, TextArea, TextField } from "../../ui/fields";
import { number } from "../../ui/format";
import { OUTCOME, PENDING_REASON } from "../../ui/labels";
import { Fact, Facts, Panel } from "../../ui/panel";
import { Screen } from "../../ui/screen";

import { SignatureField } from "../../ui/signature-field";
import type { SyncGlance } from "../../ui/sync-glance";
import type { DecodedForm } from "../visit-form/decode";
import type { SignatureDraft } from "../visits/drafts";

export interface SignatureProps {
  visit: SeenVisit;
  customerName: string;
  machine: string | null;
  decoded: DecodedForm;
  draft: SignatureDraft;
  errors: FieldErrors;
  glance: SyncGlance;
}

export const Signature: FC<SignatureProps> = (props) => {
  const { visit, draft, errors } = props;
  const base = `/field/visits/${visit.id}/signature`;
  return (
    <Screen
      title="Assinatura"
      glance={props.glance}
      back={{ href: `/field/visits/${visit.id}`, label: "Voltar para o atendimento" }}
    >
      <Summary {...props} />
      <form class="grid gap-4" method="post" action={base} novalidate data-enter-stays>
        <ErrorSummary errors={errors} />
        <div class="only-signed grid gap-4">
          <TextField
            name="signer_name"
            label="Nome de quem assina"
            value={draft.signer_name}
            autocapitalize="words"
            errors={errors}
          />
          <TextField
            name="signer_document"
            label="Documento"
            hint="CPF, CNPJ ou RG"
            value={draft.signer_document}
            autocapitalize="none"
            errors={errors}
          />
          <SignatureField strokes={draft.strokes} padSize={draft.pad_size} errors={errors} />
        </div>
        <CheckField name="is_refused" label="O cliente recusou assinar" isChecked={draft.is_refused} />
        <div class="only-refused">
          <TextArea
            name="refused_reason"
            label="Por que não assinou"
            value={draft.refused_reason}
            rows={2}
            errors={errors}
          />
        </div>
        <DraftState action={`${base}/draft`} />
        <button class="btn btn-primary btn-step" type="submit">
          Salvar assinatura
        </button>
      </form>
    </Screen>
  );
};

/** Read by the customer before signing: the same facts that the hash is taken of. */
const Summary: FC<SignatureProps> = ({ customerName, machine, decoded }) => (
  <Panel title="O que está sendo assinado">
    <p class="text-lg font-bold">{customerName}</p>
    {machine ? <p>{machine}</p> : null}
    <Facts>
      <Fact label="Resultado">
        {[
          OUTCOME[decoded.form.outcome].label,
          decoded.form.pending_reason && PENDING_REASON[decoded.form.pending_reason],
        ]
          .filter(Boolean)
          .join(": ")}
      </Fact>
      <Fact label="Laudo">{decoded.form.diagnosis}</Fact>
      <Fact label="Solução">{decoded.form.resolution}</Fact>
      {decoded.readings.map(({ mono, color }) => (
        <Fact label="Contadores">
          {[mono === null ? null : `mono ${number(mono)}`, color === null ? null : `cor ${number(color)}`]
            .filter(Boolean)
            .join(", ")}
        </Fact>
      ))}
      <Fact label="Peças">
        {decoded.partsUsed.map((part) => `${number(part.quantity)}× ${part.description}`).join("; ")}
      </Fact>
    </Facts>
  </Panel>
);
