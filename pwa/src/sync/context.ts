/** What one sync cycle works with. */
import type { Clock } from "../protocol/clock";
import type { Store } from "../store/store";
import type { Fetch } from "./portal";

export interface SyncContext {
  store: Store;
  clock: Clock;
  fetch: Fetch;
  /** what its owner reads in the list of devices */
  device: { name: string; platform: string };
  /** something a person sees has changed */
  changed(): void;
}
