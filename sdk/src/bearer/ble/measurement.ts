/**
 * Measurements as the health services have them: flags, then the fields that are there, least significant octet first. A service says its
 * fields as data, made of the quantities of the table of observations, and tells the values of such an observation; the newest
 * goes, to whoever is subscribed. None of them may be longer than the 20 octets of the smallest MTU.
 */
import { allocInts, type Bytes, type Ints, idiv } from "../../lang/intrinsics.ts";
import type { Observation } from "../../record/observation.ts";
import type { Quantity } from "../../record/quantities.ts";
import { DATE_TIME_BYTES, putDateTime } from "./date-time.ts";
import { float, NOT_A_NUMBER, sfloat } from "./float.ts";
import { type Characteristic, type Gatt, INDICATE, NOTIFY, READ } from "./gatt.ts";

// Formats.
export const U8 = 1;
export const U16 = 2;
export const U24 = 3;
export const U32 = 4;
/** 11073 numbers; `NOT_A_NUMBER` and its like stay what they are. */
export const SFLOAT = 5;
export const FLOAT = 6;
/** Seconds since 1970 in the time zone of the wearer. */
export const TIME = 7;

/** In every measurement. */
export const ALWAYS = 0;
const POWER_BIAS = 8;
const FORMAT = 15;

/** A service that says what observations of one code hold. */
export interface Vital {
  /** Of `record/codes.ts`. */
  readonly code: number;
  /**
   * Tells the values of such an observation, in the order and the units of the table, and when it was made: seconds since 1970 where the
   * wearer is. A value may be `NOT_A_NUMBER` where the service has an 11073 number for it.
   */
  readonly tell: (values: readonly number[], seconds: number) => void;
}

/** Tells an observation by those services that say such. */
export function tellVitals(services: readonly Vital[], { code, values }: Observation, seconds: number): void {
  for (const service of services) if (service.code === code) service.tell(values, seconds);
}

function layout(format: number, power: number, flag: number): number {
  return (flag << 8) | ((power + POWER_BIAS) << 4) | format;
}

/** A field that is a whole number, of the format's length, and the flag that says it is there, a mask of up to 16 bits. */
export function field(format: number, flag: number): number {
  return layout(format, 0, flag);
}

/**
 * A field that is an 11073 number, `SFLOAT` or `FLOAT`, of a quantity whose scale is a power of ten. `unitPower`: of the quantity's unit in
 * the service's, -3 where that one has mol and this one mmol. Both together -8..7.
 */
export function number(format: number, { scale }: Quantity, unitPower: number, flag: number): number {
  let power = unitPower;
  for (let rest = scale; rest > 1; rest = idiv(rest, 10)) power -= 1;
  return layout(format, power, flag);
}

function putLittle(into: Bytes, at: number, octets: number, value: number): number {
  let rest = value;
  for (let i = 0; i < octets; i++) {
    into[at + i] = rest & 255;
    rest = rest >> 8;
  }
  return at + octets;
}

function putField(into: Bytes, at: number, kind: number, value: number): number {
  const format = kind & FORMAT;
  const power = ((kind >> 4) & 15) - POWER_BIAS;
  if (format === SFLOAT) return putLittle(into, at, 2, sfloat(value, power));
  if (format === FLOAT) return putLittle(into, at, 4, float(value, power));
  if (format !== TIME) return putLittle(into, at, format, value);
  putDateTime(into, at, value);
  return at + DATE_TIME_BYTES;
}

/** Writes a measurement with `flagOctets` octets of flags; answers the position after it. */
export function putMeasurement(
  into: Bytes,
  at: number,
  flagOctets: number,
  flags: number,
  fields: readonly number[],
  values: Ints,
): number {
  let next = putLittle(into, at, flagOctets, flags);
  for (let i = 0; i < fields.length; i++) {
    const flag = fields[i] >> 8;
    if (flag === ALWAYS || (flags & flag) !== 0) next = putField(into, next, fields[i], values[i]);
  }
  return next;
}

export interface Measurement {
  readonly characteristic: Characteristic;
  /** Sends these flags and values, one for each field but `TIME`; what has not left yet is overtaken. */
  readonly send: (flags: number, values: readonly number[], seconds: number) => void;
}

/** `property`: `NOTIFY` or `INDICATE`. A measurement that nobody is subscribed to is forgotten. */
export function measurement(
  gatt: Gatt,
  uuid: number,
  property: number,
  flagOctets: number,
  fields: readonly number[],
): Measurement {
  const kept = allocInts(fields.length);
  let flags = 0;
  let waits = false;
  return {
    characteristic: {
      uuid,
      properties: property & (NOTIFY | INDICATE),
      next: (into, at) => {
        if (!waits) return 0;
        waits = false;
        return putMeasurement(into, at, flagOctets, flags, fields, kept) - at;
      },
      onConfigured: () => {
        waits = false;
      },
    },
    send: (given, values, seconds) => {
      flags = given;
      let next = 0;
      for (let i = 0; i < fields.length; i++) {
        if ((fields[i] & FORMAT) === TIME) kept[i] = seconds;
        else {
          kept[i] = next < values.length ? values[next] : NOT_A_NUMBER;
          next += 1;
        }
      }
      waits = true;
      gatt.wake();
    },
  };
}

/** A characteristic of features: bits that never change. */
export function features(uuid: number, octets: number, bits: number): Characteristic {
  return { uuid, properties: READ, read: (into) => putLittle(into, 0, octets, bits) };
}
