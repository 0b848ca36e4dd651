/**
 * What an observation is: the only table that says so. Device, hub, simulator and documentation are driven by it.
 *
 * On the wire an observation is the CBOR array [code, time, value, …]: time in seconds since 1970 (unsigned 32 bits), values in
 * scaled integers in the order of `values`.
 *
 * What its values are is said in `quantities.ts`. `requirement` is the clause of the 2020 catalogue
 * (《智慧健康养老产品及服务推广目录（2020年版）》) that the observation serves.
 */

import {
  BATTERY,
  BEAT,
  BLOOD_PRESSURE,
  BODY_COMPOSITION,
  CANCELLED,
  COMMAND,
  FALL,
  GLUCOSE,
  HEART_RATE,
  OXYGEN,
  PACE,
  SOS,
  STATUS,
  TEMPERATURE,
  WEIGHT,
} from "./codes.ts";
import {
  AMPLITUDE,
  BODY,
  CADENCE,
  CONCENTRATION,
  CONTACT,
  CUFF_RATE,
  CUFF_STATUS,
  DIASTOLIC,
  DISTANCE,
  FAT,
  HEARTS_RATE,
  HEIGHT,
  IMPEDANCE,
  INTERVAL,
  MASS,
  MASS_INDEX,
  MEAN,
  MUSCLE,
  PULSE_RATE,
  type Quantity,
  RUNNING,
  SAMPLE,
  SATURATION,
  SITE,
  SPEED,
  STRIDE,
  SYSTOLIC,
  WATER,
} from "./quantities.ts";

export interface ObservationDefinition {
  /** 0..23, so that it takes one octet. */
  readonly code: number;
  readonly name: string;
  readonly zh: string;
  /** Topic kind at the hub: `alarm`, `observation` or `status`. */
  readonly kind: string;
  /** Urgent observations go out at once and are kept apart on flash. */
  readonly urgent: boolean;
  readonly values: readonly Quantity[];
  readonly requirement: string;
}

const impact: Quantity = { name: "impact", unit: "[g]", scale: 10 };
const confidence: Quantity = { name: "confidence", unit: "%", scale: 1 };

export const OBSERVATIONS: readonly ObservationDefinition[] = [
  {
    code: FALL,
    name: "fall",
    zh: "跌倒报警",
    kind: "alarm",
    urgent: true,
    values: [impact, confidence],
    requirement: "4.1-R1",
  },
  { code: SOS, name: "sos", zh: "一键式紧急呼叫", kind: "alarm", urgent: true, values: [], requirement: "4.1-R2" },
  {
    code: CANCELLED,
    name: "cancelled",
    zh: "佩戴者取消报警",
    kind: "observation",
    urgent: false,
    values: [{ name: "alarm", unit: "1", scale: 1 }],
    requirement: "4.1-R13",
  },
  {
    code: BATTERY,
    name: "battery",
    zh: "电量",
    kind: "status",
    urgent: false,
    values: [{ name: "level", unit: "%", scale: 1 }],
    requirement: "",
  },
  {
    code: STATUS,
    name: "status",
    zh: "运行状态",
    kind: "status",
    urgent: false,
    values: [
      { name: "uptime", unit: "min", scale: 1 },
      { name: "dropped", unit: "1", scale: 1 },
    ],
    requirement: "4.1-R13",
  },
  {
    code: COMMAND,
    name: "command",
    zh: "平台指令执行结果",
    kind: "status",
    urgent: false,
    values: [
      { name: "number", unit: "1", scale: 1 },
      { name: "result", unit: "1", scale: 1 },
    ],
    requirement: "",
  },
  {
    code: HEART_RATE,
    name: "heart-rate",
    zh: "心率",
    kind: "observation",
    urgent: false,
    values: [HEARTS_RATE, CONTACT],
    requirement: "1.1-R1",
  },
  {
    code: BEAT,
    name: "beat",
    zh: "心跳间期",
    kind: "observation",
    urgent: false,
    values: [INTERVAL],
    requirement: "1.1-R1",
  },
  {
    code: OXYGEN,
    name: "oxygen",
    zh: "血氧",
    kind: "observation",
    urgent: false,
    values: [SATURATION, PULSE_RATE, AMPLITUDE],
    requirement: "2.4-R1",
  },
  {
    code: TEMPERATURE,
    name: "temperature",
    zh: "体温",
    kind: "observation",
    urgent: false,
    values: [BODY],
    requirement: "2.5-R1",
  },
  {
    code: BLOOD_PRESSURE,
    name: "blood-pressure",
    zh: "血压",
    kind: "observation",
    urgent: false,
    values: [SYSTOLIC, DIASTOLIC, MEAN, CUFF_RATE, CUFF_STATUS],
    requirement: "2.2-R7",
  },
  {
    code: GLUCOSE,
    name: "glucose",
    zh: "血糖",
    kind: "observation",
    urgent: false,
    values: [CONCENTRATION, SAMPLE, SITE],
    requirement: "2.3-R1",
  },
  {
    code: WEIGHT,
    name: "weight",
    zh: "体重",
    kind: "observation",
    urgent: false,
    values: [MASS, MASS_INDEX, HEIGHT],
    requirement: "2.6-R1",
  },
  {
    code: BODY_COMPOSITION,
    name: "body-composition",
    zh: "人体成分",
    kind: "observation",
    urgent: false,
    values: [FAT, MUSCLE, WATER, IMPEDANCE],
    requirement: "2.6-R1",
  },
  {
    code: PACE,
    name: "pace",
    zh: "步速步频",
    kind: "observation",
    urgent: false,
    values: [SPEED, CADENCE, STRIDE, DISTANCE, RUNNING],
    requirement: "1.1-R2",
  },
];

/** The definition of a code; `undefined` for an unknown one. */
export function observationOf(code: number): ObservationDefinition | undefined {
  for (const definition of OBSERVATIONS) if (definition.code === code) return definition;
  return undefined;
}
