import { describe, expect, it } from "@jest/globals";
import { answersOn, RUNTIMES } from "../../support/everywhere.ts";
import { toHex } from "../../support/hex.ts";
import { APP_KEY, downlink } from "./mac-bench.ts";
import { receive } from "./mac-program.ts";
import { joinAccept } from "./peer.ts";

const down = (...given: Parameters<typeof downlink>): string => `down ${toHex(downlink(...given))}`;

/** A session of every kind of command, with silence, a replay and a forgery between. */
const TALK = [
  down(0xfffe, { options: "06" + "0352ff0051" }),
  "send 01",
  down(0xffff, { options: "0522a0c94c" + "0803" + "0402" }),
  "send 0203",
  "down -",
  down(0xffff, { options: "06" }),
  "send 04",
  down(0x10002, { port: 0, payload: "06".repeat(7), confirmed: true }),
  "send 05",
  "pass 400000",
  "send 06",
  "pass 400000",
  down(0x10003, { options: "021403" + "0d01020384ff", port: 9, payload: "aabb" }),
  "send 07",
  "pass 400000",
  down(0x10004, { options: "0703184f8450" + "0a03d25684" + "0925" }),
  "send 08",
  "pass 400000",
  "send 09",
  "pass 400000",
];

const LINES = [
  ...["rp001", "rp002", "eu868", "us915", "as923"].flatMap((plan) => [`abp ${plan}`, ...TALK]),
  "otaa rp001",
  "join",
  `down ${toHex(joinAccept(APP_KEY, { joinNonce: 8, address: -3, settings: 0x12, delay: 2 }))}`,
  "pass 60000",
  "send 0a",
  "pass 60000",
  ...["rp002", "eu868", "us915", "as923"].flatMap((plan) => [
    `otaa ${plan}`,
    `down ${toHex(joinAccept(APP_KEY, { joinNonce: 1, channels: new Uint8Array(16).fill(plan === "eu868" ? 0 : 1) }))}`,
    "join",
    "send 0b",
    "pass 60000",
  ]),
];

describe("bearer/lorawan/mac, everywhere", () => {
  const expected = LINES.map(receive);

  it("sends, hears and joins in what it is given", () => {
    const all = expected.join("");
    for (const word of ["acknowledged", "lost", "ready", "check 20 3", "time -2080177663 255", "data 9 aabb"])
      expect(all).toContain(word);
    expect(expected.filter((line) => line.includes("ready"))).toHaveLength(5);
  });

  it.each(RUNTIMES)(
    "%s: octet for octet the same",
    async (runtime) => {
      expect(await answersOn(runtime, "tests/bearer/lorawan/mac-program.ts", LINES)).toEqual(expected);
    },
    60_000,
  );
});
