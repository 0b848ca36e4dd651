/** Health Thermometer (HTS 1.0): body temperature. */
import { type Gatt, INDICATE, NOTIFY } from "./gatt.ts";
import { ALWAYS, FLOAT, features, field, measurement, TIME } from "./measurement.ts";

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
/** Hundredths of a degree Celsius. */
const CENTIDEGREES = field(FLOAT, -2, ALWAYS);

export interface Thermometer {
  /** A finished measurement: 0.01 Cel, at that time, seconds since 1970 where the wearer is. */
  readonly measure: (centidegrees: number, seconds: number) => void;
  /** While it measures: 0.01 Cel. */
  readonly meanwhile: (centidegrees: number) => void;
}

export function thermometer(gatt: Gatt, security: number, site: number): Thermometer {
  const final = measurement(gatt, TEMPERATURE, INDICATE, 1, [CENTIDEGREES, field(TIME, 0, WITH_TIME)]);
  const intermediate = measurement(gatt, INTERMEDIATE, NOTIFY, 1, [CENTIDEGREES]);
  gatt.add({
    uuid: THERMOMETER,
    security,
    characteristics: [final.characteristic, features(TEMPERATURE_TYPE, 1, site), intermediate.characteristic],
  });
  return {
    measure: (centidegrees, seconds) => {
      final.values[0] = centidegrees;
      final.values[1] = seconds;
      final.send(WITH_TIME);
    },
    meanwhile: (centidegrees) => {
      intermediate.values[0] = centidegrees;
      intermediate.send(0);
    },
  };
}
