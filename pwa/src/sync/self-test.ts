/** *Testar modo avião*: does everything that a day without network needs work on this phone? */

export interface SelfTestReport {
  ran_at: string;
  checks: SelfCheck[];
}

export interface SelfCheck {
  key: "storage" | "durability" | "worker" | "assets" | "files" | "persisted" | "space" | "offline";
  /** what was tried, in Portuguese */
  label: string;
  outcome: "ok" | "warning" | "failed";
  /** what it means for the person, in Portuguese */
  detail: string;
}
