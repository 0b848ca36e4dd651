/** Pulse Oximeter (PLXS 1.0.1): oxygen saturation and pulse rate, continuously and as a spot check. */
import { OXYGEN } from "../../record/codes.ts";
import { AMPLITUDE, PULSE_RATE, SATURATION } from "../../record/quantities.ts";
import { type Gatt, INDICATE, NOTIFY } from "./gatt.ts";
import { ALWAYS, features, field, measurement, number, SFLOAT, TIME, type Vital } from "./measurement.ts";

const PULSE_OXIMETER = 0x1822;
const SPOT_CHECK = 0x2a5e;
const CONTINUOUS = 0x2a5f;
const FEATURES = 0x2a60;
const SPOT_TIME = 0x01;
/** The two measurements have it in different bits. */
const SPOT_AMPLITUDE = 0x08;
const PULSE_AMPLITUDE = 0x10;
const CAN_TIME_AND_AMPLITUDE = 0x48;

/** `tell`: what is measured now, for the continuous measurement. */
export interface PulseOximeter extends Vital {
  /** The same once, for a record, with its time. */
  readonly spotCheck: (values: readonly number[], seconds: number) => void;
}

export function pulseOximeter(gatt: Gatt, security: number): PulseOximeter {
  const saturation = number(SFLOAT, SATURATION, 0, ALWAYS);
  const rate = number(SFLOAT, PULSE_RATE, 0, ALWAYS);
  const spot = measurement(gatt, SPOT_CHECK, INDICATE, 1, [
    saturation,
    rate,
    field(TIME, SPOT_TIME),
    number(SFLOAT, AMPLITUDE, 0, SPOT_AMPLITUDE),
  ]);
  const continuous = measurement(gatt, CONTINUOUS, NOTIFY, 1, [
    saturation,
    rate,
    number(SFLOAT, AMPLITUDE, 0, PULSE_AMPLITUDE),
  ]);
  gatt.add({
    uuid: PULSE_OXIMETER,
    security,
    characteristics: [spot.characteristic, continuous.characteristic, features(FEATURES, 2, CAN_TIME_AND_AMPLITUDE)],
  });
  return {
    code: OXYGEN,
    tell: (values, seconds) => continuous.send(PULSE_AMPLITUDE, values, seconds),
    spotCheck: (values, seconds) => spot.send(SPOT_TIME | SPOT_AMPLITUDE, values, seconds),
  };
}
