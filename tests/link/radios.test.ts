import { describe, expect, it } from "@jest/globals";
import { BUSY, MISSING, OK, OUT_OF_RANGE } from "@songbai/sdk/lang/result";
import type { Hardware, Program } from "@songbai/sim/parts/hardware";
import { linkedRuntime, toSextets } from "@songbai/sim/runtime/linked";
import { nativeRuntime } from "@songbai/sim/runtime/native";
import { answersOn, RUNTIMES } from "../support/everywhere.ts";
import { toHex } from "../support/hex.ts";
import { program, receive } from "./radios-program.ts";

const octets = (...values: number[]): string => toSextets(Uint8Array.from(values));
const results = (...codes: number[]): string[] => codes.map((code) => `l 220 ${code}`);
const ADVERTISE = [`b 100 ${octets(2, 1, 6)}`, ...results(OK), "b 0 ", ...results(OK)];

/** Event lines, each with the effects that the program in `radios-program.ts` must answer. */
const TALK: readonly [event: string, effects: readonly string[]][] = [
  ["B 10 7 1700000000 8192 4096 90", []],
  [
    "P 20 1",
    [
      ...ADVERTISE,
      ...results(OUT_OF_RANGE, OUT_OF_RANGE, MISSING, MISSING, MISSING, MISSING),
      "m 1",
      ...results(OK, MISSING, MISSING, MISSING, MISSING, MISSING, MISSING, MISSING),
    ],
  ],
  ["N 21", []],
  ["U 22", []],
  ["O 23 1", []],
  [`I 24 ${octets(1)}`, []],
  ["L 30 1 1", ["l 200 1"]],
  ["L 31 1 4", []],
  [`G 32 ${octets(2, 23, 0)}`, [`l 202 ${3 * 65536 + 2 * 256}`]],
  ["M 40 1", ["l 210 1"]],
  [
    "P 50 1",
    [
      ...results(BUSY, BUSY, BUSY, BUSY, OUT_OF_RANGE, OUT_OF_RANGE),
      `g ${octets(2, 1, 6)}`,
      ...results(OK, BUSY),
      "m 1",
      ...results(OK, OUT_OF_RANGE, OUT_OF_RANGE),
      "o 1 8883 hub.example",
      ...results(OK, BUSY, MISSING, MISSING, MISSING),
    ],
  ],
  ["O 60 1", ["l 211 1"]],
  ["N 61", ["l 203 0"]],
  ["N 62", []],
  [
    "P 70 1",
    [
      ...results(BUSY, BUSY, BUSY, BUSY, OUT_OF_RANGE, OUT_OF_RANGE),
      `g ${octets(2, 1, 6)}`,
      ...results(OK, BUSY),
      "m 1",
      ...results(OK, BUSY, BUSY, BUSY, BUSY, OUT_OF_RANGE),
      `d ${octets(2, 1)}`,
      ...results(OK, BUSY),
    ],
  ],
  [`I 80 ${octets(7, 0, 9)}`, [`l 212 ${3 * 65536 + 7 * 256 + 9}`]],
  // More of a stream than the program takes at a time.
  [
    `I 80 ${octets(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)}`,
    [`l 212 ${5 * 65536 + 256 + 5}`, `l 212 ${5 * 65536 + 6 * 256 + 10}`, `l 212 ${2 * 65536 + 11 * 256 + 12}`],
  ],
  ["U 81", ["l 213 0"]],
  ["U 82", []],
  ["O 83 0", ["l 211 0"]],
  ["O 84 1", []],
  ["M 85 0", ["l 210 0"]],
  ["P 90 0", ["l 204 4", "k", "m 0"]],
  ["L 91 0 1", ["l 201 1"]],
  ["L 92 0 1", []],
];

describe.each(RUNTIMES)("BLE and modem on the link, on %s", (runtime) => {
  it("turn events into effects, and refuse what has no sense now", async () => {
    const answers = await answersOn(
      runtime,
      "tests/link/radios-program.ts",
      TALK.map(([event]) => event),
    );
    expect(answers.map((answer) => answer.split("\n"))).toEqual(TALK.map(([, effects]) => [...effects, "."]));
  });
});

/** What a program does to its radios while `events` happen. */
function effectsOf(start: (hardware: Hardware) => Program): string[] {
  const seen: string[] = [];
  const note = (...words: (string | number | boolean | Uint8Array)[]) => {
    seen.push(words.map((word) => (word instanceof Uint8Array ? toHex(word) : String(word))).join(" "));
  };
  const nothing = (): void => {};
  const running = start({
    uptimeMs: () => 0,
    epochSeconds: () => 0,
    setTimer: nothing,
    cancelTimer: nothing,
    transmit: nothing,
    receive: nothing,
    sense: nothing,
    programmed: nothing,
    erased: nothing,
    buzz: nothing,
    startAccelerometer: nothing,
    stopAccelerometer: nothing,
    log: (event, value) => note("log", event, value),
    ble: {
      advertise: (data, intervalMs) => note("advertise", data, intervalMs),
      send: (pdu) => note("pdu", pdu),
      disconnect: () => note("disconnect"),
    },
    modem: {
      attach: (on) => note("attach", on),
      open: (transport, host, port) => note("open", transport, host, port),
      send: (data) => note("send", data),
      close: () => note("close"),
    },
  } as Hardware);
  running.boot({ seed: 1, epochSeconds: 0, flash: new Uint8Array(8192).fill(255), sectorBytes: 4096, batteryPercent: 90 });
  const early = Uint8Array.of(1, 2, 3);
  const steps: (() => void)[] = [
    () => running.modemData(early),
    () => running.modemOpen(true),
    () => running.bleSent(),
    () => running.bleLink(true, 1),
    () => running.bleLink(true, 4),
    () => running.blePdu(Uint8Array.of(2, 23, 0)),
    () => running.modemAttached(true),
    () => running.button(true),
    () => running.modemOpen(true),
    () => running.bleSent(),
    () => running.modemSent(),
    () => running.button(true),
    () => running.modemData(Uint8Array.of(9, 8)),
    () => running.modemData(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)),
    () => running.modemSent(),
    () => running.button(true),
    () => running.button(false),
    () => running.bleLink(false, 1),
    () => running.modemAttached(true),
    () => running.button(true),
    () => running.modemOpen(false),
    () => running.button(true),
    () => running.modemAttached(false),
    () => running.button(false),
  ];
  steps.forEach((step, index) => {
    note("step", index);
    step();
  });
  return seen;
}

describe("BLE and modem without the link", () => {
  it("are the same to a program in the host's own process", () => {
    const linked = effectsOf((hardware) => linkedRuntime({ call: (line) => receive(line), close() {} }, hardware));
    expect(effectsOf((hardware) => nativeRuntime(program, hardware))).toEqual(linked);
    for (const one of ["pdu 020106", "send 0201", "open 1 hub.example 8883", "close", "disconnect", "attach false"]) {
      expect(linked).toContain(one);
    }
  });
});
