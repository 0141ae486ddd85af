/** Conta: who is here, on which device, what is kept about this person, and the way out. */
import type { FC } from "hono/jsx";
import type { Person } from "../../store/device";
import type { Unsent } from "../../sync/session";
import { Banner } from "../../ui/banner";
import { plural } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { Fact, Facts, Panel } from "../../ui/panel";
import { Screen } from "../../ui/screen";
import type { SyncGlance } from "../../ui/sync-glance";

export interface AccountProps {
  person: Person;
  resellerName: string | null;
  /** null until the portal has enrolled this installation */
  clientId: string | null;
  version: string;
  keepsPhotoPosition: boolean;
  trackIntervalS: number;
  /** false for who refused *localização* */
  isSharing: boolean;
  unsent: Unsent;
  /** the second question of a logout with unsent work */
  isLeaving: boolean;
  glance: SyncGlance;
}

export const Account: FC<AccountProps> = (props) => (
  <Screen title="Conta" place="account" glance={props.glance}>
    {props.isLeaving ? <SecondQuestion unsent={props.unsent} /> : null}
    <Panel title="Usuário">
      <p class="text-2xl font-bold">{props.person.name}</p>
      <p class="text-quiet">{props.person.email}</p>
      <Facts>
        <Fact label="Perfil">{props.person.role === "driver" ? "Entregador" : "Técnico"}</Fact>
        <Fact label="Revenda">{props.resellerName}</Fact>
      </Facts>
    </Panel>
    <Panel title="Aparelho">
      <Facts>
        <Fact label="Registro">
          {props.clientId ? (
            <span class="font-mono">{props.clientId.slice(-12)}</span>
          ) : (
            "na primeira sincronização"
          )}
        </Fact>
        <Fact label="Versão">
          <span class="font-mono">{props.version}</span>
        </Fact>
        <Fact label="Na tela inicial">
          <span data-installed-state>não informado</span>
        </Fact>
      </Facts>
      <p class="mt-3" hidden data-install-offer>
        <button class="btn btn-quiet w-full" type="button" data-install>
          <Icon name="download" class="size-5" />
          Instalar na tela inicial
        </button>
      </p>
    </Panel>
    <Panel title="Notificações">
      <div data-push data-push-person={props.person.id} data-push-client={props.clientId}>
        <label class="flex min-h-12 items-center gap-3 font-semibold">
          <input class="toggle toggle-primary" type="checkbox" data-push-switch disabled />
          Receber neste aparelho
        </label>
        <p class="mt-1" data-push-state role="status">
          verificando…
        </p>
        <p class="mt-3 grid gap-2">
          <button class="btn btn-quiet" type="button" data-push-trial hidden>
            Enviar um aviso de teste
          </button>
          <a class="btn btn-quiet" href="/field/account/notices">
            Ver avisos
          </a>
        </p>
      </div>
    </Panel>
    <Panel title="Localização e privacidade">
      <Facts>
        <Fact label="Permissão">
          <span data-location-state>não informado</span>
        </Fact>
      </Facts>
      <ul class="mt-3 grid list-disc gap-1.5 pl-5">
        {props.isSharing ? (
          <li>
            O trajeto é gravado somente entre <b>Viagem iniciada</b> e <b>Chegada no cliente</b>, uma posição
            a cada {props.trackIntervalS} segundos.
          </li>
        ) : (
          <li>Você não compartilha a localização: nenhum trajeto é gravado.</li>
        )}
        <li>Cada passo do atendimento guarda a hora e a posição do momento em que você toca.</li>
        <li>
          {props.keepsPhotoPosition
            ? "As fotos guardam a posição, a pedido da revenda."
            : "A posição é retirada das fotos antes de salvar."}
        </li>
        {props.isSharing ? (
          <li>Em viagem e com rede, quem acompanha na revenda vê a posição em poucos segundos.</li>
        ) : null}
        <li>Fora do atendimento, nenhuma posição sai deste aparelho.</li>
        <li>
          Você pode negar a localização: o atendimento continua, e a linha do tempo mostra “sem posição”.
        </li>
      </ul>
      {props.person.role === "technician" ? (
        <p class="mt-3">
          <a class="btn btn-quiet w-full" href="/profile/positions" target="_blank" rel="noopener">
            O que o portal guarda de mim (com rede)
          </a>
        </p>
      ) : null}
    </Panel>
    <Panel title="Sair">
      <p class="mb-3">Funciona sem rede. Os dados dos chamados são apagados deste aparelho.</p>
      <form method="post" action="/field/account/logout">
        <button class="btn btn-danger w-full" type="submit">
          Sair deste aparelho
        </button>
      </form>
    </Panel>
  </Screen>
);

const SecondQuestion: FC<{ unsent: Unsent }> = ({ unsent }) => (
  <section class="panel border-warning grid gap-3 border-2">
    <Banner tone="warn" title="Ainda há trabalho que não foi enviado" role="alert">
      <p>{unsentWords(unsent)}. O que fazer com ele?</p>
    </Banner>
    <a class="btn btn-primary" href="/field/sync">
      Voltar e sincronizar
    </a>
    <form method="post" action="/field/account/logout">
      <input type="hidden" name="insist" value="keep" />
      <button class="btn btn-quiet w-full" type="submit">
        Sair e guardar lacrado até eu voltar
      </button>
    </form>
    <form
      method="post"
      action="/field/account/logout"
      hx-confirm="Apagar para sempre o trabalho que não foi enviado?"
    >
      <input type="hidden" name="insist" value="discard" />
      <button class="btn btn-danger w-full" type="submit">
        Sair e apagar para sempre
      </button>
    </form>
  </section>
);

function unsentWords({ mutations, files }: Unsent): string {
  return [
    mutations > 0 ? plural(mutations, "registro", "registros") : null,
    files > 0 ? plural(files, "arquivo", "arquivos") : null,
  ]
    .filter(Boolean)
    .join(" e ");
}
