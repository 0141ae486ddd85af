/** Deslocamento: kilometres so far, and an honest word about the GPS of a web app: it pauses with the screen off. */
import type { FC } from "hono/jsx";
import type { GapCause } from "../../protocol/wire";
import type { SeenVisit } from "../../rules/seen";
import { ago, duration, number, time } from "../../ui/format";
import { Icon } from "../../ui/icons";

export interface TravelGlance {
  /** the phone's own estimate, from its fixes */
  km: number;
  minutes: number;
  fixes: number;
  lastFixAt: string | null;
  gaps: readonly { from: string; to: string; cause: GapCause }[];
}

const CAUSE: Record<GapCause, string> = {
  hidden: "aplicativo fora da tela",
  denied: "localização negada",
  lost: "sem sinal de GPS",
  off: "aplicativo fechado",
};

export const Travel: FC<{
  visit: SeenVisit;
  travel: TravelGlance | null;
  /** false for who refused *localização* */
  isSharing: boolean;
  timezone: string;
  now: Date;
}> = ({ visit, travel, isSharing, timezone, now }) => {
  const isTravelling = visit.state === "travelling";
  const km = visit.distance_km ?? travel?.km ?? null;
  const minutes = visit.travel_minutes ?? travel?.minutes ?? null;
  if (km === null && !isTravelling) return null;
  const isMeasured = isSharing || !isTravelling;
  return (
    <section
      id="travel"
      class="panel"
      hx-get={isTravelling ? `/field/visits/${visit.id}/travel` : undefined}
      hx-trigger={isTravelling ? "every 15s" : undefined}
      hx-swap={isTravelling ? "outerHTML" : undefined}
    >
      <div class="flex items-baseline gap-3">
        <h2 class="panel-title flex-1">Deslocamento</h2>
        {visit.distance_km === null && isMeasured ? (
          <p class="text-quiet text-[0.875rem]">estimativa do aparelho</p>
        ) : null}
      </div>
      {isMeasured ? (
        <p class="flex items-baseline gap-3">
          <span class="text-3xl font-bold">{number(km ?? 0, 1)} km</span>
          {minutes === null ? null : <span class="text-lg">{duration(minutes)}</span>}
        </p>
      ) : null}
      {isTravelling && !isSharing ? (
        <p class="banner tone-info mt-2 block">
          Você não compartilha a localização: a viagem segue, e o trajeto não é gravado.
        </p>
      ) : null}
      {isTravelling && isSharing ? (
        <>
          <p class="mt-2 flex items-center gap-2">
            <Icon name="route" class="size-5" />
            {travel?.lastFixAt ? `Última posição ${ago(travel.lastFixAt, now)}` : "Aguardando o GPS"}
          </p>
          <p class="banner tone-bad mt-2 block font-semibold" data-location-denied hidden>
            Localização negada: a viagem segue, sem trajeto. Libere-a nas configurações do navegador.
          </p>
          <p class="text-quiet mt-1 text-[0.9375rem]">
            <span data-wake-lock>A tela fica acesa durante a viagem.</span> Com o aplicativo fora da tela, o
            GPS para e o trecho fica sem trajeto.
          </p>
        </>
      ) : null}
      {travel && travel.gaps.length > 0 ? (
        <ul class="mt-2 grid gap-1">
          {travel.gaps.slice(-3).map((gap) => (
            <li class="flex items-center gap-2 text-[0.9375rem]">
              <span class="tag tone-warn">
                {time(gap.from, timezone)}–{time(gap.to, timezone)}
              </span>
              sem trajeto: {CAUSE[gap.cause]}
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
};
