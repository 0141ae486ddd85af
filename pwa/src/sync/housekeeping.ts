/** What may leave the phone: bytes with a receipt that no visit on the screen shows, chunks of ended travels. */
import { isOpen } from "../rules/visit-state";
import type { StoreName } from "../store/schema";
import type { Store } from "../store/store";
import { VIEW, viewIn } from "../store/view";

const STORES: StoreName[] = [...VIEW, "bytes", "chunks"];

export async function freeSpace(store: Store): Promise<void> {
  await store.write(STORES, async (tx) => {
    const view = await viewIn(tx);
    const shown = new Set(
      [...view.visits.values()].flatMap((visit) => visit.photos.map((photo) => photo.sha256)),
    );
    for (const file of await tx.objectStore("files").getAll()) {
      if (file.state === "received" && file.isHere && !shown.has(file.sha256)) {
        await tx.objectStore("bytes").delete(file.sha256);
        await tx.objectStore("files").put({ ...file, isHere: false });
      }
    }
    const open = new Set([...view.visits.values()].filter(({ state }) => isOpen(state)).map(({ id }) => id));
    for (const chunk of await tx.objectStore("chunks").getAll()) {
      if (chunk.isSent && !open.has(chunk.stream)) {
        await tx.objectStore("chunks").delete([chunk.stream, chunk.n]);
      }
    }
  });
}
