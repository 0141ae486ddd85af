import type { View } from "../rules/seen";

/** The reseller's; until the first sync has told it, Brasília's. */
export function timezoneOf(view: View): string {
  return view.me?.timezone ?? "America/Sao_Paulo";
}
