import { describe, expect, it } from "@jest/globals";
import { CORRUPT, EXPIRED, FORGED, MISSING, OK, REPLAYED } from "@songbai/sdk/lang/result";
import { CANCEL_ALARM, INTERVAL, LOCATE, MAX_COMMAND, RING, SET_TIME } from "@songbai/sdk/record/command";
import { commandSealer } from "@songbai/tools/hub/keys";
import { commandDevice, FIRST_EPOCH, peerFrame, plainOf, ROOT, SALT } from "../support/command-peer.ts";
import { toHex } from "../support/hex.ts";
import { mutant } from "../support/mutant.ts";
import { randomSource } from "../support/random.ts";
import { FULL } from "../support/suite.ts";

const NOW = 1_763_000_000;
const ring = (number: number, epoch = FIRST_EPOCH) => peerFrame(plainOf(RING, NOW + 60, [30]), { number, epoch });
const acknowledgement = Uint8Array.of(0x11 | ((FIRST_EPOCH & 15) << 4), 5, 0);

describe("record/command", () => {
  it.each([1, 2])("opens what a peer without our code has sealed in suite %i, and the hub seals the same octets", (suite) => {
    const device = commandDevice({ suite, now: NOW });
    const seals = commandSealer({ rootKey: ROOT, suite, salt: SALT }, FIRST_EPOCH);
    for (const [number, kind, values] of [
      [1, RING, [30]],
      [200, LOCATE, []],
      [70_000, INTERVAL, [600]],
      [2 ** 31 - 1, CANCEL_ALARM, [-1, 2 ** 31 - 1]],
    ] as const) {
      const plain = plainOf(kind, NOW + 60, values);
      const frame = peerFrame(plain, { number, suite });
      const sealed = new Uint8Array(plain.length + seals.overhead(number));
      seals.seal(number, plain, plain.length, sealed);
      expect(toHex(sealed)).toBe(toHex(frame));
      expect(frame.length).toBeLessThanOrEqual(MAX_COMMAND);
      expect(device.take(frame)).toBe(OK);
      expect(device.commands.at(-1)).toEqual({ number, kind, time: NOW + 60, values: [...values], result: OK });
    }
  });

  it("fits the downlinks that its head says", () => {
    expect(peerFrame(plainOf(LOCATE, NOW)).length).toBe(17);
    expect(peerFrame(plainOf(INTERVAL, NOW, [86_400]), { number: 2 ** 21 - 1 }).length).toBe(24);
    expect(peerFrame(new Uint8Array(11), { number: 2 ** 14 }).length).toBe(23);
  });

  it("does a command once, and refuses it and all before it after a restart too", () => {
    const first = commandDevice({ now: NOW });
    expect([3, 3, 2, 4].map((number) => first.take(ring(number)))).toEqual([OK, REPLAYED, REPLAYED, OK]);
    const second = commandDevice({ now: NOW, image: first.image });
    expect([3, 4, 5, 5].map((number) => second.take(ring(number)))).toEqual([REPLAYED, REPLAYED, OK, REPLAYED]);
    expect([first.commands.length, second.commands.length]).toEqual([2, 1]);
  });

  it("does nothing that flash would not remember", () => {
    const device = commandDevice({ now: NOW });
    const refusing = { ...device.counters, put: () => CORRUPT };
    Object.assign(device.counters, refusing);
    expect(device.take(ring(1))).toBe(CORRUPT);
    expect(device.commands).toEqual([]);
  });

  it("refuses what every epoch but its own says, and takes the number with it into the next", () => {
    const device = commandDevice({ now: NOW });
    expect(device.take(ring(1))).toBe(OK);
    device.epochs.advance();
    expect(device.take(ring(2))).toBe(REPLAYED);
    expect(device.take(ring(1, FIRST_EPOCH + 1))).toBe(REPLAYED);
    expect(device.take(ring(2, FIRST_EPOCH + 1))).toBe(OK);
    expect(device.take(ring(3, FIRST_EPOCH + 2))).toBe(MISSING);
    expect(device.take(ring(3, FIRST_EPOCH + 16 + 1))).toBe(FORGED);
  });

  it("refuses a replay even when its counters are lost, as the epoch ends with them", () => {
    const device = commandDevice({ now: NOW });
    expect(device.take(ring(1))).toBe(OK);
    device.image.fill(0xff, 4096, 3 * 4096);
    const again = commandDevice({ now: NOW, image: device.image });
    expect(again.take(ring(1))).toBe(REPLAYED);
    expect(again.take(ring(2))).toBe(REPLAYED);
    expect(again.commands).toEqual([]);
    expect(again.take(ring(2, FIRST_EPOCH + 1))).toBe(OK);
  });

  it("answers what has expired and does not do it, once", () => {
    const device = commandDevice({ now: NOW + 60 });
    expect(device.take(ring(1))).toBe(OK);
    device.now = NOW + 61;
    expect([device.take(ring(2)), device.take(ring(2))]).toEqual([OK, REPLAYED]);
    expect(device.commands.map(({ result }) => result)).toEqual([OK, EXPIRED]);
  });

  it("compares times after 2038 as they are", () => {
    const device = commandDevice({ now: 2 ** 31 + 100 });
    const at = (time: number, number: number) => device.take(peerFrame(plainOf(RING, time, [1]), { number }));
    expect([at(2 ** 31 + 99, 1), at(2 ** 31 + 100, 2), at(2 ** 31 - 1, 3)]).toEqual([OK, OK, OK]);
    expect(device.commands.map(({ result }) => result)).toEqual([EXPIRED, OK, EXPIRED]);
  });

  it("does only what may come late while it does not know the time, and takes the time itself at any time", () => {
    const device = commandDevice();
    for (const [i, kind] of [LOCATE, RING, CANCEL_ALARM, INTERVAL, SET_TIME].entries())
      expect(device.take(peerFrame(plainOf(kind, NOW), { number: i + 1 }))).toBe(OK);
    expect(device.commands.map(({ result }) => result)).toEqual([EXPIRED, EXPIRED, EXPIRED, OK, OK]);
    device.now = NOW + 1000;
    device.take(peerFrame(plainOf(SET_TIME, NOW), { number: 6 }));
    expect(device.commands.at(-1)).toMatchObject({ time: NOW, result: OK });
  });

  it("takes an acknowledgement again and again, of the epoch before too, and no command with it", () => {
    const device = commandDevice({ now: NOW });
    const frame = peerFrame(acknowledgement, { number: 9 });
    expect([device.take(frame), device.take(frame), device.take(ring(1))]).toEqual([OK, OK, OK]);
    device.epochs.advance();
    expect(device.take(frame)).toBe(OK);
    device.epochs.advance();
    expect(device.take(frame)).toBe(MISSING);
    expect(device.acknowledgements).toEqual(Array(3).fill(toHex(acknowledgement)));
  });

  it("refuses a frame under the key of records, or in another suite", () => {
    const frame = (options: object) => peerFrame(plainOf(RING, NOW + 60, [30]), options);
    const device = commandDevice({ now: NOW });
    expect(device.take(frame({ purpose: "rec" }))).toBe(FORGED);
    expect(device.take(frame({ suite: 2 }))).toBe(CORRUPT);
    expect(device.take(frame({}))).toBe(OK);
  });

  it.each([
    ["an empty one", new Uint8Array(0)],
    ["a map", Uint8Array.of(0xa2, 1, 1, 2, 2)],
    ["an array of one", Uint8Array.of(0x82, 1)],
    ["two commands", Uint8Array.of(...plainOf(RING, NOW, [1]), ...plainOf(RING, NOW, [1]))],
    ["a text", Uint8Array.of(0x83, 1, 1, 0x61, 0x61)],
  ])("refuses what authenticates but is no command: %s", (_, plain) => {
    const device = commandDevice({ now: NOW });
    expect(device.take(peerFrame(plain))).toBe(CORRUPT);
    expect([device.commands, device.counters.get(8)]).toEqual([[], 0]);
  });

  it("accepts none of 20,000 frames (in npm test 5,000) that were changed, cut or lengthened, and does the true one afterwards", () => {
    const device = commandDevice({ now: NOW });
    const random = randomSource(3);
    const frames = [ring(300), peerFrame(acknowledgement, { number: 4 }), peerFrame(plainOf(SET_TIME, NOW), { number: 2 })];
    for (let i = 0; i < (FULL ? 20_000 : 5_000); i++) {
      const result = device.take(mutant(frames[i % 3], random));
      expect(result < 0).toBe(true);
    }
    expect([device.commands, device.acknowledgements]).toEqual([[], []]);
    for (const frame of [frames[2], frames[0], frames[1]]) expect(device.take(frame)).toBe(OK);
  });
});
