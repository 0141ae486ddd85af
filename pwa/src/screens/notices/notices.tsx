/** Avisos: what the portal told this person, as far as there is network to ask it. */
import type { FC } from "hono/jsx";
import type { Notice, Notices as Told } from "../../sync/notices";
import { Banner } from "../../ui/banner";
import { shortDateTime } from "../../ui/format";
import { Screen } from "../../ui/screen";
import type { SyncGlance } from "../../ui/sync-glance";

export interface NoticesProps {
  told: Told | null;
  timezone: string;
  now: Date;
  glance: SyncGlance;
}

export const Notices: FC<NoticesProps> = ({ told, glance, ...moment }) => (
  <Screen title="Avisos" place="account" back={{ href: "/field/account", label: "Conta" }} glance={glance}>
    {told === null ? (
      <Banner tone="info" title="Os avisos precisam de internet">
        <p>O que muda na agenda chega pela sincronização, com ou sem avisos.</p>
      </Banner>
    ) : told.notices.length === 0 ? (
      <p class="panel text-quiet">Nenhum aviso por aqui.</p>
    ) : (
      <>
        {told.unread > 0 ? (
          <form method="post" action="/field/account/notices/readings">
            <button class="btn btn-quiet w-full" type="submit">
              Marcar todos como lidos
            </button>
          </form>
        ) : null}
        <ul class="panel py-1">
          {told.notices.map((notice) => (
            <Line notice={notice} {...moment} />
          ))}
        </ul>
      </>
    )}
  </Screen>
);

const Line: FC<{ notice: Notice; timezone: string; now: Date }> = ({ notice, timezone, now }) => (
  <li class="row">
    <a
      class="min-w-0 flex-1 py-1"
      href={`/field/account/notices/${notice.id}?to=${encodeURIComponent(notice.path)}`}
    >
      <span class={`block ${notice.read_at ? "" : "font-bold"}`}>
        {notice.read_at ? null : (
          <>
            <span class="bg-accent mr-2 inline-block size-2.5 rounded-full" aria-hidden="true" />
            <span class="sr-only">Não lido: </span>
          </>
        )}
        {notice.title}
      </span>
      {notice.body ? <span class="block wrap-anywhere">{notice.body}</span> : null}
      <span class="text-quiet block text-[0.9375rem]">{shortDateTime(notice.created_at, timezone, now)}</span>
    </a>
  </li>
);
