/** Entregas: what is still to be delivered, in the order of the way, and what became of the rest. */
import type { FC } from "hono/jsx";
import type { DeliveryItem, Sorting } from "../../rules/deliveries";
import { plural } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { Screen } from "../../ui/screen";
import type { SyncGlance } from "../../ui/sync-glance";
import { DeliveryCard } from "./delivery-card";

export interface DeliveriesProps {
  pending: readonly DeliveryItem[];
  done: readonly DeliveryItem[];
  /** pending ones, whatever the filter leaves */
  total: number;
  sorting: Sorting;
  text: string;
  isFirstTime: boolean;
  hasPosition: boolean;
  timezone: string;
  now: Date;
  glance: SyncGlance;
}

export const Deliveries: FC<DeliveriesProps> = (props) => {
  const { pending, done, text, timezone, now } = props;
  const isEmpty = pending.length + done.length === 0;
  const isMovable = props.sorting === "route" && text === "" && pending.length > 1;
  const late = pending.filter((item) => item.isLate).length;
  const here = text === "" ? "/field/" : `/field/deliveries?q=${encodeURIComponent(text)}`;
  return (
    <Screen title="Entregas" place="today" glance={props.glance} refreshes={here}>
      <p class="text-xl font-bold">{summary(props.total, late)}</p>
      <Search text={text} />
      {isEmpty ? <Nothing {...props} /> : null}
      {pending.length > 1 && text === "" ? <Order {...props} /> : null}
      {pending.length > 0 ? (
        <section>
          <h2 class="panel-title">
            Pendentes <span class="font-normal">({pending.length})</span>
          </h2>
          <ol class={`grid gap-3 ${isMovable ? "" : "lazy"}`} data-sortable={isMovable ? "" : undefined}>
            {pending.map((item) => (
              <DeliveryCard item={item} timezone={timezone} now={now} isMovable={isMovable} />
            ))}
          </ol>
        </section>
      ) : null}
      {done.length > 0 ? (
        <section>
          <h2 class="panel-title">
            Encerradas nos últimos dias <span class="font-normal">({done.length})</span>
          </h2>
          <ul class="lazy grid gap-3">
            {done.map((item) => (
              <DeliveryCard item={item} timezone={timezone} now={now} />
            ))}
          </ul>
        </section>
      ) : null}
    </Screen>
  );
};

/** Kept out of the refresh: a word may be under the thumb. */
const Search: FC<{ text: string }> = ({ text }) => (
  <div class="grid gap-2">
    <form id="search" class="flex gap-2" method="get" action="/field/deliveries" hx-morph-skip>
      <input
        class="input"
        type="search"
        name="q"
        value={text}
        placeholder="NF, cliente ou cidade"
        aria-label="Procurar por NF, cliente ou cidade"
        autocomplete="off"
      />
      <button class="btn btn-quiet btn-square" type="submit">
        <Icon name="search" class="size-5" />
        <span class="sr-only">Procurar</span>
      </button>
    </form>
    <a class="btn btn-quiet" href="/field/deliveries/access-key">
      <Icon name="barcode" class="size-5" />
      Ler DANFE
    </a>
  </div>
);

const Order: FC<DeliveriesProps> = ({ sorting, hasPosition }) => (
  <div class="grid grid-cols-2 gap-2">
    <form method="post" action="/field/deliveries/distances">
      <button
        class="btn btn-quiet w-full"
        type="submit"
        aria-pressed={sorting === "distance" ? "true" : "false"}
      >
        <Icon name="route" class="size-5" />
        {sorting === "distance" && hasPosition ? "Atualizar distâncias" : "Por distância"}
      </button>
    </form>
    <form method="post" action="/field/deliveries/route">
      <button
        class="btn btn-quiet w-full"
        type="submit"
        aria-pressed={sorting === "route" ? "true" : "false"}
      >
        <Icon name="grip" class="size-5" />
        Minha rota
      </button>
    </form>
  </div>
);

const Nothing: FC<DeliveriesProps> = ({ text, isFirstTime }) => (
  <div class="panel grid justify-items-center gap-3 py-10 text-center">
    <Icon name="box" class="text-primary size-12" />
    {text === "" ? (
      <>
        <p class="text-lg font-bold">
          {isFirstTime ? "Buscando suas entregas…" : "Nenhuma entrega com você agora"}
        </p>
        <p class="text-quiet max-w-72">
          {isFirstTime
            ? "A primeira vez precisa de rede. Depois, o aplicativo abre em qualquer lugar."
            : "Quando uma nota for emitida para o seu transportador, ela aparece aqui."}
        </p>
        <form method="post" action="/field/sync/runs">
          <button class="btn btn-primary" type="submit">
            <Icon name="sync" class="size-5" />
            Sincronizar agora
          </button>
        </form>
      </>
    ) : (
      <>
        <p class="text-lg font-bold">{`Nada com “${text}”`}</p>
        <a class="btn btn-quiet" href="/field/">
          Ver todas
        </a>
      </>
    )}
  </div>
);

function summary(total: number, late: number): string {
  if (total === 0) return "Nenhuma pendente";
  const all = plural(total, "entrega pendente", "entregas pendentes");
  return late === 0 ? all : `${all}, ${plural(late, "atrasada", "atrasadas")}`;
}
