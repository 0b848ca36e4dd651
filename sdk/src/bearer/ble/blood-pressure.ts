/** Blood Pressure (BLS 1.1): a measurement with its time and pulse rate, and the cuff's pressure meanwhile. */
import { NOT_A_NUMBER } from "./float.ts";
import { type Gatt, INDICATE, NOTIFY } from "./gatt.ts";
import { ALWAYS, features, field, measurement, SFLOAT, TIME, U16 } from "./measurement.ts";

const BLOOD_PRESSURE = 0x1810;
const MEASUREMENT = 0x2a35;
const INTERMEDIATE_CUFF = 0x2a36;
const FEATURE = 0x2a49;

const WITH_TIME = 0x02;
const WITH_PULSE = 0x04;
const WITH_STATUS = 0x10;
/** Bits of the status, which are also those of the features. */
export const BODY_MOVED = 0x01;
export const CUFF_LOOSE = 0x02;
export const IRREGULAR_PULSE = 0x04;
const FEATURES = 0x07;

/** mm[Hg]; pulse in 1/min. */
const WHOLE = field(SFLOAT, 0, ALWAYS);

export interface BloodPressure {
  /** mm[Hg] thrice, 1/min, time in seconds since 1970 where the wearer is, status bits. `NOT_A_NUMBER` where there is none. */
  readonly measure: (systolic: number, diastolic: number, mean: number, rate: number, seconds: number, status: number) => void;
  /** The cuff now, mm[Hg]. */
  readonly cuff: (pressure: number) => void;
}

export function bloodPressure(gatt: Gatt, security: number): BloodPressure {
  const final = measurement(gatt, MEASUREMENT, INDICATE, 1, [
    WHOLE,
    WHOLE,
    WHOLE,
    field(TIME, 0, WITH_TIME),
    field(SFLOAT, 0, WITH_PULSE),
    field(U16, 0, WITH_STATUS),
  ]);
  const intermediate = measurement(gatt, INTERMEDIATE_CUFF, NOTIFY, 1, [WHOLE, WHOLE, WHOLE]);
  gatt.add({
    uuid: BLOOD_PRESSURE,
    security,
    characteristics: [final.characteristic, intermediate.characteristic, features(FEATURE, 2, FEATURES)],
  });
  return {
    measure: (systolic, diastolic, mean, rate, seconds, status) => {
      final.values[0] = systolic;
      final.values[1] = diastolic;
      final.values[2] = mean;
      final.values[3] = seconds;
      final.values[4] = rate;
      final.values[5] = status;
      final.send(WITH_TIME | WITH_PULSE | WITH_STATUS);
    },
    cuff: (pressure) => {
      // Only the first of the three is the cuff's (section 3.2.1.2).
      intermediate.values[0] = pressure;
      intermediate.values[1] = NOT_A_NUMBER;
      intermediate.values[2] = NOT_A_NUMBER;
      intermediate.send(0);
    },
  };
}
