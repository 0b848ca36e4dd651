import { describe, expect, it } from "@jest/globals";
import { bodyWarmth, type Warmth } from "@songbai/sim/world/warmth";

const DAY = 1440;
const PEOPLE = 30;

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

function spread(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

/** Means of the hours of the day. */
function hours(core: Int32Array): number[] {
  const sums = new Array<number>(24).fill(0);
  core.forEach((centi, minute) => {
    sums[Math.floor((minute % DAY) / 60)] += (24 * centi) / core.length;
  });
  return sums;
}

// Beside the ranges what the papers have that sim/src/world/warmth.ts cites, 0.01 degC.
describe("the warmth of old people", () => {
  const people = Array.from({ length: PEOPLE }, (_, i) => bodyWarmth({ seed: i + 1, days: 3 }));
  const awake = (minute: number) => minute % DAY > 9 * 60 && minute % DAY < 20 * 60;
  const asleep = (minute: number) => minute % DAY > 60 && minute % DAY < 5 * 60;
  const wrists = (when: (minute: number) => boolean) => people.map(({ wrist }) => mean(wrist.filter((_, i) => when(i))));

  it("has the level and the spread of their mouths", () => {
    const readings = people.flatMap(({ core }) => [...core.filter((_, minute) => minute % 97 === 0)]);
    expect(Math.abs(mean(readings) - 3630)).toBeLessThan(15);
    expect(spread(readings)).toBeGreaterThan(22); // 42 with the young among them
    expect(spread(readings)).toBeLessThan(42);
  });

  it("swings by 0.4 degC over a day, least in the second half of the night", () => {
    const days = people.map(({ core }) => hours(core));
    const swings = days.map((day) => Math.max(...day) - Math.min(...day));
    expect(mean(swings)).toBeGreaterThan(30); // 40
    expect(mean(swings)).toBeLessThan(65);
    const least = days.map((day) => day.indexOf(Math.min(...day)));
    expect(least.filter((hour) => hour >= 1 && hour <= 7).length).toBeGreaterThan(0.85 * PEOPLE);
  });

  it("has wrists that are two degrees warmer asleep than awake", () => {
    expect(Math.abs(mean(wrists(asleep)) - 3497)).toBeLessThan(15);
    expect(Math.abs(mean(wrists(awake)) - 3294)).toBeLessThan(30);
    expect(Math.abs(spread(wrists(asleep)) - 34)).toBeLessThan(15);
    expect(Math.abs(spread(wrists(awake)) - 67)).toBeLessThan(25);
  });

  const fever = { start: DAY + 600, end: DAY + 1200 };
  const bath = { start: 1200, end: 1215 };
  const off = { start: 540, end: 600 };
  const one = (more = {}) => bodyWarmth({ seed: 3, days: 3, ...more });
  const at = (kind: "core" | "armpit" | "wrist", minute: number, made: Warmth) => mean(made[kind].subarray(minute, minute + 5));

  it("has a fever that takes three hours to rise, with cold wrists, and warm ones when it goes", () => {
    const [ill, well] = [one({ fevers: [fever] }), one()];
    const risen = (minute: number) => at("core", minute, ill) - at("core", minute, well);
    expect(risen(fever.start - 5)).toBe(0);
    expect(Math.abs(risen(fever.start + 90) - 90)).toBeLessThan(5);
    expect(Math.abs(risen(fever.end - 5) - 180)).toBeLessThan(1);
    expect(risen(fever.end + 100) / 180).toBeGreaterThan(0.3);
    expect(risen(fever.end + 100) / 180).toBeLessThan(0.45);
    const wrist = (minute: number) => at("wrist", minute, ill) - at("wrist", minute, well);
    expect(wrist(fever.start + 120)).toBeLessThan(-130);
    expect(wrist(fever.end + 60)).toBeGreaterThan(70);
  });

  it("is warmed a little by a bath, and its sensors read the water; off the body they read the room", () => {
    const [bathed, dry] = [one({ baths: [bath], off: [off] }), one()];
    const warmed = at("core", bath.end - 3, bathed) - at("core", bath.end - 3, dry);
    expect(warmed).toBeGreaterThan(20);
    expect(warmed).toBeLessThan(80);
    expect(at("core", bath.end + 120, bathed) - at("core", bath.end + 120, dry)).toBeLessThan(5);
    expect(Math.abs(at("armpit", bath.end - 6, bathed) - 4050)).toBeLessThan(10);
    for (const kind of ["armpit", "wrist"] as const) {
      expect(at(kind, off.end - 5, bathed)).toBeLessThan(2600);
      expect(at(kind, off.end - 5, bathed)).toBeGreaterThan(1850);
    }
    // What it lacks to the mouth is what calibration finds.
    expect(Math.abs(mean(dry.core) - mean(dry.armpit) - dry.armpitLacks)).toBeLessThan(5);
  });

  it("is the same for the same seed, and another for the next", () => {
    expect(one().armpit).toEqual(one().armpit);
    expect(bodyWarmth({ seed: 4, days: 3 }).core).not.toEqual(one().core);
  });
});
