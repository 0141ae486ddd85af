/** The view from one snapshot of the store: what every screen is rendered from. */
import { replay } from "../rules/replay";
import type { View } from "../rules/seen";
import { heldIn } from "./held";
import type { StoreName } from "./schema";
import type { ReadTx, Store, WriteTx } from "./store";

/** The stores that `viewIn` reads; a command that decides on the view opens them, too. */
export const VIEW: StoreName[] = ["rows", "kept", "outbox", "files", "drafts"];

export async function readView(store: Store): Promise<View> {
  return store.read(VIEW, viewIn);
}

export async function viewIn(tx: ReadTx | WriteTx): Promise<View> {
  const [rows, kept, outbox, files, held] = await Promise.all([
    tx.objectStore("rows").getAll(),
    tx.objectStore("kept").getAll(),
    tx.objectStore("outbox").getAll(),
    tx.objectStore("files").getAll(),
    heldIn(tx),
  ]);
  const received = files.filter((file) => file.state === "received").map((file) => file.sha256);
  return replay({ rows, kept, outbox, held, receivedFiles: new Set(received) });
}
