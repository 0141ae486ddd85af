/** Distance over the ground, for putting the day in order and for "perto" or "longe" of the customer's door. */

export interface Point {
  lat: number;
  lon: number;
}

const EARTH_RADIUS_M = 6_371_008.8;

/** Metres by the haversine formula: good to half a percent, which is far below a phone's own error. */
export function distanceM(a: Point, b: Point): number {
  const [phiA, phiB] = [radians(a.lat), radians(b.lat)];
  const dPhi = phiB - phiA;
  const dLambda = radians(b.lon - a.lon);
  const h = Math.sin(dPhi / 2) ** 2 + Math.cos(phiA) * Math.cos(phiB) * Math.sin(dLambda / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** `null` where the customer has no position or the phone does not know its own. */
export function pointOf(place: { latitude: number | null; longitude: number | null }): Point | null {
  return place.latitude === null || place.longitude === null
    ? null
    : { lat: place.latitude, lon: place.longitude };
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
