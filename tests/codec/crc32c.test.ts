import { describe, expect, it } from "@jest/globals";
import { crc32c } from "@songbai/sdk/codec/crc32c";
import fc from "fast-check";
import { answersOn, RUNTIMES } from "../support/everywhere.ts";
import { fromHex } from "../support/hex.ts";
import crc32cVectors from "../vectors/crc32c.json" with { type: "json" };

const { vectors } = crc32cVectors;

const int32 = (hex: string): number => Number.parseInt(hex, 16) | 0;

describe("codec/crc32c", () => {
  it.each(vectors)("gives RFC 3720's checksum of $name", ({ octets, crc }) => {
    expect(crc32c(0, fromHex(octets), 0, octets.length / 2)).toBe(int32(crc));
  });

  it("may be computed in pieces", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.uint8Array({ maxLength: 64 }), (a, b) => {
        const whole = Uint8Array.from([...a, ...b]);
        const first = crc32c(0, a, 0, a.length);
        expect(crc32c(first, whole, a.length, b.length)).toBe(crc32c(0, whole, 0, whole.length));
      }),
    );
  });

  it("finds every error of up to four bits in 40 octets", () => {
    const turn = fc.uniqueArray(fc.nat({ max: 319 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 40, maxLength: 40 }), turn, (octets, bits) => {
        const damaged = octets.slice();
        for (const bit of bits) damaged[bit >> 3] ^= 1 << (bit & 7);
        expect(crc32c(0, damaged, 0, 40)).not.toBe(crc32c(0, octets, 0, 40));
      }),
      { numRuns: 1000 },
    );
  });

  it.each(RUNTIMES)("is the same on %s", async (runtime) => {
    const lines = vectors.map(({ octets }) => `crc ${octets}`);
    const expected = vectors.map(({ crc }) => String(int32(crc)));
    expect(await answersOn(runtime, "tests/codec/program.ts", lines)).toEqual(expected);
  });
});
