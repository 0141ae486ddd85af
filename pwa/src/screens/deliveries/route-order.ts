/** How this driver wants the list: by distance, or by the route made by hand. Kept on the phone. */
import type { Sorting } from "../../rules/deliveries";
import { readDraft, saveDraft } from "../../store/drafts";
import type { Store } from "../../store/store";

const KEY = "deliveries/order";

export interface RouteOrder {
  sorting: Sorting;
  /** ids of invoices */
  route: string[];
}

export async function readRouteOrder(store: Store): Promise<RouteOrder> {
  return (await readDraft<RouteOrder>(store, KEY)) ?? { sorting: "distance", route: [] };
}

export async function saveRouteOrder(store: Store, order: RouteOrder, now: Date): Promise<void> {
  await saveDraft(store, KEY, order, now);
}
