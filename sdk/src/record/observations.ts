/**
 * What an observation is: the only table that says so. Device, hub, simulator and documentation are driven by it.
 *
 * On the wire an observation is the CBOR array [code, time, value, …]: time in seconds since 1970 (unsigned 32 bits), values in
 * scaled integers in the order of `values`.
 *
 * Units are UCUM. MDC and LOINC codes stand only where they were verified. `requirement` is the clause of the 2020 catalogue
 * (《智慧健康养老产品及服务推广目录（2020年版）》) that the observation serves.
 */

import { BATTERY, CANCELLED, COMMAND, FALL, SOS, STATUS } from "./codes.ts";

/** One value of an observation. */
export interface ValueDefinition {
  readonly name: string;
  /** UCUM unit of the scaled integer, such as `dag{gravity}`; `%`; `1`. */
  readonly unit: string;
  /** What the integer is divided by to get `unit`. */
  readonly scale: number;
}

export interface ObservationDefinition {
  /** 0..23, so that it takes one octet. */
  readonly code: number;
  readonly name: string;
  readonly zh: string;
  /** Topic kind at the hub: `alarm`, `observation` or `status`. */
  readonly kind: string;
  /** Urgent observations go out at once and are kept apart on flash. */
  readonly urgent: boolean;
  readonly values: readonly ValueDefinition[];
  readonly requirement: string;
}

const impact: ValueDefinition = { name: "impact", unit: "[g]", scale: 10 };
const confidence: ValueDefinition = { name: "confidence", unit: "%", scale: 1 };

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
];

/** The definition of a code; `undefined` for an unknown one. */
export function observationOf(code: number): ObservationDefinition | undefined {
  for (const definition of OBSERVATIONS) if (definition.code === code) return definition;
  return undefined;
}
