/** Where the technician was last, as far as this phone knows; it stays on the phone. */
import type { Position } from "../protocol/mutations";
import type { Point } from "../rules/distance";
import type { View } from "../rules/seen";
import { readDraft, saveDraft } from "../store/drafts";
import type { Store } from "../store/store";

const KEY = "position";
/** An older one would put the day in a wrong order. */
const FRESH_MS = 4 * 3_600_000;

export async function rememberPosition(store: Store, position: Position, now: Date): Promise<void> {
  await saveDraft(store, KEY, position, now);
}

/** The freshest of: the position asked for on *hoje*, the last recorded step of a visit. */
export async function lastPosition(store: Store, view: View, now: Date): Promise<Point | null> {
  const asked = await readDraft<Position>(store, KEY);
  const steps = [...view.visits.values()].flatMap((visit) =>
    visit.events.flatMap((event) =>
      event.latitude === null || event.longitude === null
        ? []
        : [{ lat: event.latitude, lon: event.longitude, at: event.occurred_at }],
    ),
  );
  const known = asked ? [...steps, { lat: asked.lat, lon: asked.lon, at: asked.fixed_at }] : steps;
  const last = known.sort((a, b) => (a.at < b.at ? 1 : -1))[0];
  return last && now.getTime() - Date.parse(last.at) < FRESH_MS ? last : null;
}
