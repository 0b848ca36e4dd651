/** Blood Pressure (BLS 1.1): a measurement with its time and pulse rate, and the cuff's pressure meanwhile. */
import { BLOOD_PRESSURE } from "../../record/codes.ts";
import { CUFF_RATE, DIASTOLIC, MEAN, SYSTOLIC } from "../../record/quantities.ts";
import { NOT_A_NUMBER } from "./float.ts";
import { type Gatt, INDICATE, NOTIFY } from "./gatt.ts";
import { ALWAYS, features, field, measurement, number, SFLOAT, TIME, U16, type Vital } from "./measurement.ts";

const BLOOD_PRESSURE_SERVICE = 0x1810;
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

/** `tell`: a finished measurement. */
export interface BloodPressure extends Vital {
  /** The cuff now, in the unit of the systolic pressure. */
  readonly cuff: (pressure: number) => void;
}

export function bloodPressure(gatt: Gatt, security: number): BloodPressure {
  const systolic = number(SFLOAT, SYSTOLIC, 0, ALWAYS);
  const diastolic = number(SFLOAT, DIASTOLIC, 0, ALWAYS);
  const mean = number(SFLOAT, MEAN, 0, ALWAYS);
  const final = measurement(gatt, MEASUREMENT, INDICATE, 1, [
    systolic,
    diastolic,
    mean,
    field(TIME, WITH_TIME),
    number(SFLOAT, CUFF_RATE, 0, WITH_PULSE),
    field(U16, WITH_STATUS),
  ]);
  const intermediate = measurement(gatt, INTERMEDIATE_CUFF, NOTIFY, 1, [systolic, diastolic, mean]);
  gatt.add({
    uuid: BLOOD_PRESSURE_SERVICE,
    security,
    characteristics: [final.characteristic, intermediate.characteristic, features(FEATURE, 2, FEATURES)],
  });
  return {
    code: BLOOD_PRESSURE,
    tell: (values, seconds) => final.send(WITH_TIME | WITH_PULSE | WITH_STATUS, values, seconds),
    // Only the first of the three is the cuff's (section 3.2.1.2).
    cuff: (pressure) => intermediate.send(0, [pressure, NOT_A_NUMBER, NOT_A_NUMBER], 0),
  };
}
