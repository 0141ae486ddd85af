/** The promised time of an order, and how late it is. */
import type { FC } from "hono/jsx";
import { Tag } from "./banner";
import { duration, shortDateTime } from "./format";

const SOON_MS = 2 * 3_600_000;

export const Due: FC<{ dueAt: string | null; isOverdue: boolean; timezone: string; now: Date }> = ({
  dueAt,
  isOverdue,
  timezone,
  now,
}) => {
  if (dueAt === null) return null;
  const left = Date.parse(dueAt) - now.getTime();
  const when = shortDateTime(dueAt, timezone, now);
  if (isOverdue) {
    return (
      <Tag tone="bad" icon="clock">
        Atrasado {late(-left)}
      </Tag>
    );
  }
  return (
    <Tag tone={left >= 0 && left < SOON_MS ? "warn" : "quiet"} icon="clock">
      até {when}
    </Tag>
  );
};

function late(ms: number): string {
  const minutes = ms / 60_000;
  return minutes < 24 * 60 ? duration(minutes) : `${Math.floor(minutes / 1440)} d`;
}
