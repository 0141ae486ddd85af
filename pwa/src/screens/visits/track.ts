/** The travel of a visit as this phone recorded it: an estimate until the portal has measured it. */
import { distanceM } from "../../rules/distance";
import type { StoredChunk } from "../../store/schema";
import type { Store } from "../../store/store";
import { chunksOf } from "../../store/tracks";
import type { TravelGlance } from "./travel";

/** A fix less exact than this says nothing about the road. */
const USABLE_ACCURACY_M = 100;

export async function readTravel(store: Store, visitId: string): Promise<TravelGlance | null> {
  const chunks = await chunksOf(store, visitId);
  return chunks.length === 0 ? null : travelOf(chunks);
}

export function travelOf(chunks: readonly Pick<StoredChunk, "fixes" | "gaps">[]): TravelGlance {
  const fixes = chunks.flatMap((chunk) => chunk.fixes).sort((a, b) => a[0] - b[0]);
  const usable = fixes.filter(([, , , accuracy]) => accuracy <= USABLE_ACCURACY_M);
  const metres = usable.reduce((sum, [, lat, lon], i) => {
    const before = usable[i - 1];
    return before ? sum + distanceM({ lat: before[1], lon: before[2] }, { lat, lon }) : sum;
  }, 0);
  const [first, last] = [fixes[0], fixes.at(-1)];
  return {
    km: metres / 1000,
    minutes: first && last ? (last[0] - first[0]) / 60_000 : 0,
    fixes: fixes.length,
    lastFixAt: last ? instant(last[0]) : null,
    gaps: chunks
      .flatMap((chunk) => chunk.gaps)
      .map(([from, to, cause]) => ({ from: instant(from), to: instant(to), cause })),
  };
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
