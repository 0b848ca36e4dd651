import { describe, expect, it } from "@jest/globals";
import { generate } from "coap-packet";
import { answersOn, RUNTIMES } from "../../support/everywhere.ts";
import { toHex } from "../../support/hex.ts";
import { CONNACK, PINGRESP, puback, publish, SUBACK, says, type Version } from "./broker-words.ts";
import { receive } from "./program.ts";

const begin = (version: Version): string[] => [
  "mqtt 40",
  "is",
  "attached 1",
  "pass 2001",
  "open 1",
  ...(version === 5 ? [] : [`data ${says(4, { ...CONNACK, returnCode: 1 })}`, "pass 3000", "open 1"]),
  `data ${says(version, { ...CONNACK, properties: { serverKeepAlive: 30, topicAliasMaximum: 3 } })}`,
  `data ${says(version, SUBACK)}`,
];

const talkOf = (version: Version): string[] => {
  const both = says(version, puback(1), publish("a1b2c3", { properties: { userProperties: { a: "b" } } }));
  return [
    ...begin(version),
    "send 21050607",
    `data ${both.slice(0, 14)}`,
    `data ${both.slice(14)}`,
    "prompt 0",
    `data ${says(version, publish("01", { qos: 0, messageId: undefined }), publish("02", { messageId: 40000 }))}`,
    "send ffee",
    "sent",
    "sent",
    "prompt 1",
    "pass 29000",
    `data ${says(version, puback(2))}`,
    "pass 31000",
    `data ${says(version, PINGRESP)}`,
    "pass 60000",
    "is",
    "send 0102030405",
    "open 0",
    "pass 4000",
    "open 1",
    `data ${says(version, CONNACK, SUBACK)}`,
    "data 30000000ffff",
    "pass 100000",
    "attached 0",
    "is",
  ];
};

/** What the device has asked in these lines: ids and tokens come from its own random numbers. */
function coapTalk(): string[] {
  const lines: string[] = [];
  let last = "";
  const say = (line: string): void => {
    lines.push(line);
    last = receive(line).split(">")[1] ?? last;
  };
  const answer = (code: string, more: object = {}): void =>
    say(
      `data ${toHex(generate({ ack: true, code, messageId: Number.parseInt(last.slice(4, 8), 16), token: Buffer.from(last.slice(8, 16), "hex"), ...more }))}`,
    );
  for (const line of ["coap 30 32", "attached 1", "pass 2001", "open 1", "send 21050607", "pass 10000"]) say(line);
  answer("2.04", { payload: Buffer.from("c0ffee", "hex") });
  say(`send ${"00ff55aa".repeat(20)}`);
  answer("2.31", { options: [{ name: "Block1", value: Buffer.of(0x09) }] });
  answer("2.31", { options: [{ name: "Block1", value: Buffer.of(0x18) }] });
  answer("2.04", { payload: Buffer.alloc(16, 7), options: [{ name: "Block2", value: Buffer.of(0x08) }] });
  answer("2.05", { payload: Buffer.from("0102"), options: [{ name: "Block2", value: Buffer.of(0x10) }] });
  for (const line of ["send 01", "data 40000007", "pass 100000", "is"]) say(line);
  return lines;
}

describe("bearer/cellular, everywhere", () => {
  const lines = [...talkOf(5), ...talkOf(4), ...coapTalk()];
  const expected = lines.map(receive);

  it("connects, sends, hears, pings and hangs up in what it is given", () => {
    const all = expected.join(" ");
    expect(all.match(/ready/g)?.length).toBeGreaterThan(4);
    for (const word of ["down a1b2c3", "down 02", "down c0ffee", ">c000", "close", "done 0 0"]) expect(all).toContain(word);
    expect(all).toMatch(/down (07){16}30313032/);
    expect(all).not.toContain("no timer");
  });

  it.each(RUNTIMES)(
    "%s: octet for octet the same",
    async (runtime) => {
      expect(await answersOn(runtime, "tests/bearer/cellular/program.ts", lines)).toEqual(expected);
    },
    60_000,
  );
});
