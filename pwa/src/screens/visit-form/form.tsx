/** Formulário: laudo, solução, checklist, contadores, peças and the outcome of the visit. */
import type { FC } from "hono/jsx";
import type { ChecklistBody, EquipmentBody, MeterReadingBody, PartBody } from "../../protocol/rows";
import type { FieldErrors } from "../../rules/completion";
import type { Row, SeenOrder, SeenVisit } from "../../rules/seen";
import { Banner } from "../../ui/banner";
import { DraftState } from "../../ui/draft-state";
import { ChoiceField, ErrorSummary, SelectField, TextArea } from "../../ui/fields";
import { OUTCOME, PENDING_REASON } from "../../ui/labels";
import { Panel } from "../../ui/panel";
import { Screen } from "../../ui/screen";
import type { SyncGlance } from "../../ui/sync-glance";
import { KnownParts, PartFields } from "../part-requests/part-fields";
import type { PartList } from "../part-requests/part-lines";
import type { FormDraft } from "../visits/drafts";
import { Checklist } from "./checklist";
import type { DecodedForm } from "./decode";
import { Meters } from "./meters";

export interface VisitFormProps {
  visit: SeenVisit;
  order: SeenOrder | null;
  equipment: Row<EquipmentBody> | null;
  checklist: ChecklistBody | null;
  lastReading: MeterReadingBody | null;
  parts: readonly PartBody[];
  draft: FormDraft;
  doubts: DecodedForm["doubts"];
  errors: FieldErrors;
  /** the customer has signed: another content takes the signature back */
  isSigned: boolean;
  timezone: string;
  glance: SyncGlance;
}

export const VisitForm: FC<VisitFormProps> = (props) => {
  const { visit, draft, errors, timezone } = props;
  const base = `/field/visits/${visit.id}/form`;
  const value = (name: string): string => draft.values[name] ?? "";
  return (
    <Screen
      title="Formulário"
      glance={props.glance}
      back={{ href: `/field/visits/${visit.id}`, label: "Voltar para o atendimento" }}
    >
      <form class="grid gap-4" method="post" action={base} novalidate data-enter-stays>
        <ErrorSummary errors={errors} />
        {props.isSigned ? (
          <Banner tone="warn" title="O cliente já assinou">
            <p>Se você mudar o formulário, será preciso colher a assinatura de novo.</p>
          </Banner>
        ) : null}
        <Panel title="Resultado">
          <div class="grid gap-3">
            <ChoiceField
              name="outcome"
              label="Como ficou o chamado?"
              value={value("outcome")}
              options={Object.entries(OUTCOME).map(([key, said]) => ({ value: key, ...said }))}
              errors={errors}
            />
            <div class="only-pending gap-3">
              <SelectField
                name="pending_reason"
                label="Motivo da pendência"
                value={value("pending_reason")}
                blank="Escolha"
                options={Object.entries(PENDING_REASON).map(([key, label]) => ({ value: key, label }))}
                errors={errors}
              />
              <TextArea
                name="pending_note"
                label="O que falta"
                value={value("pending_note")}
                rows={2}
                errors={errors}
              />
            </div>
          </div>
        </Panel>
        <Panel title="Serviço">
          <div class="grid gap-3">
            <TextArea
              name="diagnosis"
              label="Laudo"
              hint="O que você encontrou."
              value={value("diagnosis")}
              rows={4}
              errors={errors}
            />
            <TextArea
              name="resolution"
              label="Solução"
              hint="O que você fez."
              value={value("resolution")}
              rows={4}
              errors={errors}
            />
          </div>
        </Panel>
        {props.equipment ? (
          <Meters
            equipment={props.equipment}
            last={props.lastReading}
            value={value}
            doubts={props.doubts}
            errors={errors}
            timezone={timezone}
          />
        ) : null}
        {props.checklist ? (
          <Checklist
            checklist={props.checklist}
            value={value}
            photos={(key) =>
              visit.photos.filter((photo) => photo.question === key && !photo.is_withdrawn).length
            }
            errors={errors}
          />
        ) : null}
        <Panel title="Peças">
          <KnownParts parts={props.parts} />
          <div class="grid gap-4">
            {(["used", "wanted"] as const).map((list) => (
              <FormParts list={list} draft={draft} errors={errors} draftAction={`${base}/draft`} />
            ))}
          </div>
        </Panel>
        <DraftState action={`${base}/draft`} />
        <button class="btn btn-primary btn-step" type="submit">
          {visit.state === "work_finished" ? "Formulário preenchido" : "Salvar formulário"}
        </button>
      </form>
    </Screen>
  );
};

const LEGEND: Record<PartList, string> = { used: "Peças utilizadas", wanted: "Peças a solicitar" };

export const FormParts: FC<{
  list: PartList;
  draft: FormDraft;
  errors: FieldErrors;
  draftAction: string;
}> = ({ list, draft, errors, draftAction }) => (
  <PartFields
    list={list}
    legend={LEGEND[list]}
    parts={list === "used" ? draft.parts_used : draft.part_requests}
    errors={errors}
    draftAction={draftAction}
  />
);
