/** What every command is given first. */
import type { Clock } from "../protocol/clock";
import type { Store } from "../store/store";

export interface CommandContext {
  store: Store;
  clock: Clock;
  /** something was written: tell the screens, wake the sync, follow the travel */
  onWritten(): void;
  /** something was recorded that can be undone until then */
  onHeld(until: Date): void;
}
