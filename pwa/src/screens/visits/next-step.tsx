/** The one big next step of a visit. */
import type { FC } from "hono/jsx";
import type { VisitEventKind } from "../../protocol/rows";
import type { SeenVisit } from "../../rules/seen";
import { nextStep } from "../../rules/visit-state";
import { Icon, type IconName } from "../../ui/icons";

const STEP: Partial<Record<VisitEventKind, { label: string; icon: IconName }>> = {
  travel_started: { label: "Iniciar viagem", icon: "car" },
  arrived: { label: "Cheguei no cliente", icon: "route" },
  work_started: { label: "Iniciar atendimento", icon: "machine" },
  work_finished: { label: "Encerrar atendimento", icon: "check" },
};

export const NextStep: FC<{ visit: SeenVisit; hasSignatureDraft: boolean }> = ({
  visit,
  hasSignatureDraft,
}) => {
  const next = nextStep(visit.state);
  const step = next ? STEP[next] : undefined;
  if (step) {
    return (
      <div class="grid gap-2">
        <EventForm
          visitId={visit.id}
          kind={next as VisitEventKind}
          label={step.label}
          icon={step.icon}
          isBig
        />
        {visit.state === "selected" ? (
          <EventForm visitId={visit.id} kind="arrived" label="Já estou no cliente" icon="route" />
        ) : null}
      </div>
    );
  }
  if (next === "form_filled") {
    return (
      <a class="btn btn-primary btn-step" href={`/field/visits/${visit.id}/form`}>
        <Icon name="form" class="size-7" />
        Preencher formulário
      </a>
    );
  }
  if (next === "completed" && !hasSignatureDraft) {
    return (
      <a class="btn btn-primary btn-step" href={`/field/visits/${visit.id}/signature`}>
        <Icon name="signature" class="size-7" />
        Colher assinatura
      </a>
    );
  }
  return (
    <form method="post" action={`/field/visits/${visit.id}/completion`}>
      <button class="btn btn-primary btn-step" type="submit">
        <Icon name="check" class="size-7" />
        Concluir atendimento
      </button>
    </form>
  );
};

const EventForm: FC<{
  visitId: string;
  kind: VisitEventKind;
  label: string;
  icon: IconName;
  isBig?: boolean;
}> = ({ visitId, kind, label, icon, isBig = false }) => (
  <form method="post" action={`/field/visits/${visitId}/events`}>
    <input type="hidden" name="kind" value={kind} />
    <button class={isBig ? "btn btn-primary btn-step" : "btn btn-quiet w-full"} type="submit">
      <Icon name={icon} class={isBig ? "size-7" : "size-5"} />
      {label}
    </button>
  </form>
);
