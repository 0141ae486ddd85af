/**
 * What the app needs from the place it runs in: the page gives all of it, the service worker what it has.
 * Screens see only this, never `window` and never the network.
 */
import type { CommandContext } from "../commands/context";
import type { Clock } from "../protocol/clock";
import type { Position } from "../protocol/mutations";
import type { PhotoType } from "../protocol/rows";
import type { Person } from "../store/device";
import type { Store } from "../store/store";
import type { Notices } from "../sync/notices";
import type { SelfTestReport } from "../sync/self-test";
import type { Session } from "../sync/session";

export interface FieldDeps {
  /** null when nobody is logged in on this phone */
  current(): Promise<{ person: Person; store: Store } | null>;
  clock: Clock;
  /** hashed file names, for the page's head */
  assets: { js: string; css: string };
  session: Session;
  /** asks for a sync cycle; returns at once */
  requestSync(why: SyncReason): void;
  /** asks for a sync cycle and waits for its end (the *sincronizar agora* button) */
  syncNow(): Promise<void>;
  /** the best position within a few seconds; null where there is none (worker, denied, no fix) */
  position(): Promise<Position | null>;
  preparePhoto(photo: Blob, maxPx: number): Promise<PreparedPhoto>;
  selfTest(): Promise<SelfTestReport>;
  /** the outbox with its files, as one file to download */
  exportOutbox(): Promise<Response>;
  /** the same, sent to the portal's rescue; answers its number */
  rescueOutbox(): Promise<string>;
  /** the person's bell; null without network */
  notices(): Promise<Notices | null>;
  /** marks one as read, or all of them; nothing without network */
  markRead(noticeId: string | null): Promise<void>;
  /** navigator.storage, for *sincronização*; null where the browser does not tell */
  storage(): Promise<{ usage: number; quota: number; isPersisted: boolean } | null>;
  /** starts or stops the GPS so that it agrees with the visits' states; call after each visit event */
  followTravel(): Promise<void>;
  /** sends what can be undone until then, afterwards; the next cycle does it where nobody waits */
  releaseAt(until: Date): void;
}

export type SyncReason =
  | "start"
  | "visible"
  | "online"
  | "written"
  | "minute"
  | "background"
  | "poke"
  | "person";

export interface PreparedPhoto {
  /** upright, resized, without EXIF */
  bytes: ArrayBuffer;
  type: PhotoType;
  width: number;
  height: number;
}

/** What a handler finds in `c.var`. Behind the login all are there; before it, `deps` alone. */
export interface FieldEnv {
  Variables: {
    deps: FieldDeps;
    person: Person;
    store: Store;
    /** first argument of every command */
    commands: CommandContext;
  };
}
