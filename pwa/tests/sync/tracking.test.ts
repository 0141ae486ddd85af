import { expect, test } from "vitest";
import { recordVisitEvent } from "../../src/commands/record-visit-event";
import { selectVisit } from "../../src/commands/select-visit";
import { chunksOf } from "../../src/store/tracks";
import { Tracking } from "../../src/sync/tracking";
import { BRUNO, me, ORDER, row } from "../people";
import { Phone } from "../phone";

/** The phone's sensors, moved by hand. */
class Sensors {
  watch: PositionCallback | null = null;
  fail: PositionErrorCallback | null = null;
  isHidden = false;
  locks = 0;

  constructor(readonly phone: Phone) {}

  readonly geolocation = {
    watchPosition: (found: PositionCallback, failed?: PositionErrorCallback | null) => {
      this.watch = found;
      this.fail = failed ?? null;
      return 7;
    },
    clearWatch: () => {
      this.watch = null;
    },
    getCurrentPosition: (_found: PositionCallback, failed?: PositionErrorCallback | null) =>
      failed?.({ code: 3 } as GeolocationPositionError),
  };

  readonly wakeLock = {
    request: async () => {
      this.locks += 1;
      return { release: async () => undefined } as WakeLockSentinel;
    },
  };

  place() {
    return { geolocation: this.geolocation, wakeLock: this.wakeLock, isHidden: () => this.isHidden };
  }

  move(latitude: number): void {
    this.watch?.({
      timestamp: this.phone.clock.now().getTime(),
      coords: { latitude, longitude: -48.5, accuracy: 8, speed: null },
    } as GeolocationPosition);
  }
}

async function travelling() {
  const phone = await Phone.withADay();
  const sensors = new Sensors(phone);
  const tracking = new Tracking(sensors.place(), phone.clock);
  const { visitId } = await selectVisit(phone.commands, { orderId: ORDER, position: null });
  await tracking.follow(phone.store);
  expect(sensors.watch).toBeNull();
  await recordVisitEvent(phone.commands, { visitId, kind: "travel_started", position: null });
  await tracking.follow(phone.store);
  return { phone, sensors, tracking, visitId };
}
const track = async (phone: Phone, visitId: string) => {
  const chunks = await chunksOf(phone.store, visitId);
  return { fixes: chunks.flatMap((chunk) => chunk.fixes), gaps: chunks.flatMap((chunk) => chunk.gaps) };
};

test("the GPS runs during the travel and at no other time", async () => {
  const { phone, sensors, tracking, visitId } = await travelling();
  expect(sensors.watch).not.toBeNull();
  expect(sensors.locks).toBe(1);
  await recordVisitEvent(phone.commands, { visitId, kind: "arrived", position: null });
  await tracking.follow(phone.store);
  expect(sensors.watch).toBeNull();
});

test("of who refused to be located nothing is recorded, from when the phone is told", async () => {
  const { phone, sensors, tracking, visitId } = await travelling();
  sensors.move(-27.5);
  await phone.fill([row("me", BRUNO, { ...me, shares_position: false })]);
  await tracking.follow(phone.store);
  expect(sensors.watch).toBeNull();
  await phone.fill([row("me", BRUNO, me)]);
  await tracking.follow(phone.store);
  expect(sensors.watch).not.toBeNull();
  expect((await track(phone, visitId)).fixes).toHaveLength(1);
});

test("every fix is on the disk at once, no more often than the interval asks", async () => {
  const { phone, sensors, tracking, visitId } = await travelling();
  for (let second = 0; second <= 30; second++) {
    phone.clock.pass(1);
    sensors.move(-27.5 - second / 1000);
  }
  await tracking.settled();
  const { fixes, gaps } = await track(phone, visitId);
  expect(fixes.length).toBeGreaterThanOrEqual(3);
  expect(fixes.length).toBeLessThanOrEqual(4);
  expect(gaps).toEqual([]);
});

test("a phone in the pocket leaves a gap that says so", async () => {
  const { phone, sensors, tracking, visitId } = await travelling();
  sensors.move(-27.5);
  const left = phone.clock.now().getTime();
  sensors.isHidden = true;
  await tracking.visibilityChanged();
  phone.clock.pass(300);
  sensors.isHidden = false;
  await tracking.visibilityChanged();
  sensors.move(-27.6);
  await tracking.settled();
  expect((await track(phone, visitId)).gaps).toEqual([[left, left + 300_000, "hidden"]]);
  expect(sensors.locks).toBe(2);
});

test("a passing error is tolerated, a long silence is a gap", async () => {
  const { phone, sensors, tracking, visitId } = await travelling();
  sensors.move(-27.5);
  sensors.fail?.({ code: 2 } as GeolocationPositionError);
  phone.clock.pass(20);
  sensors.move(-27.51);
  sensors.fail?.({ code: 2 } as GeolocationPositionError);
  phone.clock.pass(120);
  sensors.move(-27.52);
  await tracking.settled();
  const { fixes, gaps } = await track(phone, visitId);
  expect(fixes).toHaveLength(3);
  expect(gaps.map(([, , cause]) => cause)).toEqual(["lost"]);
});

test("a killed app goes on with the travel and says since when it was off", async () => {
  const { phone, sensors, tracking, visitId } = await travelling();
  sensors.move(-27.5);
  await tracking.settled();
  const killed = phone.clock.now().getTime();
  phone.clock.pass(600);
  const again = new Sensors(phone);
  const reopened = new Tracking(again.place(), phone.clock);
  await reopened.follow(phone.store);
  // the first thing a reopened browser gives is the fix it remembers
  phone.clock.pass(-600);
  again.move(-27.5);
  phone.clock.pass(600);
  again.move(-27.6);
  await reopened.settled();
  const { fixes, gaps } = await track(phone, visitId);
  expect(fixes).toHaveLength(2);
  expect(gaps).toEqual([[killed, killed + 600_000, "off"]]);
});

test("a refused permission is recorded, and a step still finds no position", async () => {
  const { phone, sensors, tracking, visitId } = await travelling();
  sensors.fail?.({ code: 1 } as GeolocationPositionError);
  phone.clock.pass(900);
  expect(await tracking.position()).toBeNull();
  await recordVisitEvent(phone.commands, { visitId, kind: "arrived", position: null });
  await tracking.follow(phone.store);
  expect((await track(phone, visitId)).gaps.map(([, , cause]) => cause)).toEqual(["denied"]);
});
