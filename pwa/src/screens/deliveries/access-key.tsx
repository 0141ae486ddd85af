/** Ler DANFE: the bar code by the camera, or its 44 digits typed. */
import type { FC } from "hono/jsx";
import type { FieldErrors } from "../../rules/completion";
import { ErrorSummary, TextField } from "../../ui/fields";
import { Icon } from "../../ui/icons";
import { Panel } from "../../ui/panel";
import { Screen } from "../../ui/screen";
import type { SyncGlance } from "../../ui/sync-glance";

export const AccessKey: FC<{ typed: string; errors: FieldErrors; glance: SyncGlance }> = ({
  typed,
  errors,
  glance,
}) => (
  <Screen title="Ler DANFE" glance={glance} back={{ href: "/field/", label: "Voltar para entregas" }}>
    <form class="grid gap-4" method="post" action="/field/deliveries/access-key" novalidate data-scan-form>
      <ErrorSummary errors={errors} />
      <button class="btn btn-primary btn-step" type="button" data-scan-open>
        <Icon name="barcode" class="size-7" />
        Ler código de barras
      </button>
      <p id="scan-state" class="text-quiet empty:hidden" role="status" />
      <Panel title="Ou digite">
        <div class="grid gap-3">
          <TextField
            name="access_key"
            label="Chave de acesso"
            hint="Os 44 números abaixo do código de barras da DANFE"
            value={typed}
            inputmode="numeric"
            errors={errors}
          />
          <button class="btn btn-quiet" type="submit">
            <Icon name="search" class="size-5" />
            Procurar nota
          </button>
        </div>
      </Panel>
    </form>
  </Screen>
);
