/** InvenSense MPU-6050 as an accelerometer over I2C: register map RM-MPU-6000A, rev. 4.2. */

/** Section 4.28: 0 wakes the part, on its internal clock. */
export const POWER_MANAGEMENT = 0x6b;
/** Section 4.5: full scale in bits 3 and 4. */
export const ACCELEROMETER_CONFIGURATION = 0x1c;
/** Section 4.17: x, y, z, each two octets, the high one first. */
export const ACCELEROMETER_OUT = 0x3b;
export const READING_BYTES = 6;

/** The value of the configuration register for a full scale of 2, 4, 8 or 16 g. */
export function fullScale(rangeG: number): number {
  return Math.log2(rangeG / 2) << 3;
}

/**
 * Puts a reading into `into[at..at + 3)`, mg, in the axes of the body part: `axes` names for each the axis of the part, 1 to 3,
 * negative where it points the other way. The part stops at full scale by itself. `false` for what is no reading: Firmata sends
 * octets in two halves and without a checksum, so a garbled one may be too many, too few or above 255.
 */
export function putReading(
  octets: readonly number[],
  rangeG: number,
  axes: readonly number[],
  into: Int32Array,
  at: number,
): boolean {
  if (octets.length !== READING_BYTES || !octets.every((octet) => octet <= 0xff)) return false;
  for (const [index, axis] of axes.entries()) {
    const high = 2 * (Math.abs(axis) - 1);
    const value = ((octets[high] << 24) >> 16) | octets[high + 1];
    into[at + index] = Math.round((Math.sign(axis) * value * rangeG * 1000) / 0x8000);
  }
  return true;
}
