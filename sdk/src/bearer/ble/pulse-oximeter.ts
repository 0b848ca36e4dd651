/** Pulse Oximeter (PLXS 1.0.1): oxygen saturation and pulse rate, continuously and as a spot check. */
import { type Gatt, INDICATE, NOTIFY } from "./gatt.ts";
import { ALWAYS, features, field, measurement, SFLOAT, TIME } from "./measurement.ts";

const PULSE_OXIMETER = 0x1822;
const SPOT_CHECK = 0x2a5e;
const CONTINUOUS = 0x2a5f;
const FEATURES = 0x2a60;
const SPOT_TIME = 0x01;
/** The two measurements have it in different bits. */
const SPOT_AMPLITUDE = 0x08;
const PULSE_AMPLITUDE = 0x10;
const CAN_TIME_AND_AMPLITUDE = 0x48;
/** Percent and 1/min are whole. */
const WHOLE = field(SFLOAT, 0, ALWAYS);

export interface PulseOximeter {
  /** Saturation, %; pulse rate, 1/min; pulse amplitude index, 0.1 %. Each may be `NOT_A_NUMBER`. */
  readonly measure: (saturation: number, rate: number, amplitude: number) => void;
  /** The same once, for a record: with its time, seconds since 1970 where the wearer is. */
  readonly spotCheck: (saturation: number, rate: number, amplitude: number, seconds: number) => void;
}

export function pulseOximeter(gatt: Gatt, security: number): PulseOximeter {
  const spot = measurement(gatt, SPOT_CHECK, INDICATE, 1, [
    WHOLE,
    WHOLE,
    field(TIME, 0, SPOT_TIME),
    field(SFLOAT, -1, SPOT_AMPLITUDE),
  ]);
  const continuous = measurement(gatt, CONTINUOUS, NOTIFY, 1, [WHOLE, WHOLE, field(SFLOAT, -1, PULSE_AMPLITUDE)]);
  gatt.add({
    uuid: PULSE_OXIMETER,
    security,
    characteristics: [spot.characteristic, continuous.characteristic, features(FEATURES, 2, CAN_TIME_AND_AMPLITUDE)],
  });
  return {
    measure: (saturation, rate, amplitude) => {
      continuous.values[0] = saturation;
      continuous.values[1] = rate;
      continuous.values[2] = amplitude;
      continuous.send(PULSE_AMPLITUDE);
    },
    spotCheck: (saturation, rate, amplitude, seconds) => {
      spot.values[0] = saturation;
      spot.values[1] = rate;
      spot.values[2] = seconds;
      spot.values[3] = amplitude;
      spot.send(SPOT_TIME | SPOT_AMPLITUDE);
    },
  };
}
