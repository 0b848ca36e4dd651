import { describe, expect, it } from "@jest/globals";
import { isDateTime, putDateTime, secondsOf, weekdayOf } from "@songbai/sdk/bearer/ble/date-time";
import {
  float,
  MINUS_INFINITY,
  NOT_A_NUMBER,
  NOT_AT_RESOLUTION,
  PLUS_INFINITY,
  RESERVED,
  sfloat,
} from "@songbai/sdk/bearer/ble/float";
import { uuidAt as get, putUuid as put, uuidSize as size } from "@songbai/sdk/bearer/ble/uuid";
import fc from "fast-check";
import { fromHex, toHex } from "../../support/hex.ts";

/** What a peer reads: mantissa and exponent in two's complement. */
const decimalOf = (bits: number, mantissaBits: number, exponentBits: number): number => {
  const signed = (value: number, width: number) => (value >= 2 ** (width - 1) ? value - 2 ** width : value);
  const unsigned = bits >>> 0;
  return (
    signed(unsigned % 2 ** mantissaBits, mantissaBits) *
    10 ** signed(Math.floor(unsigned / 2 ** mantissaBits) % 2 ** exponentBits, exponentBits)
  );
};
const ofSfloat = (bits: number) => decimalOf(bits, 12, 4);
const ofFloat = (bits: number) => decimalOf(bits, 24, 8);

describe("bearer/ble/float", () => {
  it("has the samples of the specifications and of captures", () => {
    // Health Thermometer 36.4 Cel; a captured 120 mg/dL; 97 % and 72 /min; 114 and -5.
    expect(float(364, -1) >>> 0).toBe(0xff00016c);
    expect([sfloat(120, -5), sfloat(97, 0), sfloat(72, 0), sfloat(114, 0), sfloat(-5, 0)]).toEqual([
      0xb078, 0x0061, 0x0048, 0x0072, 0x0ffb,
    ]);
  });

  it("has the specials of the SIG", () => {
    const specials = [NOT_A_NUMBER, NOT_AT_RESOLUTION, PLUS_INFINITY, MINUS_INFINITY, RESERVED];
    expect(specials.map((one) => sfloat(one, -2))).toEqual([0x07ff, 0x0800, 0x07fe, 0x0802, 0x0801]);
    expect(specials.map((one) => float(one, 3))).toEqual([0x007fffff, 0x00800000, 0x007ffffe, 0x00800002, 0x00800001]);
  });

  it("rounds what is too long, half away from zero, and never into a special", () => {
    expect([2045, 2046, 2047, 2048, -2045, -2046, -2047].map((one) => sfloat(one, 0))).toEqual([
      0x07fd, 0x10cd, 0x10cd, 0x10cd, 0x0803, 0x1f33, 0x1f33,
    ]);
    expect([20449, 20455, 20454, 12345, -12345, -12344].map((one) => ofSfloat(sfloat(one, 0)))).toEqual([
      20450, 20500, 20450, 12350, -12350, -12340,
    ]);
    expect(ofFloat(float(8388606, 0))).toBe(8388610);
    expect(float(8388605, 0)).toBe(0x007ffffd);
  });

  it("shifts what has too low a power, and says infinite what is too large", () => {
    expect(sfloat(12345, -9)).toBe(sfloat(1235, -8));
    expect(sfloat(5, -9)).toBe(sfloat(1, -8));
    expect(sfloat(4, -9)).toBe(0);
    expect(sfloat(5, -10)).toBe(0);
    expect(sfloat(7, 8)).toBe(sfloat(70, 7));
    expect([sfloat(2045, 8), sfloat(-2045, 8), sfloat(0, 8), sfloat(30000, 7)]).toEqual([0x07fe, 0x0802, 0, 0x07fe]);
  });

  it("is within half of its last digit of any integer, and keeps every one that fits", () => {
    fc.assert(
      fc.property(fc.integer({ min: -2147483640, max: 2147483640 }), fc.integer({ min: -8, max: 0 }), (value, power) => {
        const exact = value * 10 ** power;
        const short = sfloat(value, power);
        const step = 10 ** ((((short >> 12) & 15) ^ 8) - 8);
        expect(Math.abs(ofSfloat(short) - exact)).toBeLessThanOrEqual(step / 2 + 1e-9 * Math.abs(exact));
        expect([0x7ff, 0x800, 0x7fe, 0x802, 0x801]).not.toContain(short & 0xfff);
        if (Math.abs(value) <= 2045) expect(ofSfloat(short)).toBeCloseTo(exact, 9);
        const long = float(value, power);
        expect(Math.abs(ofFloat(long) - exact)).toBeLessThanOrEqual(6e-7 * Math.abs(exact) + 1e-12);
        if (Math.abs(value) <= 8388605) expect(ofFloat(long)).toBeCloseTo(exact, 7);
      }),
      { numRuns: 500, seed: 20261122 },
    );
  });
});

describe("bearer/ble/date-time", () => {
  const octetsOf = (seconds: number): Uint8Array => {
    const octets = new Uint8Array(9).fill(0xaa);
    putDateTime(octets, 1, seconds | 0);
    expect([octets[0], octets[8]]).toEqual([0xaa, 0xaa]);
    return octets.slice(1, 8);
  };

  it("is what the calendar says, from 1970 to 2106, and back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 32 - 1 }), (seconds) => {
        const date = new Date(seconds * 1000);
        const year = date.getUTCFullYear();
        const octets = octetsOf(seconds);
        expect([...octets]).toEqual([
          year & 255,
          year >> 8,
          date.getUTCMonth() + 1,
          date.getUTCDate(),
          date.getUTCHours(),
          date.getUTCMinutes(),
          date.getUTCSeconds(),
        ]);
        expect(weekdayOf(seconds | 0)).toBe(date.getUTCDay() === 0 ? 7 : date.getUTCDay());
        if (year < 2106) {
          expect(isDateTime(octets, 0)).toBe(true);
          expect(secondsOf(octets, 0)).toBe(seconds | 0);
        }
      }),
      { numRuns: 500, seed: 20261122 },
    );
  });

  it("knows every day of leap years and of those that are none", () => {
    for (const year of [1972, 1999, 2000, 2100]) {
      for (let day = 0; day < 366; day++) {
        const date = new Date(Date.UTC(year, 0, 1 + day));
        const octets = octetsOf(date.getTime() / 1000);
        expect([octets[2], octets[3]]).toEqual([date.getUTCMonth() + 1, date.getUTCDate()]);
      }
    }
  });

  it("says by zeros that it is unknown", () => {
    expect(toHex(octetsOf(0))).toBe("00000000000000");
    expect(weekdayOf(0)).toBe(0);
  });

  it("takes no date that there is none of", () => {
    const at = (hex: string) => isDateTime(fromHex(hex), 0);
    expect(at("ea07021c173b3b")).toBe(true);
    expect(at("d007021d000000")).toBe(true);
    for (const wrong of [
      "00000000000000",
      "b1070101000000",
      "3a080101000000",
      "ea07000a000000",
      "ea070d0a000000",
      "ea070200000000",
      "ea07021d000000",
      "ea07041f000000",
      "3408021d000000",
      "ea070101180000",
      "ea070101003c00",
      "ea07010100003c",
    ])
      expect([wrong, at(wrong)]).toEqual([wrong, false]);
  });
});

describe("bearer/ble/uuid", () => {
  it("writes and reads numbers of the SIG and our own", () => {
    for (const [uuid, hex] of [
      [0x180d, "0d18"],
      [0x10001, "e2351712cc378e8daf4f152901006d25"],
      [0x1ffff, "e2351712cc378e8daf4f1529ffff6d25"],
    ] as const) {
      const into = new Uint8Array(18);
      expect(put(into, 1, uuid)).toBe(1 + size(uuid));
      expect(toHex(into.slice(1), size(uuid))).toBe(hex);
      expect(get(into, 1, size(uuid))).toBe(uuid);
    }
  });

  it("takes the long form of the SIG's for what it is, and of others nothing", () => {
    expect(get(fromHex("fb349b5f8000008000100000 0d180000"), 0, 16)).toBe(0x180d);
    for (const other of [
      "fb349b5f8000008000100000 0d180100",
      "fb349b5f8000008000100001 0d180000",
      "e2351712cc378e8daf4f1529 0100 6d26",
      "e3351712cc378e8daf4f1529 0100 6d25",
      "e2351712cc378e8daf4f1529 0100 0000",
    ])
      expect(get(fromHex(other), 0, 16)).toBe(-1);
    expect(get(fromHex("0d180000"), 0, 4)).toBe(-1);
  });
});
