/** Sincronização: what waits, what failed and why, which files are where, and the ways out. */
import type { FC } from "hono/jsx";
import type { View } from "../../rules/seen";
import type { Meta, SyncPhase } from "../../store/meta";
import type { QueuedMutation, StoredFile } from "../../store/schema";
import type { SelfTestReport } from "../../sync/self-test";
import { Banner, type Tone } from "../../ui/banner";
import { ago, bytes, dateTime, number, plural, shortDateTime } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { Panel } from "../../ui/panel";
import { Screen } from "../../ui/screen";
import type { SyncGlance } from "../../ui/sync-glance";
import { Files } from "./files";
import { SelfTest } from "./self-test";
import { Troubles } from "./troubles";
import { aboutOf, deedOf } from "./words";

export interface SyncProps {
  view: View;
  meta: Meta;
  waiting: readonly QueuedMutation[];
  troubled: readonly QueuedMutation[];
  files: readonly StoredFile[];
  storage: { usage: number; quota: number; isPersisted: boolean } | null;
  timezone: string;
  now: Date;
  glance: SyncGlance;
  report?: SelfTestReport;
  rescueId?: string;
  refusal?: string;
}

const SHOWN_AT_MOST = 20;

export const Sync: FC<SyncProps> = (props) => {
  const { meta, waiting, files, timezone, now } = props;
  const filesWaiting = files.filter((file) => file.state === "waiting").length;
  const hasNews = Boolean(props.report || props.rescueId || props.refusal);
  return (
    <Screen
      title="Sincronização"
      place="sync"
      glance={props.glance}
      refreshes={hasNews ? undefined : "/field/sync"}
    >
      <Headline {...props} />
      {props.refusal ? <Banner tone="bad" title={props.refusal} role="alert" /> : null}
      {props.rescueId ? (
        <Banner tone="ok" title="Resgate recebido pelo portal" role="status">
          <p>
            Número <span class="font-mono font-bold break-all">{props.rescueId}</span>. Passe-o à revenda.
          </p>
        </Banner>
      ) : null}
      {meta.forked_at === null ? null : <NewName />}
      <Troubles {...props} />
      <form method="post" action="/field/sync/runs">
        <button class="btn btn-primary btn-step" type="submit">
          <Icon name="sync" class="size-7" />
          Sincronizar agora
        </button>
      </form>
      <Panel title={`A enviar (${waiting.length})`}>
        {waiting.length === 0 ? (
          <p>Nada espera: todos os registros estão no portal.</p>
        ) : (
          <ul>
            {waiting.slice(0, SHOWN_AT_MOST).map(({ mutation }) => (
              <li class="row">
                <span class="min-w-0 flex-1">
                  <span class="block font-semibold">{deedOf(mutation)}</span>
                  <span class="text-quiet block text-[0.9375rem]">{aboutOf(props.view, mutation).text}</span>
                </span>
                <span class="text-quiet text-[0.9375rem] whitespace-nowrap">
                  {ago(mutation.occurred_at, now)}
                </span>
              </li>
            ))}
            {waiting.length > SHOWN_AT_MOST ? (
              <li class="row text-quiet">e mais {number(waiting.length - SHOWN_AT_MOST)}</li>
            ) : null}
          </ul>
        )}
      </Panel>
      <Files files={files} waiting={filesWaiting} view={props.view} timezone={timezone} />
      <Panel title="Neste aparelho">
        <Storage storage={props.storage} />
        <p class="text-quiet mt-2 text-[0.9375rem]">
          Última sincronização: {dateTime(meta.last_synced_at, timezone)}
        </p>
      </Panel>
      <Panel title="Testar modo avião">
        <p class="mb-3">Confere, neste aparelho, tudo o que um dia sem rede precisa.</p>
        {props.report ? <SelfTest report={props.report} timezone={timezone} /> : null}
        <form method="post" action="/field/sync/self-tests">
          <button class="btn btn-quiet w-full" type="submit">
            <Icon name="offline" class="size-5" />
            Testar modo avião
          </button>
        </form>
      </Panel>
      <Panel title="Guardar o que não foi enviado">
        <p class="mb-3">
          Se o envio não andar, salve tudo em um arquivo ou mande como está para o portal: ninguém perde
          trabalho.
        </p>
        <div class="grid gap-2">
          <a id="export" class="btn btn-quiet" href="/field/sync/export">
            <Icon name="download" class="size-5" />
            Exportar arquivo
          </a>
          <form method="post" action="/field/sync/rescues">
            <button class="btn btn-quiet w-full" type="submit">
              <Icon name="upload" class="size-5" />
              Enviar resgate ao portal
            </button>
          </form>
        </div>
      </Panel>
    </Screen>
  );
};

const NewName: FC = () => (
  <Banner tone="info" title="Este aparelho ganhou um nome novo">
    <p>
      Outro aparelho trabalhava com uma cópia destes dados. Nada se perdeu: o que faltava enviar segue daqui,
      na mesma ordem.
    </p>
    <form class="mt-2" method="post" action="/field/sync/new-name/acknowledgement">
      <button class="btn btn-quiet" type="submit">
        Entendi
      </button>
    </form>
  </Banner>
);

const PHASE: Record<SyncPhase, { tone: Tone; title: string; text: string }> = {
  never: { tone: "info", title: "Ainda não sincronizado", text: "A primeira vez precisa de rede." },
  ok: { tone: "ok", title: "Tudo no portal", text: "" },
  offline: {
    tone: "quiet",
    title: "Sem rede",
    text: "Continue trabalhando: o envio volta sozinho quando houver rede.",
  },
  failed: { tone: "warn", title: "O envio falhou", text: "Será tentado de novo sozinho." },
  login_required: {
    tone: "warn",
    title: "Entre de novo: nada se perdeu",
    text: "A sessão terminou. Seus registros estão guardados e seguem depois que você entrar.",
  },
  revoked: {
    tone: "bad",
    title: "Este aparelho foi desligado pela revenda",
    text: "Nada mais é enviado daqui. Use Exportar ou Enviar resgate e fale com a revenda.",
  },
  update_required: {
    tone: "warn",
    title: "O aplicativo precisa de atualização",
    text: "Abra-o com rede e aceite a versão nova. Seus registros esperam.",
  },
  client_taken: {
    tone: "bad",
    title: "Este aparelho pertence a outro usuário",
    text: "Os registros daqui só seguem com o usuário que os fez.",
  },
};

const Headline: FC<SyncProps> = ({ meta, glance, timezone, now }) => {
  const { phase, message, next_attempt_at } = meta.sync_status;
  const said = PHASE[phase];
  const isBehind = phase === "ok" && glance.waiting > 0;
  return (
    <Banner
      id="sync-state"
      tone={isBehind ? "info" : said.tone}
      title={isBehind ? `${plural(glance.waiting, "item espera", "itens esperam")} o envio` : said.title}
      role="status"
    >
      {said.text ? <p>{said.text}</p> : null}
      {message && phase !== "ok" && phase !== "login_required" ? <p>{message}</p> : null}
      {phase !== "login_required" && next_attempt_at ? (
        <p>Próxima tentativa: {shortDateTime(next_attempt_at, timezone, now)}</p>
      ) : null}
      {meta.last_synced_at ? <p>Sincronizado {ago(meta.last_synced_at, now)}.</p> : null}
      {phase === "login_required" ? (
        <p class="mt-2">
          <a class="btn btn-primary" href="/field/login">
            Entrar de novo
          </a>
        </p>
      ) : null}
    </Banner>
  );
};

const Storage: FC<{ storage: SyncProps["storage"] }> = ({ storage }) => {
  if (storage === null) return <p>O navegador não informa o espaço usado.</p>;
  const { usage, quota, isPersisted } = storage;
  const isLow = quota > 0 && usage / quota > 0.8;
  return (
    <>
      <p class="flex items-baseline gap-2">
        <span class="text-xl font-bold">{bytes(usage)}</span>
        <span class="text-quiet">de {bytes(quota)}</span>
      </p>
      <progress
        class={`progress ${isLow ? "progress-error" : "progress-primary"} mt-1 w-full`}
        value={usage}
        max={Math.max(quota, 1)}
        aria-label="Espaço usado"
      />
      {isLow ? (
        <p class="text-error mt-1 font-semibold">
          Pouco espaço. Sincronize para liberar as fotos que já estão no portal.
        </p>
      ) : null}
      <p class="mt-1">
        {isPersisted
          ? "Guardado de forma permanente pelo aparelho."
          : "O aparelho pode apagar estes dados se faltar espaço: instale o aplicativo na tela inicial."}
      </p>
    </>
  );
};
