/** What every screen shows of the sync, read from the store. */

import type { SyncPhase } from "../store/meta";
import { metaIn } from "../store/meta";
import type { MutationState } from "../store/schema";
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

const TROUBLED: readonly MutationState[] = ["rejected", "quarantined"];

/** The draft that remembers which refused records the person has already read. */
export const READ_TROUBLES = "read-troubles";

export async function readGlance(store: Store): Promise<SyncGlance> {
  return store.read(["outbox", "files", "meta", "drafts"], async (tx) => {
    const [outbox, files, meta, read] = await Promise.all([
      tx.objectStore("outbox").getAll(),
      tx.objectStore("files").getAll(),
      metaIn(tx),
      tx.objectStore("drafts").get(READ_TROUBLES),
    ]);
    const known = new Set((read?.value as number[] | undefined) ?? []);
    return {
      waiting:
        outbox.filter((entry) => entry.state === "waiting").length +
        files.filter((file) => file.state === "waiting").length,
      troubled:
        outbox.filter((entry) => TROUBLED.includes(entry.state) && !known.has(entry.seq)).length +
        files.filter((file) => file.state === "refused").length,
      mode: MODE[meta.sync_status.phase],
    };
  });
}
