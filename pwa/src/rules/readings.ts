/**
 * Is a meter reading plausible against the last ones? A doubt asks the person to confirm; it never refuses:
 * boards are replaced, counters wrap, and the portal accepts and flags.
 */
import type { MeterReadingBody } from "../protocol/rows";

/** More than this many times the machine's own rate is worth a second look. */
const UNLIKELY_FACTOR = 3;
/** Without a rate of its own, a machine that prints more than this a day is worth one, too. */
const UNLIKELY_PAGES_A_DAY = 5_000;
const DAY_MS = 86_400_000;
/** As many as the view gives, and as the portal looks at. */
const HISTORY = 3;

export type Doubt =
  | { kind: "lower"; last: number; lastReadAt: string }
  | { kind: "implausible"; last: number; lastReadAt: string; expectedAtMost: number }
  | { kind: "none" };

export type Counter = "mono" | "color";

/**
 * @param history readings of this machine, in any order; later ones than the new one do not count
 * @param now when the new one was read
 */
export function judgeReading(
  counter: Counter,
  value: number,
  history: readonly MeterReadingBody[],
  now: Date,
): Doubt {
  const known = [...history]
    .filter((reading) => Date.parse(reading.read_at) <= now.getTime())
    .sort((a, b) => Date.parse(b.read_at) - Date.parse(a.read_at))
    .slice(0, HISTORY)
    .flatMap((reading) => {
      const count = reading[counter];
      return count === null ? [] : [{ count, readAt: reading.read_at, ms: Date.parse(reading.read_at) }];
    });
  const last = known[0];
  if (last === undefined) {
    return { kind: "none" };
  }
  if (value < last.count) {
    return { kind: "lower", last: last.count, lastReadAt: last.readAt };
  }
  const first = known.at(-1) ?? last;
  const daysKnown = (last.ms - first.ms) / DAY_MS;
  const pagesKnown = last.count - first.count;
  const aDay =
    daysKnown >= 1 && pagesKnown > 0 ? (UNLIKELY_FACTOR * pagesKnown) / daysKnown : UNLIKELY_PAGES_A_DAY;
  const days = Math.max(1, (now.getTime() - last.ms) / DAY_MS);
  const expectedAtMost = Math.ceil(last.count + aDay * days);
  return value > expectedAtMost
    ? { kind: "implausible", last: last.count, lastReadAt: last.readAt, expectedAtMost }
    : { kind: "none" };
}
