/** *Testar modo avião*: does everything that a day without network needs work on this phone? */
import type { Clock } from "../protocol/clock";
import { sha256 } from "../protocol/sha256";
import { dropDraft, readDraft, saveDraft } from "../store/drafts";
import { StorageFull } from "../store/failures";
import { listFiles, readFile } from "../store/files";
import type { Store } from "../store/store";
import { readView } from "../store/view";

export interface SelfTestReport {
  ran_at: string;
  checks: SelfCheck[];
}

export interface SelfCheck {
  key: "storage" | "base" | "files" | "worker" | "offline" | "persisted" | "space";
  /** what was tried, in Portuguese */
  label: string;
  outcome: "ok" | "warning" | "failed";
  /** what it means for the person, in Portuguese */
  detail: string;
}

/** What the browser gives; the page passes its own, tests theirs. */
export interface SelfTestPlace {
  isControlled: boolean;
  storage: Pick<StorageManager, "estimate" | "persist" | "persisted"> | null;
  /** asks the app itself for a page, as the worker does, with the network out of reach */
  renderOffline(path: string): Promise<Response>;
}

const PROBE = "self-test";
const LITTLE_SPACE = 50 * 1024 * 1024;

export async function selfTest(store: Store, clock: Clock, place: SelfTestPlace): Promise<SelfTestReport> {
  const checks = [
    await attempt("storage", "Gravar e ler de volta", () => storageWorks(store, clock)),
    await attempt("base", "Ordens guardadas no aparelho", () => baseIsHere(store)),
    await attempt("files", "Fotos guardadas intactas", () => filesAreIntact(store)),
    await attempt("worker", "Abrir sem rede", async () => workerIsThere(place)),
    await attempt("offline", "Mostrar a agenda sem rede", () => agendaRenders(place)),
    await attempt("persisted", "Proteção contra limpeza", () => isPersisted(place)),
    await attempt("space", "Espaço livre", () => hasSpace(place)),
  ];
  return { ran_at: clock.now().toISOString(), checks };
}

type Finding = Pick<SelfCheck, "outcome" | "detail">;

async function attempt(
  key: SelfCheck["key"],
  label: string,
  check: () => Promise<Finding>,
): Promise<SelfCheck> {
  try {
    return { key, label, ...(await check()) };
  } catch (error) {
    const detail = error instanceof StorageFull ? error.message : `Não funcionou: ${String(error)}`;
    return { key, label, outcome: "failed", detail };
  }
}

async function storageWorks(store: Store, clock: Clock): Promise<Finding> {
  const probe = crypto.randomUUID();
  await saveDraft(store, PROBE, probe, clock.now());
  const back = await readDraft<string>(store, PROBE);
  await dropDraft(store, PROBE);
  return back === probe
    ? { outcome: "ok", detail: "O aparelho grava e lê de volta." }
    : { outcome: "failed", detail: "O que foi gravado não voltou igual." };
}

async function baseIsHere(store: Store): Promise<Finding> {
  const view = await readView(store);
  return view.me === null
    ? { outcome: "failed", detail: "Ainda não houve a primeira sincronização." }
    : { outcome: "ok", detail: `Ordens no aparelho: ${view.orders.size}.` };
}

async function filesAreIntact(store: Store): Promise<Finding> {
  const files = (await listFiles(store)).filter((file) => file.isHere);
  for (const file of files) {
    const found = await readFile(store, file.sha256);
    if (found === null || (await sha256(found.bytes)) !== file.sha256) {
      return { outcome: "failed", detail: "Há uma foto que não pode ser lida de volta." };
    }
  }
  return { outcome: "ok", detail: `Arquivos conferidos: ${files.length}.` };
}

function workerIsThere({ isControlled }: SelfTestPlace): Finding {
  return isControlled
    ? { outcome: "ok", detail: "O aplicativo abre sem rede." }
    : {
        outcome: "failed",
        detail: "O aplicativo ainda não está pronto para abrir sem rede: recarregue com internet.",
      };
}

async function agendaRenders(place: SelfTestPlace): Promise<Finding> {
  const response = await place.renderOffline("/field/");
  return response.ok
    ? { outcome: "ok", detail: "A agenda foi montada só com o que está no aparelho." }
    : { outcome: "failed", detail: `A agenda não pôde ser montada (${response.status}).` };
}

async function isPersisted({ storage }: SelfTestPlace): Promise<Finding> {
  const isSafe = (await storage?.persisted()) || (await storage?.persist());
  return isSafe
    ? { outcome: "ok", detail: "O navegador não apaga estes dados por conta própria." }
    : {
        outcome: "warning",
        detail: "O navegador pode apagar dados sob falta de espaço: instale o aplicativo.",
      };
}

async function hasSpace({ storage }: SelfTestPlace): Promise<Finding> {
  const { usage = 0, quota = 0 } = (await storage?.estimate()) ?? {};
  const free = quota - usage;
  const detail = `Livres para o aplicativo: ${Math.round(free / 1024 / 1024)} MB.`;
  return { outcome: free < LITTLE_SPACE ? "warning" : "ok", detail };
}
