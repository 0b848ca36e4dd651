/** Weight Scale (WSS 1.0) and Body Composition (BCS 1.0), each imported by itself. */
import { type Gatt, INDICATE } from "./gatt.ts";
import { ALWAYS, features, field, measurement, TIME, U16 } from "./measurement.ts";

const WEIGHT_SCALE = 0x181d;
const WEIGHT = 0x2a9d;
const WEIGHT_FEATURE = 0x2a9e;
const BODY_COMPOSITION = 0x181b;
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

export interface WeightScale {
  /** Weight, 0.005 kg; mass index, 0.1 kg/m2, and height, 0.001 m, where it is known, else 0; seconds since 1970 where the wearer is. */
  readonly measure: (weight: number, massIndex: number, height: number, seconds: number) => void;
}

export function weightScale(gatt: Gatt, security: number): WeightScale {
  const weight = measurement(gatt, WEIGHT, INDICATE, 1, [
    field(U16, 0, ALWAYS),
    field(TIME, 0, WITH_TIME),
    field(U16, 0, WITH_MASS_INDEX),
    field(U16, 0, WITH_MASS_INDEX),
  ]);
  gatt.add({
    uuid: WEIGHT_SCALE,
    security,
    characteristics: [features(WEIGHT_FEATURE, 4, WEIGHT_FEATURES), weight.characteristic],
  });
  return {
    measure: (value, massIndex, height, seconds) => {
      weight.values[0] = value;
      weight.values[1] = seconds;
      weight.values[2] = massIndex;
      weight.values[3] = height;
      weight.send(height === 0 ? WITH_TIME : WITH_TIME | WITH_MASS_INDEX);
    },
  };
}

export interface BodyComposition {
  /** Fat and muscle, 0.1 %; water, 0.005 kg; impedance, 0.1 Ohm; time in seconds since 1970 where the wearer is. */
  readonly measure: (fat: number, muscle: number, water: number, impedance: number, seconds: number) => void;
}

export function bodyComposition(gatt: Gatt, security: number): BodyComposition {
  const composition = measurement(gatt, COMPOSITION, INDICATE, 2, [
    field(U16, 0, ALWAYS),
    field(TIME, 0, WITH_TIME),
    field(U16, 0, WITH_MUSCLE),
    field(U16, 0, WITH_WATER_MASS),
    field(U16, 0, WITH_IMPEDANCE),
  ]);
  gatt.add({
    uuid: BODY_COMPOSITION,
    security,
    characteristics: [features(COMPOSITION_FEATURE, 4, COMPOSITION_FEATURES), composition.characteristic],
  });
  return {
    measure: (fat, muscle, water, impedance, seconds) => {
      composition.values[0] = fat;
      composition.values[1] = seconds;
      composition.values[2] = muscle;
      composition.values[3] = water;
      composition.values[4] = impedance;
      composition.send(WITH_TIME | WITH_MUSCLE | WITH_WATER_MASS | WITH_IMPEDANCE);
    },
  };
}
