/** Time as a phone knows it: a wall clock that may be wrong, and one that never jumps. */

export interface Clock {
  now(): Date;
  /** milliseconds since `boot` began */
  mono(): number;
  /** UUID of this start of the app */
  boot: string;
}

export function deviceClock(boot: string): Clock {
  return { now: () => new Date(), mono: () => Math.round(performance.now()), boot };
}
