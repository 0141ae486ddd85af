/** From what was typed to what is recorded: one reading of the form, for its screen and for the conclusion. */
import type { ChecklistAnswer, Reading, VisitForm } from "../../protocol/mutations";
import type { ChecklistBody, Outcome, PartLine, PendingReason } from "../../protocol/rows";
import { uuid7 } from "../../protocol/uuid7";
import { missingPhotos } from "../../rules/checklist";
import { type FieldErrors, missingInChecklist, missingInForm } from "../../rules/completion";
import { type Counter, type Doubt, judgeReading } from "../../rules/readings";
import { readingsOf, type SeenVisit, type View } from "../../rules/seen";
import { OUTCOME, PENDING_REASON } from "../../ui/labels";
import { decimal, wholeNumber } from "../form-data";
import { partLines } from "../part-requests/part-lines";
import type { FormDraft } from "../visits/drafts";

export interface DecodedForm {
  form: VisitForm;
  answers: Record<string, ChecklistAnswer>;
  readings: Reading[];
  partsUsed: PartLine[];
  partRequests: PartLine[];
  errors: FieldErrors;
  /** counters whose value looks wrong, by field name; confirmed or not */
  doubts: Partial<Record<`reading.${Counter}`, Doubt>>;
}

export const COUNTERS: readonly Counter[] = ["mono", "color"];

export function decodeForm(view: View, visit: SeenVisit, draft: FormDraft, now: Date): DecodedForm {
  const value = (name: string): string => draft.values[name]?.trim() ?? "";
  const order = view.orders.get(visit.order_id);
  const checklist = view.checklists.get(order?.checklist_version_id ?? "") ?? null;
  const outcome = isOutcome(value("outcome")) ? (value("outcome") as Outcome) : null;
  const form: VisitForm = {
    outcome: outcome ?? "done",
    diagnosis: value("diagnosis"),
    resolution: value("resolution"),
    pending_reason:
      outcome === "pending" && value("pending_reason") in PENDING_REASON
        ? (value("pending_reason") as PendingReason)
        : null,
    pending_note: outcome === "pending" ? value("pending_note") || null : null,
    filled_at: now.toISOString(),
  };
  const answers = answersOf(checklist, value);
  const counted = countersOf(view, order?.equipment_id ?? null, draft, now);
  const used = partLines("used", draft.parts_used, view.parts);
  const wanted = partLines("wanted", draft.part_requests, view.parts);
  return {
    form,
    answers,
    readings: counted.readings,
    partsUsed: used.lines,
    partRequests: wanted.lines,
    doubts: counted.doubts,
    errors: {
      ...(outcome === null ? { outcome: "Escolha o resultado do atendimento." } : {}),
      ...missingInForm(form),
      ...missingInChecklist(checklist, answers),
      ...missingPhotos(checklist, answers, visit.photos),
      ...counted.errors,
      ...used.errors,
      ...wanted.errors,
    },
  };
}

function answersOf(
  checklist: ChecklistBody | null,
  value: (name: string) => string,
): Record<string, ChecklistAnswer> {
  const answers: Record<string, ChecklistAnswer> = {};
  for (const item of checklist?.items ?? []) {
    const text = value(`checklist.${item.key}`);
    if (text === "") continue;
    if (item.type === "yes_no") answers[item.key] = text === "yes";
    else if (item.type === "number") answers[item.key] = decimal(text) ?? text;
    else answers[item.key] = text;
  }
  return answers;
}

/** One reading of the order's machine; a doubt wants the person's word, and then it goes as it is. */
function countersOf(view: View, equipmentId: string | null, draft: FormDraft, now: Date) {
  const errors: FieldErrors = {};
  const doubts: DecodedForm["doubts"] = {};
  const counts: Record<Counter, number | null> = { mono: null, color: null };
  let isConfirmed = false;
  for (const counter of COUNTERS) {
    const name = `reading.${counter}` as const;
    const text = draft.values[name]?.trim() ?? "";
    if (equipmentId === null || text === "") continue;
    const count = wholeNumber(text);
    if (count === null) {
      errors[name] = "Informe só números, como no visor.";
      continue;
    }
    counts[counter] = count;
    const doubt = judgeReading(counter, count, readingsOf(view, equipmentId), now);
    if (doubt.kind === "none") continue;
    doubts[name] = doubt;
    if (draft.values[`confirm.${counter}`] === text) isConfirmed = true;
    else errors[name] = "Confira o contador no visor e confirme o valor.";
  }
  const hasReading = counts.mono !== null || counts.color !== null;
  const readings: Reading[] =
    equipmentId !== null && hasReading
      ? [
          {
            id: uuid7(now.getTime()),
            equipment_id: equipmentId,
            ...counts,
            read_at: now.toISOString(),
            is_confirmed: isConfirmed,
          },
        ]
      : [];
  return { readings, errors, doubts };
}

function isOutcome(text: string): boolean {
  return text in OUTCOME;
}
