/** How this driver wants the list: by distance, or by the route made by hand. Kept on the phone. */
import type { Sorting } from "../../rules/deliveries";
import { changeDraft, readDraft, saveDraft } from "../../store/drafts";
import type { Store } from "../../store/store";

const KEY = "deliveries/order";

export interface RouteOrder {
  sorting: Sorting;
  /** ids of invoices */
  route: string[];
}

const BY_DISTANCE: RouteOrder = { sorting: "distance", route: [] };

export async function readRouteOrder(store: Store): Promise<RouteOrder> {
  return (await readDraft<RouteOrder>(store, KEY)) ?? BY_DISTANCE;
}

export async function saveRouteOrder(store: Store, order: RouteOrder, now: Date): Promise<void> {
  await saveDraft(store, KEY, order, now);
}

/** @param change from the route as it stands then, which another tap may have just changed */
export async function changeRoute(
  store: Store,
  change: (order: RouteOrder) => string[],
  now: Date,
): Promise<void> {
  await changeDraft<RouteOrder>(
    store,
    KEY,
    (order) => ({ sorting: "route", route: change(order ?? BY_DISTANCE) }),
    now,
  );
}
