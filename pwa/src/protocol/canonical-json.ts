/**
 * Canonical JSON: sorted keys, no spaces, UTF-8. The text that is hashed when somebody signs it, so the same
 * content has one text on the phone and on the portal (Python: `sort_keys=True, separators=(",", ":"), ensure_ascii=False`).
 */

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json | undefined };

/** Throws on what JSON cannot say; `undefined` members are left out, as JSON.stringify does. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonicalJson).join(",")}]`;
  }
  if (value !== null && typeof value === "object") {
    const members = Object.entries(value)
      .filter((entry): entry is [string, Json] => entry[1] !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(",")}}`;
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new TypeError(`${value} has no JSON`);
  }
  return JSON.stringify(value);
}
