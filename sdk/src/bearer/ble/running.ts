/** Running Speed and Cadence (RSCS 1.0.1), for insoles and wrists. */
import { type Gatt, NOTIFY } from "./gatt.ts";
import { ALWAYS, features, field, measurement, U8, U16, U32 } from "./measurement.ts";

const RUNNING_SPEED_AND_CADENCE = 0x1814;
const MEASUREMENT = 0x2a53;
const FEATURE = 0x2a54;
const WITH_STRIDE = 0x01;
const WITH_DISTANCE = 0x02;
const RUNNING = 0x04;
/** Stride length, distance, walking or running. */
const FEATURES = 0x07;

export interface RunningSpeed {
  /** Speed, 1/256 m/s; steps, 1/min; stride, cm; distance since start, dm; whether it is a run. */
  readonly measure: (speed: number, cadence: number, stride: number, distance: number, runs: boolean) => void;
}

export function runningSpeed(gatt: Gatt, security: number): RunningSpeed {
  const pace = measurement(gatt, MEASUREMENT, NOTIFY, 1, [
    field(U16, 0, ALWAYS),
    field(U8, 0, ALWAYS),
    field(U16, 0, WITH_STRIDE),
    field(U32, 0, WITH_DISTANCE),
  ]);
  gatt.add({
    uuid: RUNNING_SPEED_AND_CADENCE,
    security,
    characteristics: [pace.characteristic, features(FEATURE, 2, FEATURES)],
  });
  return {
    measure: (speed, cadence, stride, distance, runs) => {
      pace.values[0] = speed;
      pace.values[1] = cadence;
      pace.values[2] = stride;
      pace.values[3] = distance;
      pace.send(WITH_STRIDE | WITH_DISTANCE | (runs ? RUNNING : 0));
    },
  };
}
