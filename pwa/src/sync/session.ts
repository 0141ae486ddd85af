/** Login and logout of the field app. The session itself is the portal's cookie. */
import type { Person } from "../store/device";

export type LoginOutcome =
  | { kind: "entered"; person: Person }
  /** wrong e-mail or password, too many tries, not a technician, no network: the message is for the person */
  | { kind: "refused"; message: string }
  | { kind: "offline"; message: string };

export interface Unsent {
  mutations: number;
  files: number;
}

export type LogoutOutcome =
  | { kind: "left" }
  /** asked again: the person must insist, and say what becomes of the unsent work */
  | { kind: "unsent_work"; unsent: Unsent };

export interface Session {
  login(email: string, password: string): Promise<LoginOutcome>;
  /**
   * Works without network. Base data is wiped; with unsent work and no `insist` nothing happens.
   * `keep`: the work stays sealed here until the same person is back. `discard`: it is deleted for good.
   */
  logout(insist?: "keep" | "discard"): Promise<LogoutOutcome>;
  unsent(): Promise<Unsent>;
  rememberedEmail(): Promise<string | null>;
}
