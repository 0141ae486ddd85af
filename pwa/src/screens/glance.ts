/** What every screen shows of the sync, read from the store. */

import { heldIn } from "../store/held";
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
  return store.read(["outbox", "files", "meta", "drafts"], async (tx) => {
    const [outbox, files, meta, held] = await Promise.all([
      tx.objectStore("outbox").getAll(),
      tx.objectStore("files").getAll(),
      metaIn(tx),
      heldIn(tx),
    ]);
    return {
      waiting:
        held.length +
        outbox.filter((entry) => entry.state === "waiting").length +
        files.filter((file) => file.state === "waiting").length,
      troubled: outbox.filter(isTrouble).length + files.filter((file) => file.state === "refused").length,
      mode: MODE[meta.sync_status.phase],
    };
  });
}
