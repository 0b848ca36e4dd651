import { getUint16, putUint16 } from "../../lang/bytes.ts";
import { allocInts, type Bytes, idiv } from "../../lang/intrinsics.ts";
import { DAY, HOUR } from "./day.ts";

/** A sensor that reports daily and has been still for so long has failed, or the home has changed. */
const STILL = 36 * HOUR;
/** The share of days on which it reported, 4096 for all; it moves by a sixteenth a day: a sensor that failed is given up after 18 days. */
const EVERY_DAY = 4096;
const USUAL = 1280;
const PACE = 16;
/** Fewer reports than that, of all sensors, are no day at home. */
const LIVED_IN = 50;

/** Nobody is in front of a detector in each of so many hours, one after the other: it sees the sun, or is broken. */
const RESTLESS_HOURS = 20;

export interface Reporters {
  readonly report: (sensor: number, second: number) => void;
  /** Whether `sensor` has reported in each of the last 20 hours; it is quiet again behind an hour without a report. */
  readonly restless: (sensor: number, second: number) => boolean;
  /** Whether `sensor`, which reports on most days, has been still for a day and a half. */
  readonly failing: (sensor: number, second: number) => boolean;
  /** Writes or reads two octets a sensor. */
  readonly save: (into: Bytes, at: number) => void;
  readonly load: (from: Bytes, at: number) => void;
}

/** Which of the sensors still report. A battery that is empty says nothing: only what others say meanwhile tells of it. */
export function reporters(count: number): Reporters {
  const last = allocInts(count);
  const share = allocInts(count);
  const today = allocInts(count);
  const hours = allocInts(count);
  let reports = 0;
  let day = -1;
  // Behind `load` every sensor is taken to have reported with the first one.
  let loaded = false;

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
      if (loaded) {
        loaded = false;
        for (let other = 0; other < count; other++) last[other] = second;
      }
      reports += 1;
      const since = idiv(second, HOUR) - idiv(last[sensor], HOUR);
      if (since === 1) hours[sensor] += 1;
      else if (since !== 0) hours[sensor] = 1;
      today[sensor] = 1;
      last[sensor] = second;
    },
    restless: (sensor, second) => hours[sensor] >= RESTLESS_HOURS && idiv(second, HOUR) - idiv(last[sensor], HOUR) <= 1,
    failing: (sensor, second) => share[sensor] >= USUAL && second - last[sensor] > STILL,
    save: (into, at) => {
      for (let sensor = 0; sensor < count; sensor++) putUint16(into, at + 2 * sensor, share[sensor]);
    },
    load: (from, at) => {
      for (let sensor = 0; sensor < count; sensor++) share[sensor] = getUint16(from, at + 2 * sensor);
      loaded = true;
    },
  };
}
