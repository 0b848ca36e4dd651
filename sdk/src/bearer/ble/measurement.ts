/**
 * Measurements as the health services have them: flags, then the fields that are there, least significant octet first. A service says its
 * fields as data (`field`), sets their values and calls `send`; the newest one goes, to whoever is subscribed. None
 * of them may be longer than the 20 octets of the smallest MTU.
 */
import { allocInts, type Bytes, type Ints } from "../../lang/intrinsics.ts";
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

/**
 * One field: its format, the power of ten of its integers (-8..7, for `SFLOAT` and `FLOAT`), and the flag that says it is there, a mask
 * of up to 16 bits.
 */
export function field(format: number, power: number, flag: number): number {
  return (flag << 8) | ((power + POWER_BIAS) << 4) | format;
}

function putLittle(into: Bytes, at: number, octets: number, value: number): number {
  let rest = value;
  for (let i = 0; i < octets; i++) {
    into[at + i] = rest & 255;
    rest = rest >> 8;
  }
  return at + octets;
}

function putField(into: Bytes, at: number, layout: number, value: number): number {
  const format = layout & 15;
  const power = ((layout >> 4) & 15) - POWER_BIAS;
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
  /** One for each field. */
  readonly values: Ints;
  /** Sends them, with these flags; what has not left yet is overtaken. */
  readonly send: (flags: number) => void;
}

/** `property`: `NOTIFY` or `INDICATE`. A measurement that nobody is subscribed to is forgotten. */
export function measurement(
  gatt: Gatt,
  uuid: number,
  property: number,
  flagOctets: number,
  fields: readonly number[],
): Measurement {
  const values = allocInts(fields.length);
  for (let i = 0; i < fields.length; i++) values[i] = NOT_A_NUMBER;
  let flags = 0;
  let waits = false;
  return {
    characteristic: {
      uuid,
      properties: property & (NOTIFY | INDICATE),
      next: (into, at) => {
        if (!waits) return 0;
        waits = false;
        return putMeasurement(into, at, flagOctets, flags, fields, values) - at;
      },
      onConfigured: () => {
        waits = false;
      },
    },
    values,
    send: (given) => {
      flags = given;
      waits = true;
      gatt.wake();
    },
  };
}

/** A characteristic of features: bits that never change. */
export function features(uuid: number, octets: number, bits: number): Characteristic {
  return { uuid, properties: READ, read: (into) => putLittle(into, 0, octets, bits) };
}
