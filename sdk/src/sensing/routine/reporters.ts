import { allocInts, idiv } from "../../lang/intrinsics.ts";
import { DAY, HOUR } from "./day.ts";

/** A sensor that reports daily and has been still for so long has failed, or the home has changed. */
const STILL = 36 * HOUR;
/** The share of days on which it reported, 4096 for all; it moves by a sixteenth a day: a sensor that failed is given up after 18 days. */
const EVERY_DAY = 4096;
const USUAL = 1280;
const PACE = 16;
/** Fewer reports than that, of all sensors, are no day at home. */
const LIVED_IN = 50;

export interface Reporters {
  readonly report: (sensor: number, second: number) => void;
  /** Whether `sensor`, which reports on most days, has been still for a day and a half. */
  readonly failing: (sensor: number, second: number) => boolean;
}

/** Which of the sensors still report. A battery that is empty says nothing: only what others say meanwhile tells of it. */
export function reporters(count: number): Reporters {
  const last = allocInts(count);
  const share = allocInts(count);
  const today = allocInts(count);
  let reports = 0;
  let day = -1;

  function endOfDay(): void {
    for (let sensor = 0; sensor < count; sensor++) {
      const goal = today[sensor] > 0 ? EVERY_DAY : 0;
      if (reports >= LIVED_IN) share[sensor] += idiv(goal - share[sensor], PACE);
      today[sensor] = 0;
    }
    reports = 0;
  }

  return {
    report: (sensor, second) => {
      const now = idiv(second, DAY);
      if (now !== day) {
        endOfDay();
        day = now;
      }
      reports += 1;
      today[sensor] = 1;
      last[sensor] = second;
    },
    failing: (sensor, second) => share[sensor] >= USUAL && second - last[sensor] > STILL,
  };
}
