import { strict as assert } from "node:assert";
import { describe, expect, it } from "@jest/globals";
import { newHead, putUnsigned, readHead, skipItem, UNSIGNED } from "@songbai/sdk/codec/cbor";
import { CORRUPT, OUT_OF_RANGE } from "@songbai/sdk/lang/result";
import { Encoder } from "cbor-x";
import fc from "fast-check";
import { answersOn, RUNTIMES } from "../support/everywhere.ts";
import { fromHex, toHex } from "../support/hex.ts";
import { randomSource } from "../support/random.ts";
import vectors from "../vectors/cbor.json" with { type: "json" };
import { receive } from "./program.ts";
import { decode, diagnostic, encode, type Tree, trees } from "./tree.ts";

/** The independent implementation, told to write definite lengths in their shortest form. */
const peer = new Encoder({ useRecords: false, variableMapSize: true, mapsAsObjects: false, tagUint8Array: false });

/** Octets that throw when anything outside them is read. */
function guarded(octets: Uint8Array): Uint8Array {
  return new Proxy(octets, {
    get: (target, key) => {
      const index = Number(key);
      if (!(index >= 0 && index < target.length)) throw new Error(`octet ${String(key)} of ${target.length} was read`);
      return target[index];
    },
  });
}

const skip = (octets: Uint8Array): number => skipItem(guarded(octets), 0, octets.length);

describe("codec/cbor", () => {
  it.each(vectors.accepted)("reads and writes RFC 8949's example %s", (hex) => {
    const tree = peer.decode(Buffer.from(hex, "hex")) as Tree;
    expect(toHex(encode(tree))).toBe(hex);
    expect(diagnostic(decode(fromHex(hex)))).toBe(diagnostic(tree));
    expect(skip(fromHex(hex))).toBe(hex.length / 2);
  });

  it.each(vectors.refused)("refuses RFC 8949's example %s", (hex) => {
    expect([CORRUPT, OUT_OF_RANGE]).toContain(skip(fromHex(hex)));
  });

  it("writes what cbor-x reads", () => {
    fc.assert(
      fc.property(trees, (tree) => {
        expect(diagnostic(peer.decode(Buffer.from(encode(tree))) as Tree)).toBe(diagnostic(tree));
      }),
      { numRuns: 500 },
    );
  });

  it("reads what cbor-x writes, and writes the same octets", () => {
    fc.assert(
      fc.property(trees, (tree) => {
        const octets = new Uint8Array(peer.encode(tree));
        expect(skip(octets)).toBe(octets.length);
        expect(diagnostic(decode(octets))).toBe(diagnostic(tree));
        expect(toHex(encode(tree))).toBe(toHex(octets));
      }),
      { numRuns: 500 },
    );
  });

  it("reads and writes unsigned numbers of all 32 bits", () => {
    for (const [bits, hex] of [
      [-1, "1affffffff"],
      [-2147483648, "1a80000000"],
      [2147483647, "1a7fffffff"],
    ] as const) {
      const octets = new Uint8Array(5);
      expect(putUnsigned(octets, 0, bits)).toBe(5);
      expect(toHex(octets)).toBe(hex);
      const head = newHead();
      expect(readHead(octets, 0, 5, head)).toBe(5);
      expect(head).toEqual({ major: UNSIGNED, argument: bits });
    }
  });

  it("refuses an item that is cut short anywhere", () => {
    fc.assert(
      fc.property(trees, fc.nat(), (tree, cut) => {
        const octets = encode(tree);
        expect(skip(octets.slice(0, cut % octets.length))).toBe(CORRUPT);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["an integer below 24 in two octets", "1817"],
    ["an integer below 256 in three", "1900ff"],
    ["an integer below 65536 in five", "1a0000ffff"],
    ["a string's length", "580161"],
    ["an array's count", "980100"],
    ["a negative integer", "390001"],
  ])("refuses what is not in its shortest form: %s", (_, hex) => {
    expect(skip(fromHex(hex))).toBe(CORRUPT);
  });

  it.each(["1c", "1d", "1e", "1f", "3f", "5f", "7f", "9f", "bf", "5c", "9e"])(
    "refuses reserved and indefinite lengths: %s",
    (hex) => {
      expect(skip(fromHex(`${hex}00000000000000ff`))).toBe(CORRUPT);
    },
  );

  it("refuses counts and lengths that no input could hold", () => {
    for (const hex of ["9affffffff00", "9a7fffffff00", "baffffffff0000", "ba7fffffff0000", "5affffffff00", "7a7fffffff00"]) {
      expect(skip(fromHex(hex))).toBe(CORRUPT);
    }
  });

  it("reads items nested 16 deep and refuses deeper ones, however deep", () => {
    const nested = (depth: number): Uint8Array => fromHex(`${"81".repeat(depth)}00`);
    expect(skip(nested(16))).toBe(17);
    expect(skip(nested(17))).toBe(OUT_OF_RANGE);
    expect(skip(nested(99_999))).toBe(OUT_OF_RANGE);
  });

  it("answers any octets with a position or a code; what it accepts has no other encoding", () => {
    const random = randomSource(3);
    let accepted = 0;
    for (let i = 0; i < 100_000; i++) {
      const octets = random.bytes(random.below(40));
      const end = skip(octets);
      if (end < 0) assert(end === CORRUPT || end === OUT_OF_RANGE);
      else {
        accepted += 1;
        const hex = toHex(octets, end);
        assert.equal(receive(`item ${hex}`), `${end} ${hex}`);
      }
    }
    expect(accepted).toBeGreaterThan(10_000);
  });
});

describe.each(RUNTIMES)("codec/cbor on %s", (runtime) => {
  const random = randomSource(4);
  const samples = fc.sample(trees, { numRuns: 100, seed: 4 }).map((tree) => toHex(encode(tree)));
  const garbage = Array.from({ length: 1000 }, () => toHex(random.bytes(1 + random.below(30))));
  const items = [...vectors.accepted, ...vectors.refused, ...samples, ...garbage].map((hex) => `item ${hex}`);

  it("reads, refuses and writes as natively", async () => {
    expect(await answersOn(runtime, "tests/codec/program.ts", items)).toEqual(items.map(receive));
  });
});
