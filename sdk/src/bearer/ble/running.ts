/** Running Speed and Cadence (RSCS 1.0.1), for insoles and wrists. */
import { PACE } from "../../record/codes.ts";
import { type Gatt, NOTIFY } from "./gatt.ts";
import { ALWAYS, features, field, measurement, U8, U16, U32, type Vital } from "./measurement.ts";

const RUNNING_SPEED_AND_CADENCE = 0x1814;
const MEASUREMENT = 0x2a53;
const FEATURE = 0x2a54;
const WITH_STRIDE = 0x01;
const WITH_DISTANCE = 0x02;
const RUNNING = 0x04;
/** Stride length, distance, walking or running. */
const FEATURES = 0x07;

export function runningSpeed(gatt: Gatt, security: number): Vital {
  const pace = measurement(gatt, MEASUREMENT, NOTIFY, 1, [
    field(U16, ALWAYS),
    field(U8, ALWAYS),
    field(U16, WITH_STRIDE),
    field(U32, WITH_DISTANCE),
  ]);
  gatt.add({
    uuid: RUNNING_SPEED_AND_CADENCE,
    security,
    characteristics: [pace.characteristic, features(FEATURE, 2, FEATURES)],
  });
  return {
    code: PACE,
    tell: (values, seconds) => pace.send(WITH_STRIDE | WITH_DISTANCE | (values[4] === 0 ? 0 : RUNNING), values, seconds),
  };
}
