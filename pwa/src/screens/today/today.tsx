/** Hoje: the day's agenda, next first. */
import type { FC } from "hono/jsx";
import type { AgendaItem } from "../../rules/agenda";
import { isOpen } from "../../rules/visit-state";
import { isSameDay, longDay, plural } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { Screen } from "../../ui/screen";
import type { SyncGlance } from "../../ui/sync-glance";
import { AgendaCard } from "./agenda-card";

export interface TodayProps {
  items: readonly AgendaItem[];
  /** the technician's first name, for the greeting; null until the first sync */
  name: string | null;
  canOpenOrders: boolean;
  hasPosition: boolean;
  timezone: string;
  now: Date;
  glance: SyncGlance;
}

const WAITING = new Set(["P", "L", "S"]);

export const Today: FC<TodayProps> = (props) => {
  const { items, timezone, now } = props;
  const ended = items.filter((item) => item.isEnded);
  const open = items.filter((item) => !item.isEnded);
  const serving = open.filter((item) => item.visit !== null && isOpen(item.visit.state));
  const rest = open.filter((item) => !serving.includes(item));
  const next = rest.filter((item) => !WAITING.has(item.order.status) && item.order.status !== "A");
  const opened = rest.filter((item) => item.order.status === "A");
  const waiting = rest.filter((item) => WAITING.has(item.order.status));
  const endedToday = ended.filter((item) => endedOn(item, now, timezone));
  const late = open.filter((item) => item.isOverdue).length;
  return (
    <Screen title="Hoje" place="today" glance={props.glance} refreshes="/field/">
      <header>
        <p class="text-quiet first-letter:uppercase">{longDay(now, timezone)}</p>
        <p class="text-xl font-bold">{summary(open.length, late)}</p>
      </header>
      {items.length === 0 ? <Nothing isFirstTime={props.name === null} /> : null}
      {props.hasPosition || open.length === 0 ? null : (
        <form method="post" action="/field/position">
          <button class="btn btn-quiet w-full" type="submit">
            <Icon name="route" class="size-5" />
            Mostrar distâncias a partir daqui
          </button>
        </form>
      )}
      <Section {...props} title="Em atendimento" items={serving} isFirst />
      <Section {...props} title="Próximos" items={next} isFirst={serving.length === 0} />
      <Section {...props} title="Aguardando peça, logística ou estoque" items={waiting} />
      <Section {...props} title="Abertos por você" items={opened} />
      <Section {...props} title="Encerrados hoje" items={endedToday} />
      {ended.length > endedToday.length ? (
        <details>
          <summary class="text-primary flex min-h-12 items-center gap-2 font-semibold">
            <Icon name="next" class="size-5" />
            Encerrados nos últimos dias ({ended.length - endedToday.length})
          </summary>
          <Section {...props} title="" items={ended.filter((item) => !endedToday.includes(item))} />
        </details>
      ) : null}
      {props.hasPosition && open.length > 0 ? (
        <form method="post" action="/field/position">
          <button class="btn btn-quiet w-full" type="submit">
            <Icon name="route" class="size-5" />
            Atualizar distâncias
          </button>
        </form>
      ) : null}
      {props.canOpenOrders ? (
        <a class="btn btn-quiet" href="/field/orders/new">
          <Icon name="plus" class="size-5" />
          Abrir chamado
        </a>
      ) : null}
    </Screen>
  );
};

const Section: FC<
  { title: string; items: readonly AgendaItem[]; isFirst?: boolean } & Pick<TodayProps, "timezone" | "now">
> = ({ title, items, isFirst = false, timezone, now }) =>
  items.length === 0 ? null : (
    <section>
      {title ? (
        <h2 class="panel-title">
          {title} <span class="font-normal">({items.length})</span>
        </h2>
      ) : null}
      <ul class="lazy grid gap-3">
        {items.map((item, index) => (
          <AgendaCard item={item} timezone={timezone} now={now} isFirst={isFirst && index === 0} />
        ))}
      </ul>
    </section>
  );

const Nothing: FC<{ isFirstTime: boolean }> = ({ isFirstTime }) => (
  <div class="panel grid justify-items-center gap-3 py-10 text-center">
    <Icon name="agenda" class="text-primary size-12" />
    <p class="text-lg font-bold">
      {isFirstTime ? "Buscando seus chamados…" : "Nenhum chamado com você agora"}
    </p>
    <p class="text-quiet max-w-72">
      {isFirstTime
        ? "A primeira vez precisa de rede. Depois, o aplicativo abre em qualquer lugar."
        : "Quando a revenda despachar um chamado, ele aparece aqui."}
    </p>
    <form method="post" action="/field/sync/runs">
      <button class="btn btn-primary" type="submit">
        <Icon name="sync" class="size-5" />
        Sincronizar agora
      </button>
    </form>
  </div>
);

function summary(open: number, late: number): string {
  if (open === 0) return "Agenda livre";
  const all = plural(open, "chamado", "chamados");
  return late === 0 ? all : `${all}, ${plural(late, "atrasado", "atrasados")}`;
}

/** By the visit's own end where it was served from here; an order that ended elsewhere has no hour on the phone. */
function endedOn({ visit }: AgendaItem, now: Date, timezone: string): boolean {
  const last = visit?.events.at(-1);
  return last !== undefined && isSameDay(last.occurred_at, now, timezone);
}
