/** Heart Rate (HRS 1.0): rate, skin contact and RR intervals. */
import { allocInts } from "../../lang/intrinsics.ts";
import { BEAT, HEART_RATE } from "../../record/codes.ts";
import { type Characteristic, type Gatt, NOTIFY } from "./gatt.ts";
import { features, type Vital } from "./measurement.ts";

const HEART_RATE_SERVICE = 0x180d;
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
  /** Sends the rate, 0..65535, and whether the part touches the skin. */
  readonly rate: Vital;
  /** A beat came: its interval goes with the next rate. */
  readonly beats: Vital;
}

/** `security`: what a central must have, `ENCRYPTED` unless there is a reason. */
export function heartRate(gatt: Gatt, security: number, location: number): HeartRate {
  const intervals = allocInts(MOST_INTERVALS);
  let first = 0;
  let count = 0;
  let perMinute = 0;
  let contact = false;
  let waits = false;

  const measured: Characteristic = {
    uuid: MEASUREMENT,
    properties: NOTIFY,
    next: (into, at, room) => {
      if (!waits) return 0;
      waits = false;
      const isWord = perMinute > MOST_BYTE;
      into[at] = (isWord ? RATE_IS_WORD : 0) | (contact ? CONTACT : CONTACT_LOST) | (count > 0 ? RR_INTERVALS : 0);
      into[at + 1] = perMinute & 255;
      into[at + 2] = (perMinute >> 8) & 255;
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
  gatt.add({ uuid: HEART_RATE_SERVICE, security, characteristics: [measured, features(BODY_SENSOR_LOCATION, 1, location)] });

  return {
    rate: {
      code: HEART_RATE,
      tell: (values) => {
        perMinute = values[0];
        contact = values[1] !== 0;
        waits = true;
        gatt.wake();
      },
    },
    beats: {
      code: BEAT,
      tell: (values) => {
        intervals[(first + count) % MOST_INTERVALS] = values[0];
        if (count < MOST_INTERVALS) count += 1;
        else first = (first + 1) % MOST_INTERVALS;
      },
    },
  };
}
