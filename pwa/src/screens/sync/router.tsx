import { Hono } from "hono/tiny";
import type { FieldEnv } from "../../shell/deps";
import { listFiles } from "../../store/files";
import { readMeta, writeMeta } from "../../store/meta";
import { isTrouble, isUnsent, markRead, queue } from "../../store/outbox";
import { readView } from "../../store/view";
import { type FieldContext, fragment, go, show } from "../../ui/respond";
import { DockCount, SyncChip } from "../../ui/sync-glance";
import { readGlance } from "../glance";
import { timezoneOf } from "../timezone";
import { Sync, type SyncProps } from "./sync";

export const sync = new Hono<FieldEnv>();

sync.get("/sync", (c) => showSync(c));

/** The chip in the header, and with it the count in the navigation. */
sync.get("/sync/glance", async (c) => {
  const glance = await readGlance(c.var.store);
  return fragment(
    <>
      <SyncChip glance={glance} />
      <DockCount glance={glance} isOutOfBand />
    </>,
  );
});

sync.post("/sync/runs", async (c) => {
  await c.var.deps.syncNow();
  const isFirstTime = c.req.header("hx-current-url")?.endsWith("/field/") ?? false;
  return go(c, isFirstTime ? "/field/" : "/field/sync");
});

sync.get("/sync/export", (c) => c.var.deps.exportOutbox());

sync.post("/sync/rescues", async (c) => {
  try {
    return await showSync(c, { rescueId: await c.var.deps.rescueOutbox() });
  } catch (error) {
    const refusal =
      error instanceof Error && error.message ? error.message : "O resgate não chegou ao portal.";
    return showSync(c, { refusal: `${refusal} Tente com rede ou use Exportar arquivo.` }, 503);
  }
});

sync.post("/sync/self-tests", async (c) => showSync(c, { report: await c.var.deps.selfTest() }));

sync.post("/sync/troubles/:seq/acknowledgement", async (c) => {
  await markRead(c.var.store, Number(c.req.param("seq")));
  return go(c, "/field/sync");
});

sync.post("/sync/new-name/acknowledgement", async (c) => {
  await writeMeta(c.var.store, { forked_at: null });
  return go(c, "/field/sync");
});

async function showSync(
  c: FieldContext,
  told: Pick<SyncProps, "report" | "rescueId" | "refusal"> = {},
  status = 200,
): Promise<Response> {
  const { store, deps } = c.var;
  const [view, meta, entries, files, storage, glance] = await Promise.all([
    readView(store),
    readMeta(store),
    queue(store),
    listFiles(store),
    deps.storage(),
    readGlance(store),
  ]);
  return show(
    c,
    "Sincronização",
    <Sync
      view={view}
      meta={meta}
      waiting={entries.filter(isUnsent)}
      troubled={entries.filter(isTrouble)}
      files={files}
      storage={storage}
      timezone={timezoneOf(view)}
      now={deps.clock.now()}
      glance={glance}
      {...told}
    />,
    status,
  );
}
