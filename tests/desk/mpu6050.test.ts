import { describe, expect, it } from "@jest/globals";
import { fullScale, putReading } from "@songbai/tools/desk/mpu6050";

const reading = (octets: readonly number[], axes = [1, 2, 3], rangeG = 8) => {
  const into = new Int32Array(4);
  return putReading(octets, rangeG, axes, into, 1) ? [...into.subarray(1)] : undefined;
};
/** 1 g, -2 g, 0.5 g at a full scale of 8 g: 4096 a g. */
const OCTETS = [0x10, 0x00, 0xe0, 0x00, 0x08, 0x00];

describe("an MPU-6050 over Firmata", () => {
  it("has its full scale in bits 3 and 4", () => {
    expect([2, 4, 8, 16].map(fullScale)).toEqual([0x00, 0x08, 0x10, 0x18]);
  });

  it("reads in mg, with the sign in the high octet", () => {
    expect(reading(OCTETS)).toEqual([1000, -2000, 500]);
    expect(reading(OCTETS, [1, 2, 3], 16)).toEqual([2000, -4000, 1000]);
    expect(reading([0x80, 0x00, 0x7f, 0xff, 0xff, 0xff])).toEqual([-8000, 8000, 0]);
  });

  it("has its axes turned as the profile says", () => {
    expect(reading(OCTETS, [3, -1, -2])).toEqual([500, -1000, 2000]);
  });

  it("gives no reading of octets that are too few, too many or none", () => {
    for (const garbled of [[], OCTETS.slice(1), [...OCTETS, 0], [...OCTETS.slice(1), 0x100], [...OCTETS.slice(1), Number.NaN]])
      expect(reading(garbled)).toBeUndefined();
  });
});
