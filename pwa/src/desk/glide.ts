/** How a marker moves from the fix that was shown to the newer one; pure, with the frame's time as an argument. */
import type { Point } from "./route";

/** Longer than the eye takes for a jump, much shorter than the ten seconds between two fixes. */
export const GLIDE_MS = 1_500;
/** Farther than that nobody saw the way: a marker that flew over the town would invent it. */
const JUMP_DEGREES = 0.02;

export interface Glide {
  readonly from: Point;
  readonly to: Point;
  readonly since: number;
}

export function resting(at: Point): Glide {
  return { from: at, to: at, since: Number.NEGATIVE_INFINITY };
}

/** From where it is seen now: a fix that comes during a glide bends it. */
export function towards(glide: Glide, to: Point, now: number): Glide {
  const from = placeAt(glide, now);
  const isJump = Math.hypot(to[0] - from[0], to[1] - from[1]) > JUMP_DEGREES;
  return isJump ? resting(to) : { from, to, since: now };
}

export function placeAt({ from, to, since }: Glide, now: number): Point {
  const share = Math.min(1, Math.max(0, (now - since) / GLIDE_MS));
  const eased = share * share * (3 - 2 * share);
  return [from[0] + (to[0] - from[0]) * eased, from[1] + (to[1] - from[1]) * eased];
}

export function isMoving({ from, to, since }: Glide, now: number): boolean {
  return now - since < GLIDE_MS && (from[0] !== to[0] || from[1] !== to[1]);
}
