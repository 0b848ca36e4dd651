/** Weight Scale (WSS 1.0) and Body Composition (BCS 1.0), each imported by itself. */
import { BODY_COMPOSITION, WEIGHT } from "../../record/codes.ts";
import { type Gatt, INDICATE } from "./gatt.ts";
import { ALWAYS, features, field, measurement, TIME, U16, type Vital } from "./measurement.ts";

const WEIGHT_SCALE = 0x181d;
const WEIGHT_MEASUREMENT = 0x2a9d;
const WEIGHT_FEATURE = 0x2a9e;
const BODY_COMPOSITION_SERVICE = 0x181b;
const COMPOSITION = 0x2a9c;
const COMPOSITION_FEATURE = 0x2a9b;

const WITH_TIME = 0x02;
const WITH_MASS_INDEX = 0x08;
/** Time stamps, mass index; resolution of weight 0.005 kg, of height 0.001 m. */
const WEIGHT_FEATURES = 0x1 | 0x4 | (7 << 3) | (3 << 7);
const WITH_MUSCLE = 0x10;
const WITH_WATER_MASS = 0x100;
const WITH_IMPEDANCE = 0x200;
/** Time stamps, muscle percentage, water mass, impedance; resolution of mass 0.005 kg. */
const COMPOSITION_FEATURES = 0x1 | 0x8 | 0x80 | 0x100 | (7 << 11);
/** What the field says that could not be measured (section 3.2.1.3 of both). */
export const UNSUCCESSFUL = 0xffff;

export function weightScale(gatt: Gatt, security: number): Vital {
  const weight = measurement(gatt, WEIGHT_MEASUREMENT, INDICATE, 1, [
    field(U16, ALWAYS),
    field(TIME, WITH_TIME),
    field(U16, WITH_MASS_INDEX),
    field(U16, WITH_MASS_INDEX),
  ]);
  gatt.add({
    uuid: WEIGHT_SCALE,
    security,
    characteristics: [features(WEIGHT_FEATURE, 4, WEIGHT_FEATURES), weight.characteristic],
  });
  return {
    code: WEIGHT,
    tell: (values, seconds) => weight.send(values[2] === 0 ? WITH_TIME : WITH_TIME | WITH_MASS_INDEX, values, seconds),
  };
}

export function bodyComposition(gatt: Gatt, security: number): Vital {
  const composition = measurement(gatt, COMPOSITION, INDICATE, 2, [
    field(U16, ALWAYS),
    field(TIME, WITH_TIME),
    field(U16, WITH_MUSCLE),
    field(U16, WITH_WATER_MASS),
    field(U16, WITH_IMPEDANCE),
  ]);
  gatt.add({
    uuid: BODY_COMPOSITION_SERVICE,
    security,
    characteristics: [features(COMPOSITION_FEATURE, 4, COMPOSITION_FEATURES), composition.characteristic],
  });
  return {
    code: BODY_COMPOSITION,
    tell: (values, seconds) => composition.send(WITH_TIME | WITH_MUSCLE | WITH_WATER_MASS | WITH_IMPEDANCE, values, seconds),
  };
}
