/** Heart Rate (HRS 1.0): rate, skin contact and RR intervals. */
import { allocInts } from "../../lang/intrinsics.ts";
import { type Characteristic, type Gatt, NOTIFY } from "./gatt.ts";
import { features } from "./measurement.ts";

const HEART_RATE = 0x180d;
const MEASUREMENT = 0x2a37;
const BODY_SENSOR_LOCATION = 0x2a38;
export const CHEST = 1;
export const WRIST = 2;

const RATE_IS_WORD = 0x01;
const CONTACT_LOST = 0x04;
const CONTACT = 0x06;
const RR_INTERVALS = 0x10;
const MOST_BYTE = 255;
/** RR intervals that are kept while the link is slow; the oldest go first. */
const MOST_INTERVALS = 16;

export interface HeartRate {
  /** A beat came: the time since the one before, 1/1024 s, for the next measurement. */
  readonly beat: (interval: number) => void;
  /** Sends the rate, 1/min, 0..65535, and whether the part touches the skin. */
  readonly measure: (rate: number, contact: boolean) => void;
}

/** `security`: what a central must have, `ENCRYPTED` unless there is a reason. */
export function heartRate(gatt: Gatt, security: number, location: number): HeartRate {
  const intervals = allocInts(MOST_INTERVALS);
  let first = 0;
  let count = 0;
  let rate = 0;
  let contact = false;
  let waits = false;

  const measured: Characteristic = {
    uuid: MEASUREMENT,
    properties: NOTIFY,
    next: (into, at, room) => {
      if (!waits) return 0;
      waits = false;
      const isWord = rate > MOST_BYTE;
      into[at] = (isWord ? RATE_IS_WORD : 0) | (contact ? CONTACT : CONTACT_LOST) | (count > 0 ? RR_INTERVALS : 0);
      into[at + 1] = rate & 255;
      into[at + 2] = (rate >> 8) & 255;
      let next = isWord ? at + 3 : at + 2;
      while (count > 0 && next + 2 <= at + room) {
        into[next] = intervals[first] & 255;
        into[next + 1] = (intervals[first] >> 8) & 255;
        first = (first + 1) % MOST_INTERVALS;
        count -= 1;
        next += 2;
      }
      return next - at;
    },
    onConfigured: () => {
      waits = false;
      count = 0;
    },
  };
  gatt.add({ uuid: HEART_RATE, security, characteristics: [measured, features(BODY_SENSOR_LOCATION, 1, location)] });

  return {
    beat: (interval) => {
      intervals[(first + count) % MOST_INTERVALS] = interval;
      if (count < MOST_INTERVALS) count += 1;
      else first = (first + 1) % MOST_INTERVALS;
    },
    measure: (perMinute, touches) => {
      rate = perMinute;
      contact = touches;
      waits = true;
      gatt.wake();
    },
  };
}
