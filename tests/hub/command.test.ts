import { describe, expect, it } from "@jest/globals";
import { OK, REPLAYED } from "@songbai/sdk/lang/result";
import { BATTERY, COMMAND } from "@songbai/sdk/record/codes";
import { CANCEL_ALARM, INTERVAL, LOCATE, RING, SET_TIME } from "@songbai/sdk/record/command";
import { putObservation } from "@songbai/sdk/record/observation";
import { COMMAND_PORT } from "@songbai/tools/hub/command";
import { type Hub, hub } from "@songbai/tools/hub/hub";
import { recordSealer } from "@songbai/tools/hub/keys";
import { memoryStore, type Store } from "@songbai/tools/hub/store/store";
import { printedId } from "@songbai/tools/provision/demo";
import { commandDevice, FIRST_EPOCH, ROOT, SALT } from "../support/command-peer.ts";
import { toHex } from "../support/hex.ts";

const NOW = 1_763_000_000;
const deviceId = new Uint8Array(8);
const STATUS = `songbai/v1/${printedId(deviceId)}/status`;

function enrolment(suite = 1) {
  return { deviceId, suite, salt: SALT, rootKey: new Uint8Array(ROOT), epoch: FIRST_EPOCH };
}

/** A hub that knows one device, and that device. */
function setUp({ suite = 1, store = memoryStore([enrolment(suite)]) as Store, now = NOW } = {}) {
  const published: { topic: string; payload: object }[] = [];
  const far: Hub = hub({ store, subBand: 0, publish: (topic, payload) => published.push({ topic, payload }) });
  const device = commandDevice({ suite, now });
  /** A record of the device, made at `time`. */
  const record = (sequence: number, time = NOW, epoch = FIRST_EPOCH, said = { code: BATTERY, values: [50] }): Uint8Array => {
    const plain = new Uint8Array(32);
    const length = putObservation(plain, 0, said, time);
    const sealed = new Uint8Array(64);
    const seals = recordSealer(enrolment(suite), epoch);
    return sealed.slice(0, seals.seal(sequence, plain, length, sealed));
  };
  /** The device's answer to a command comes at the hub. */
  const answer = (sequence: number, number: number, at = NOW, epoch = FIRST_EPOCH) =>
    far.record(deviceId, record(sequence, at, epoch, { code: COMMAND, values: [number, OK] }), at);
  return { far, store, device, published, record, answer };
}

describe("commands for a device", () => {
  it.each([1, 2])("go down with the next bearer and are done as they were given, in suite %i", (suite) => {
    const { far, device, published, answer } = setUp({ suite });
    const given = [
      [{ command: "ring", seconds: 30, id: "nurse 7" }, RING, [30], NOW + 600],
      [{ command: "locate", expires: new Date((NOW + 60) * 1000).toISOString() }, LOCATE, [], NOW + 60],
      [{ command: "interval", seconds: 3600 }, INTERVAL, [3600], NOW + 86_400],
      [{ command: "cancel-alarm" }, CANCEL_ALARM, [], NOW + 60],
      [{ command: "set-time" }, SET_TIME, [], NOW],
    ] as const;
    for (const [json] of given) expect(far.command(deviceId, json, NOW)).toHaveProperty("number");
    for (const [i, [, kind, values, time]] of given.entries()) {
      const frame = far.waiting?.(deviceId, NOW + 1) as Uint8Array;
      expect(device.take(frame)).toBe(OK);
      expect(device.commands.at(-1)).toEqual({ number: i + 1, kind, time, values: [...values], result: OK });
      // The next one waits for the answer to this one.
      expect(far.waiting?.(deviceId, NOW + 1)).toBeUndefined();
      answer(i, i + 1);
    }
    expect(far.waiting?.(deviceId, NOW + 1)).toBeUndefined();
    expect(published[0]).toEqual({
      topic: STATUS,
      payload: {
        device: printedId(deviceId),
        name: "command-queued",
        command: "ring",
        number: 1,
        expires: new Date((NOW + 600) * 1000).toISOString(),
        id: "nurse 7",
      },
    });
  });

  it("go down on a LoRaWAN port of their own", () => {
    const { far } = setUp();
    far.command(deviceId, { command: "locate" }, NOW);
    expect(far.takeDownlink(deviceId, NOW)?.port).toBe(COMMAND_PORT);
  });

  it("are not sent once they have expired, and a time that is old is not sent at all", () => {
    const { far } = setUp();
    far.command(deviceId, { command: "cancel-alarm" }, NOW);
    far.command(deviceId, { command: "set-time" }, NOW + 20);
    expect(far.takeDownlink(deviceId, NOW + 60)).toBeUndefined();
  });

  it.each([
    ['a command is an object such as {"command": "ring", "seconds": 30}', "ring"],
    ['a command is an object such as {"command": "ring", "seconds": 30}', null],
    ['a command is an object such as {"command": "ring", "seconds": 30}', [{ command: "ring" }]],
    ['"command" is one of locate, interval, ring, cancel-alarm, set-time', {}],
    ['"command" is one of locate, interval, ring, cancel-alarm, set-time', { command: "toString" }],
    ['"second" is none of command, seconds, expires, id', { command: "ring", second: 3 }],
    ['"ring" needs "seconds", a whole number from 0 to 600', { command: "ring" }],
    ['"ring" needs "seconds", a whole number from 0 to 600', { command: "ring", seconds: 601 }],
    ['"ring" needs "seconds", a whole number from 0 to 600', { command: "ring", seconds: "30" }],
    ['"interval" needs "seconds", a whole number from 60 to 86400', { command: "interval", seconds: 60.5 }],
    ['"interval" needs "seconds", a whole number from 60 to 86400', { command: "interval", seconds: 59 }],
    ['"locate" takes no "seconds"', { command: "locate", seconds: 1 }],
    ['"expires" is a time such as "2026-03-02T12:00:00Z"', { command: "locate", expires: NOW + 60 }],
    ['"expires" is a time such as "2026-03-02T12:00:00Z"', { command: "locate", expires: "2026-13-45T00:00:00Z" }],
    ['"expires" has passed', { command: "locate", expires: new Date(NOW * 1000).toISOString() }],
    ['"expires" is more than a week ahead', { command: "locate", expires: new Date((NOW + 604_801) * 1000).toISOString() }],
    ['"set-time" takes no "expires"', { command: "set-time", expires: new Date((NOW + 60) * 1000).toISOString() }],
    ['"id" is a text of at most 64 characters', { command: "locate", id: 7 }],
    ['"id" is a text of at most 64 characters', { command: "locate", id: "x".repeat(65) }],
  ])("are refused in one sentence: %s", (reason, json) => {
    const { far, published } = setUp();
    expect(far.command(deviceId, json, NOW)).toEqual({ rejected: reason });
    expect(published).toEqual([{ topic: STATUS, payload: { device: printedId(deviceId), name: "command-refused", reason } }]);
    expect(far.takeDownlink(deviceId, NOW)).toBeUndefined();
  });

  it("are refused for a device that nobody knows, or that is revoked", () => {
    const { far, store } = setUp();
    const other = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    expect(far.command(other, { command: "locate" }, NOW)).toEqual({
      rejected: "the device 0102-0304-0506-0708 is not enrolled",
    });
    store.revoke(deviceId);
    expect(far.command(deviceId, { command: "locate" }, NOW)).toEqual({ rejected: "the device is revoked" });
  });

  it("are sealed under the epoch that the device's records have proved", () => {
    const { far, device, record, answer } = setUp();
    const takes = () => {
      far.command(deviceId, { command: "locate" }, NOW);
      return device.take(far.waiting?.(deviceId, NOW) as Uint8Array);
    };
    expect(takes()).toBe(OK);
    answer(1, 1);
    device.epochs.advance();
    expect(takes()).toBe(REPLAYED);
    // One of an epoch that is over holds none up.
    far.record(deviceId, record(3, NOW, FIRST_EPOCH + 1), NOW);
    expect(takes()).toBe(OK);
  });
});

describe("a command that nobody answers", () => {
  it("goes again when the device is heard, though not before it can have answered", () => {
    const { far, record } = setUp();
    far.command(deviceId, { command: "locate" }, NOW);
    const frame = far.waiting?.(deviceId, NOW);
    expect(frame).toBeDefined();
    far.record(deviceId, record(1), NOW + 5);
    expect(far.waiting?.(deviceId, NOW + 9)).toBeUndefined();
    expect(far.waiting?.(deviceId, NOW + 10)).toEqual(frame);
    expect(far.waiting?.(deviceId, NOW + 30)).toBeUndefined();
    far.record(deviceId, record(2), NOW + 30);
    expect(far.waiting?.(deviceId, NOW + 30)).toEqual(frame);
  });

  it("goes again to a silent device, ever more seldom, until its time is over", () => {
    const { far } = setUp();
    far.command(deviceId, { command: "interval", seconds: 600 }, NOW);
    const times = Array.from({ length: 86_400 / 10 }, (_, i) => 10 * i).filter((s) => far.waiting?.(deviceId, NOW + s));
    expect(times.slice(0, 8)).toEqual([0, 60, 180, 420, 900, 1860, 3780, 7380]);
    expect(times.length).toBe(7 + 22);
  });

  it("survives a restart of the hub", () => {
    const { far, store } = setUp();
    far.command(deviceId, { command: "locate" }, NOW);
    const frame = far.waiting?.(deviceId, NOW);
    expect(setUp({ store }).far.waiting?.(deviceId, NOW + 1)).toEqual(frame);
  });

  it("is told to have expired, once, also by a hub that was away, and only then gives way to the next one", () => {
    const { far, store, published } = setUp();
    far.command(deviceId, { command: "cancel-alarm" }, NOW);
    far.command(deviceId, { command: "locate" }, NOW);
    far.expire(NOW + 59);
    expect(published.map(({ payload }) => payload)).toMatchObject([{ name: "command-queued" }, { name: "command-queued" }]);
    const again = setUp({ store });
    const [first, second] = store.queued(1, 0);
    expect(again.far.waiting?.(deviceId, NOW + 59)).toEqual(first.payload);
    again.far.expire(NOW + 60);
    again.far.expire(NOW + 61);
    expect(again.published).toEqual([
      { topic: STATUS, payload: { device: printedId(deviceId), name: "command-expired", number: 1 } },
    ]);
    expect(again.far.waiting?.(deviceId, NOW + 61)).toEqual(second.payload);
    again.far.expire(NOW + 600);
    expect(again.published.at(-1)?.payload).toMatchObject({ name: "command-expired", number: 2 });
    expect(store.queued(1, 0)).toEqual([]);
  });

  it("is not told to have expired once it was answered, nor does it go again, nor one before it", () => {
    const { far, published, answer } = setUp();
    for (let i = 0; i < 3; i++) far.command(deviceId, { command: "locate" }, NOW);
    answer(1, 2, NOW + 5);
    const third = far.waiting?.(deviceId, NOW + 5) as Uint8Array;
    expect(third[1]).toBe(3);
    answer(2, 3, NOW + 6);
    expect(far.waiting?.(deviceId, NOW + 300)).toBeUndefined();
    far.expire(NOW + 600);
    const expired = published.filter(({ payload }) => (payload as { name: string }).name === "command-expired");
    // The device, which has done the second, refuses it.
    expect(expired.map(({ payload }) => payload)).toMatchObject([{ number: 1 }]);
  });
});

describe("what the hub seals", () => {
  it("acknowledges records for the device alone", () => {
    const { far, device, record } = setUp();
    const { answer } = far.record(deviceId, record(5), NOW);
    expect(device.take(answer as Uint8Array)).toBe(OK);
    expect(device.acknowledgements).toEqual(["51050105"]);
    expect(commandDevice({ suite: 2 }).take(answer as Uint8Array)).toBeLessThan(0);
  });

  it("never takes a number twice, for whatever it seals, through restarts and among many devices", () => {
    const store = memoryStore([enrolment()]);
    const seen = new Set<string>();
    let sealed = 0;
    let highest = 0;
    for (let start = 0; start < 5; start++) {
      const { far, record, answer } = setUp({ store });
      for (let i = 0; i < 100; i++) {
        const held = far.record(deviceId, record(start * 200 + 2 * i), NOW).answer as Uint8Array;
        far.command(deviceId, { command: "locate" }, NOW);
        const frame = far.waiting?.(deviceId, NOW) as Uint8Array;
        for (const octets of [held, frame]) {
          seen.add(toHex(octets.slice(0, octets[1] > 127 ? 3 : 2)));
          sealed++;
        }
        const number = frame[1] > 127 ? (frame[1] & 127) | (frame[2] << 7) : frame[1];
        expect(number).toBeGreaterThan(highest);
        highest = number;
        expect(answer(start * 200 + 2 * i + 1, number).rejected).toBeUndefined();
      }
    }
    expect(seen.size).toBe(sealed);
  });

  it("tells the time to a device that does not know it, once at a time", () => {
    const { far, device, record } = setUp({ now: 0 });
    far.record(deviceId, record(1, 0), NOW + 0.7);
    far.record(deviceId, record(2, 0), NOW + 1);
    expect(device.take(far.waiting?.(deviceId, NOW + 1) as Uint8Array)).toBe(OK);
    expect(device.commands).toMatchObject([{ kind: SET_TIME, time: NOW, result: OK }]);
    expect(far.waiting?.(deviceId, NOW + 1)).toBeUndefined();
    far.record(deviceId, record(3), NOW + 2);
    expect(far.waiting?.(deviceId, NOW + 2)).toBeUndefined();
  });
});
