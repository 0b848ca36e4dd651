import { describe, expect, it } from "@jest/globals";
import { putAcknowledgement } from "@songbai/sdk/record/acknowledgement";
import { peerFrame, plainOf } from "../support/command-peer.ts";
import { type Answers, answersOn, RUNTIMES } from "../support/everywhere.ts";
import { toHex } from "../support/hex.ts";
import { randomSource } from "../support/random.ts";

const PROGRAM = "tests/record/program.ts";
const random = randomSource(11);

const SEALS = [1, 2].flatMap((suite) =>
  [0, 127, 128, 20_000, 2 ** 31 - 1].map((sequence) => {
    const plain = toHex(random.bytes(1 + random.below(40)));
    const line = `seal ${suite} ${toHex(random.bytes(16))} ${toHex(random.bytes(4))} ${random.below(60_000)} ${sequence} ${plain}`;
    return { line, plain };
  }),
);

/** The hub holds all below 100, and above it all but the first ten of each 150, up to 400. */
const held = (sequence: number): boolean => sequence < 100 || (sequence <= 400 && sequence % 150 > 9);
const ASKED = [0, 99, 100, 149, 150, 159, 160, 299, 305, 400, 401];

function acknowledgement(): string {
  const into = new Uint8Array(11);
  return toHex(into, putAcknowledgement(into, into.length, 5, 100, 0, 400, held));
}

/** Frames of every kind, one of them again, one forged and one expired, and what a device makes of them. */
function commandLine(suite: number): string {
  const options = { suite, epoch: 5, root: new Uint8Array(32), salt: new Uint8Array(4) };
  const frame = (number: number, plain: Uint8Array) => toHex(peerFrame(plain, { ...options, number }));
  const acknowledged = frame(9, Uint8Array.of(0x51, 5, 0));
  const ring = frame(3, plainOf(3, 2000, [-1, 2 ** 31 - 1]));
  const forged = `${ring.slice(0, -2)}${ring.endsWith("00") ? "01" : "00"}`;
  const frames = [acknowledged, forged, ring, ring, frame(200, plainOf(1, 999)), frame(2 ** 31 - 1, plainOf(5, 4_000_000_000))];
  return `command ${suite} 1000 ${frames.join(" ")}`;
}

const COMMANDS_SAY = " ack=510500 0 -7 3/3/2000/0,-1,2147483647 0 -8 200/1/999/-9 0 2147483647/5/-294967296/0 0";

const LINES = [
  ...[1, 2].map(commandLine),
  ...SEALS.map(({ line }) => line),
  ...ASKED.map((sequence) => `ack ${acknowledgement()} 5 ${sequence}`),
  "service 1",
  "service 40",
];

describe.each(RUNTIMES)("record on %s", (runtime) => {
  it("seals, opens, obeys commands, reads acknowledgements and chains its service log, octet for octet as natively", async () => {
    const native: Answers = await answersOn("native", PROGRAM, LINES);
    const answers = await answersOn(runtime, PROGRAM, LINES);
    expect(answers).toEqual(native);
    const [first, second, ...rest] = answers;
    expect([first, second]).toEqual([COMMANDS_SAY, COMMANDS_SAY]);
    for (const [i, { plain }] of SEALS.entries()) {
      expect(rest[i].split(" ").slice(1)).toEqual([`${plain.length / 2}`, plain]);
    }
    expect(rest.slice(SEALS.length, SEALS.length + ASKED.length)).toEqual(ASKED.map((one) => (held(one) ? "1" : "0")));
    expect(answers.at(-1)).toMatch(/^[0-9a-f]{8}00000028000000280*.*d284/);
  });
});
