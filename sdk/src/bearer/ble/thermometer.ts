/** Health Thermometer (HTS 1.0): body temperature. */
import { TEMPERATURE as TEMPERATURE_CODE } from "../../record/codes.ts";
import { BODY as BODY_TEMPERATURE } from "../../record/quantities.ts";
import { type Gatt, INDICATE, NOTIFY } from "./gatt.ts";
import { ALWAYS, FLOAT, features, field, measurement, number, TIME, type Vital } from "./measurement.ts";

const THERMOMETER = 0x1809;
const TEMPERATURE = 0x2a1c;
const INTERMEDIATE = 0x2a1e;
const TEMPERATURE_TYPE = 0x2a1d;
// Where it is measured.
export const ARMPIT = 1;
export const BODY = 2;
export const EAR = 3;
export const FINGER = 4;
export const MOUTH = 6;

const WITH_TIME = 0x02;

/** `tell`: a finished measurement. */
export interface Thermometer extends Vital {
  /** While it measures. */
  readonly meanwhile: (values: readonly number[]) => void;
}

export function thermometer(gatt: Gatt, security: number, site: number): Thermometer {
  const celsius = number(FLOAT, BODY_TEMPERATURE, 0, ALWAYS);
  const final = measurement(gatt, TEMPERATURE, INDICATE, 1, [celsius, field(TIME, WITH_TIME)]);
  const intermediate = measurement(gatt, INTERMEDIATE, NOTIFY, 1, [celsius]);
  gatt.add({
    uuid: THERMOMETER,
    security,
    characteristics: [final.characteristic, features(TEMPERATURE_TYPE, 1, site), intermediate.characteristic],
  });
  return {
    code: TEMPERATURE_CODE,
    tell: (values, seconds) => final.send(WITH_TIME, values, seconds),
    meanwhile: (values) => intermediate.send(0, values, 0),
  };
}
