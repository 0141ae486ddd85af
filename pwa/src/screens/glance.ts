/** What every screen shows of the sync, read from the store. */

import type { SyncPhase } from "../store/meta";
import { metaIn } from "../store/meta";
import { isTrouble } from "../store/outbox";
import type { Store } from "../store/store";
import type { SyncGlance } from "../ui/sync-glance";

const MODE: Record<SyncPhase, SyncGlance["mode"]> = {
  never: "idle",
  ok: "idle",
  offline: "offline",
  failed: "offline",
  login_required: "login",
  revoked: "stopped",
  update_required: "stopped",
  client_taken: "stopped",
};

export async function readGlance(store: Store): Promise<SyncGlance> {
  return store.read(["outbox", "files", "meta"], async (tx) => {
    const [outbox, files, meta] = await Promise.all([
      tx.objectStore("outbox").getAll(),
      tx.objectStore("files").getAll(),
      metaIn(tx),
    ]);
    return {
      waiting:
        outbox.filter((entry) => entry.state === "waiting").length +
        files.filter((file) => file.state === "waiting").length,
      troubled: outbox.filter(isTrouble).length + files.filter((file) => file.state === "refused").length,
      mode: MODE[meta.sync_status.phase],
    };
  });
}
