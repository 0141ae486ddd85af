/**
 * What went wrong, and the way out. To htmx it goes above what the person has on the screen (`#problem`), so that
 * nothing typed is swapped away (and nobody who types is scrolled away); to a navigation it is a screen.
 */
import type { FC } from "hono/jsx";
import type { FieldDeps } from "../shell/deps";
import { Refusal, StorageFull, StorageUnavailable } from "../store/failures";
import { Banner } from "../ui/banner";
import { answer } from "../ui/respond";
import { Screen } from "../ui/screen";
import type { SyncGlance } from "../ui/sync-glance";
import { readGlance } from "./glance";

interface Failure {
  status: number;
  title: string;
  text: string;
  /** where to go from here */
  ways: { href: string; label: string }[];
}

const TODAY = { href: "/field/", label: "Ir para hoje" };
const SYNC = { href: "/field/sync", label: "Sincronizar e liberar espaço" };

export async function failure(error: unknown, request: Request, deps: FieldDeps): Promise<Response> {
  const failed = failureOf(error);
  if (request.headers.get("hx-request-type") === "partial" && request.method !== "GET") {
    return new Response(await (<Notice failure={failed} />).toString(), {
      status: failed.status,
      headers: {
        "content-type": "text/html; charset=utf-8",
        "hx-retarget": "#problem",
        "hx-reswap": request.url.endsWith("/draft") ? "innerHTML" : "innerHTML show:top showTarget:#problem",
        "hx-push-url": "false",
      },
    });
  }
  const current = await deps.current();
  const glance: SyncGlance = current ? await readGlance(current.store).catch(() => UNKNOWN) : UNKNOWN;
  const screen = (
    <Screen title={failed.title} glance={glance} back={{ href: "/field/", label: "Voltar para hoje" }}>
      <Notice failure={failed} />
    </Screen>
  );
  return answer(request, deps, current?.person.role, failed.title, screen, failed.status);
}

const UNKNOWN: SyncGlance = { waiting: 0, troubled: 0, mode: "idle" };

const Notice: FC<{ failure: Failure }> = ({ failure: { title, text, ways } }) => (
  <Banner tone="bad" title={title} role="alert">
    <p>{text}</p>
    <p class="mt-3 grid gap-2">
      {ways.map(({ href, label }) => (
        <a class="btn btn-quiet" href={href}>
          {label}
        </a>
      ))}
    </p>
  </Banner>
);

function failureOf(error: unknown): Failure {
  if (error instanceof StorageFull) {
    return {
      status: 507,
      title: "O aparelho está sem espaço",
      text: `${error.message} As fotos que já estão no portal são apagadas daqui ao sincronizar.`,
      ways: [SYNC, { href: "/field/sync#export", label: "Exportar arquivo" }],
    };
  }
  if (error instanceof StorageUnavailable) {
    return { status: 503, title: "Os dados não abriram", text: error.message, ways: [TODAY] };
  }
  if (error instanceof Refusal && error.code === "not_found") {
    return { status: 404, title: "Não está neste aparelho", text: error.message, ways: [TODAY] };
  }
  if (error instanceof Refusal) {
    return { status: 422, title: "Não foi possível", text: error.message, ways: [TODAY] };
  }
  return {
    status: 500,
    title: "Algo deu errado",
    text: "O que já estava salvo continua salvo neste aparelho. Tente de novo.",
    ways: [TODAY, { href: "/field/sync", label: "Ver a sincronização" }],
  };
}
