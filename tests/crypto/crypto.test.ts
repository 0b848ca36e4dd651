import { describe, expect, it } from "@jest/globals";
import { aes128 } from "@songbai/sdk/crypto/aes";
import { ccm } from "@songbai/sdk/crypto/ccm";
import { FORGED, OK } from "@songbai/sdk/lang/result";
import { type Answers, answersOn, RUNTIMES } from "../support/everywhere.ts";
import { fromHex, toHex } from "../support/hex.ts";
import { randomSource } from "../support/random.ts";
import aesVectors from "../vectors/aes.json" with { type: "json" };
import ccmVectors from "../vectors/ccm.json" with { type: "json" };
import cmacVectors from "../vectors/cmac.json" with { type: "json" };
import { randomTasks, type Task } from "./peer.ts";

const PROGRAM = "tests/crypto/program.ts";

interface Vector extends Task {
  readonly source: string;
}

const tagOf = ({ sealed, plain }: { sealed: string; plain: string }): number => (sealed.length - plain.length) / 2;

const VECTORS: readonly Vector[] = [
  ...aesVectors.vectors.map(({ source, key, plain, cipher }) => ({ source, line: `aes ${key} ${plain}`, answer: cipher })),
  ...cmacVectors.vectors.map(({ source, key, message, code }) => ({ source, line: `cmac ${key} ${message}`, answer: code })),
  ...ccmVectors.vectors.map((v) => ({
    source: `${v.source}, sealed`,
    line: `seal ${v.key} ${v.nonce} ${v.additional} ${tagOf(v)} ${v.plain}`,
    answer: v.sealed,
  })),
  ...ccmVectors.vectors.map((v) => ({
    source: `${v.source}, opened`,
    line: `open ${v.key} ${v.nonce} ${v.additional} ${tagOf(v)} ${v.sealed}`,
    answer: `${OK} ${v.plain}`,
  })),
];

describe.each(RUNTIMES)("crypto on %s", (runtime) => {
  it("computes every published vector", async () => {
    const answers = await answersOn(runtime, PROGRAM, linesOf(VECTORS));
    expect(wrong(VECTORS, answers)).toEqual([]);
  });

  const count = runtime === "native" ? 10_000 : 100;
  it(`agrees with Node's OpenSSL on ${count} random blocks, CMACs and sealed messages each`, async () => {
    const tasks = randomTasks(randomSource(1), count);
    expect(wrong(tasks, await answersOn(runtime, PROGRAM, linesOf(tasks)))).toEqual([]);
  });

  it("refuses a message with any bit turned, and leaves zeros in place of its data", async () => {
    const { key, nonce, additional, plain, sealed } = ccmVectors.vectors[0];
    const forgeries = flips(sealed).map((forged) => `open ${key} ${nonce} ${additional} 4 ${forged}`);
    const answers = await answersOn(runtime, PROGRAM, forgeries);
    expect(new Set(answers)).toEqual(new Set([`${FORGED} ${"00".repeat(plain.length / 2)}`]));
  });
});

describe("crypto/ccm", () => {
  const { key, nonce, additional, plain, sealed } = ccmVectors.vectors[4];
  const aad = { bytes: fromHex(additional), length: additional.length / 2 };
  const mode = ccm(aes128(fromHex(key)), nonce.length / 2, 8);
  const open = (data: Uint8Array, { n = fromHex(nonce), a = aad } = {}): number => mode.open(n, a, data, 0, data.length);

  it("opens what it sealed", () => {
    const data = fromHex(sealed);
    expect(open(data)).toBe(OK);
    expect(toHex(data, plain.length / 2)).toBe(plain);
  });

  it("refuses a message with any bit of its nonce or additional data turned", () => {
    for (const n of flips(nonce).map(fromHex)) expect(open(fromHex(sealed), { n })).toBe(FORGED);
    for (const bytes of flips(additional).map(fromHex)) {
      expect(open(fromHex(sealed), { a: { bytes, length: bytes.length } })).toBe(FORGED);
    }
  });

  it("refuses a message that is cut short, even below the length of a tag", () => {
    for (let length = 0; length < sealed.length / 2; length++) {
      expect(open(fromHex(sealed).slice(0, length))).toBe(FORGED);
    }
  });

  it("works in place anywhere in a buffer and touches nothing around its data", () => {
    const buffer = new Uint8Array(100).fill(0xa5);
    buffer.set(fromHex(plain), 10);
    const length = mode.seal(fromHex(nonce), aad, buffer, 10, plain.length / 2);
    expect(toHex(buffer.subarray(10, 10 + length))).toBe(sealed);
    expect(buffer.filter((octet, i) => (i < 10 || i >= 10 + length) && octet !== 0xa5)).toHaveLength(0);
  });

  it("seals an empty message: a tag alone", () => {
    const tag = new Uint8Array(8);
    expect(mode.seal(fromHex(nonce), aad, tag, 0, 0)).toBe(8);
    expect(open(tag.slice())).toBe(OK);
    for (const forged of flips(toHex(tag))) expect(open(fromHex(forged))).toBe(FORGED);
  });
});

function linesOf(tasks: readonly Task[]): string[] {
  return tasks.map(({ line }) => line);
}

/** The tasks that were answered wrongly, with what was answered. */
function wrong<T extends Task>(tasks: readonly T[], answers: Answers): object[] {
  return tasks.flatMap((task, i) => (answers[i] === task.answer ? [] : [{ ...task, answered: answers[i] }]));
}

/** The octets with one bit turned, for each bit. */
function flips(hex: string): string[] {
  return Array.from({ length: 4 * hex.length }, (_, bit) => {
    const octets = fromHex(hex);
    octets[bit >> 3] ^= 1 << (bit & 7);
    return toHex(octets);
  });
}
