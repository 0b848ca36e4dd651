import { describe, expect, it } from "@jest/globals";
import type { Sent } from "@songbai/sdk/bearer/bearer";
import type { Board } from "@songbai/sdk/board/board";
import { type Device, device, minutes, seconds } from "@songbai/sdk/device/device";
import type { Wiring } from "@songbai/sdk/device/wiring";
import { identityBlock, ROOT_KEY } from "@songbai/sdk/identity/block";
import { prng } from "@songbai/sdk/lang/prng";
import { BUSY, EXPIRED, MISSING, OK, OUT_OF_RANGE } from "@songbai/sdk/lang/result";
import { putAcknowledgement } from "@songbai/sdk/record/acknowledgement";
import { BATTERY, COMMAND, COMMANDED, FALL, STATUS } from "@songbai/sdk/record/codes";
import { CANCEL_ALARM, INTERVAL, LOCATE, RING, SET_TIME } from "@songbai/sdk/record/command";
import { readObservation, type TimedObservation } from "@songbai/sdk/record/observation";
import { sequenceOf } from "@songbai/sdk/record/seal";
import { recordSealer } from "@songbai/tools/hub/keys";
import { peerFrame, plainOf, ROOT, SALT } from "../support/command-peer.ts";
import { fakeLog, fakeTimers } from "../support/fake-board.ts";
import { blankImage, norPart } from "../support/nor-part.ts";

const SECTOR_BYTES = 2048;
const MANIFEST = { id: "test", sensors: {}, bearers: {} };
const EPOCH = 1;
const NOW = 1_763_000_000;
const fall = { code: FALL, values: [31, 92] };

function provisioned(): Uint8Array {
  const image = blankImage(8, SECTOR_BYTES);
  const fields = { deviceId: new Uint8Array(8), salt: SALT, firstEpoch: EPOCH, suite: 1, deviceAddress: 0 };
  image.set(identityBlock(fields, [{ name: ROOT_KEY, octets: ROOT }]) as Uint8Array);
  return image;
}

/** A device over a bearer that carries everything at once and authenticates nothing, as a phone does; `haptic`: whether it has a motor. */
function boot({ image = provisioned(), knowsTime = true, haptic = true } = {}) {
  const timers = fakeTimers();
  const log = fakeLog();
  const buzzes: number[][] = [];
  const read: TimedObservation[] = [];
  const sent: Uint8Array[] = [];
  let wiring: Wiring | undefined;
  let made: Device | undefined;
  let acknowledges = true;
  let down = 1000;

  function take(plain: Uint8Array, number: number): void {
    const frame = peerFrame(plain, { number, epoch: EPOCH });
    wiring?.onCommand(frame, frame.length);
  }

  function arrive(record: Uint8Array): void {
    const plain = new Uint8Array(128);
    const end = recordSealer({ rootKey: ROOT, suite: 1, salt: SALT }, EPOCH).open(record, record.length, plain);
    expect(end).toBeGreaterThan(0);
    for (let at = 0; at < end; ) at = readObservation(plain, at, end, read);
    const into = new Uint8Array(11);
    const sequence = sequenceOf(record, record.length);
    const length = putAcknowledgement(into, 11, EPOCH, sequence, sequence, sequence, () => true);
    if (acknowledges) take(into.slice(0, length), down++);
  }

  const board: Board = {
    clock: { uptimeMs: timers.now, epochSeconds: () => (knowsTime ? NOW + Math.floor(timers.now() / 1000) : 0) },
    timers,
    random: { next: prng(1) },
    flash: norPart(image, SECTOR_BYTES),
    log,
    battery: { levelPercent: () => 80 },
    ...(haptic ? { haptic: { buzz: (...words: [number, number, number]) => void buzzes.push(words) } } : {}),
  };
  device(
    MANIFEST,
    (d) => {
      made = d;
      d.report(minutes(10), () => d.journal([d.battery(), d.status()]));
    },
    {
      bearers: [
        (given) => {
          wiring = given;
          return {
            name: "phone",
            cost: 1,
            isReady: () => true,
            maxPayload: () => 64,
            send: (record, length, done: Sent) => {
              const copy = (record as Uint8Array).slice(0, length);
              sent.push(copy);
              timers.after(50, () => {
                arrive(copy);
                done(false, copy, 0);
              });
              return OK;
            },
          };
        },
      ],
    },
  )(board);
  return {
    d: made as Device,
    timers,
    log,
    buzzes,
    read,
    sent,
    image,
    ignore: () => {
      acknowledges = false;
    },
    /** Sends a command down; answers what the device says of it, [number, result] each. */
    command: (number: number, kind: number, values: readonly number[] = [], expires = NOW + 3600): number[][] => {
      const before = read.length;
      take(plainOf(kind, expires, values), number);
      timers.pass(20);
      timers.pass(200);
      return read.slice(before).flatMap(({ code, values: said }) => (code === COMMAND ? [said] : []));
    },
    frame: (octets: Uint8Array) => wiring?.onCommand(octets, octets.length),
    codes: () => read.map(({ code }) => code),
  };
}

describe("device/commands", () => {
  it("takes a sealed acknowledgement for its record, and no bearer's word for it", () => {
    const one = boot();
    one.d.journal([one.d.battery()]);
    one.timers.pass(60_000);
    expect(one.sent.length).toBe(1);
    one.ignore();
    one.d.journal([one.d.battery()]);
    one.timers.pass(60_000);
    expect(one.sent.length).toBeGreaterThan(2);
  });

  it("takes nothing that is not the platform's: a forged acknowledgement delivers nothing", () => {
    const one = boot();
    one.ignore();
    one.d.journal([one.d.battery()]);
    for (const purpose of ["rec", "xxx"]) {
      one.frame(peerFrame(Uint8Array.of(0x11, 5, 0), { number: 1, epoch: EPOCH, purpose }));
      one.frame(Uint8Array.of(0x11, 5, 0));
    }
    one.timers.pass(30_000);
    expect(one.sent.length).toBeGreaterThan(1);
  });

  it("reports at once when it is asked where it is, and answers", () => {
    const one = boot();
    expect(one.command(7, LOCATE)).toEqual([[7, OK]]);
    expect(one.codes().toSorted((a, b) => a - b)).toEqual([BATTERY, STATUS, COMMAND]);
    expect(one.log.events).toContainEqual([COMMANDED, 7]);
  });

  it("rings for as long as it is told, and stops on command, by the wearer and for an alarm", () => {
    const one = boot();
    expect(one.command(1, RING, [30])).toEqual([[1, OK]]);
    expect(one.buzzes).toEqual([[150, 350, 61]]);
    one.timers.pass(30_000);
    expect(one.buzzes.splice(0)).toEqual([
      [150, 350, 61],
      [0, 0, 0],
    ]);
    one.command(2, RING, [30]);
    expect(one.command(3, RING, [0])).toEqual([[3, OK]]);
    expect(one.buzzes.splice(0).at(-1)).toEqual([0, 0, 0]);
    one.command(4, RING, [30]);
    expect(one.d.alarm.cancel()).toBe(false);
    expect(one.buzzes.splice(0).at(-1)).toEqual([0, 0, 0]);
    one.command(5, RING, [30]);
    one.d.alarm.warn(fall, seconds(20));
    expect(one.buzzes.splice(0).slice(-2)).toEqual([
      [0, 0, 0],
      [400, 600, 20],
    ]);
    expect(one.command(6, RING, [30])).toEqual([[6, BUSY]]);
  });

  it.each([
    ["without seconds", RING, []],
    ["for longer than ten minutes", RING, [601]],
    ["for less than nothing", RING, [-1]],
    ["with an interval under a minute", INTERVAL, [59]],
    ["with an interval over a day", INTERVAL, [86_401]],
    ["without an interval", INTERVAL, []],
  ])("refuses %s", (_, kind, values) => {
    const one = boot();
    expect(one.command(1, kind, values)).toEqual([[1, OUT_OF_RANGE]]);
    expect(one.buzzes).toEqual([]);
  });

  it("says when it has no motor to ring with, no alarm to cancel, and no idea what is meant", () => {
    const one = boot({ haptic: false });
    expect(one.command(1, RING, [30])).toEqual([[1, MISSING]]);
    expect(one.command(2, CANCEL_ALARM)).toEqual([[2, MISSING]]);
    expect(one.command(3, 77)).toEqual([[3, MISSING]]);
  });

  it("ends the pre-alarm that runs as the wearer would, and no alarm that was raised", () => {
    const one = boot();
    one.d.alarm.warn(fall, seconds(20));
    expect(one.command(1, CANCEL_ALARM)).toEqual([[1, OK]]);
    one.timers.pass(30_000);
    expect(one.codes()).not.toContain(FALL);
    one.d.alarm.raise(fall);
    expect(one.command(2, CANCEL_ALARM)).toEqual([[2, MISSING]]);
    expect(one.codes()).toContain(FALL);
  });

  it("reports at the interval that the platform sets, from now on and after a restart", () => {
    const reports = (one: ReturnType<typeof boot>) => one.codes().filter((code) => code === STATUS).length;
    const one = boot();
    one.timers.pass(minutes(20) + 100);
    expect(reports(one)).toBe(2);
    expect(one.command(1, INTERVAL, [60])).toEqual([[1, OK]]);
    one.timers.pass(minutes(10));
    expect(reports(one)).toBe(12);
    const again = boot({ image: one.image });
    again.timers.pass(minutes(10) + 100);
    expect(reports(again)).toBe(10);
  });

  it("does a command once, however often it comes", () => {
    const one = boot();
    expect(one.command(5, RING, [30])).toEqual([[5, OK]]);
    expect([one.command(5, RING, [30]), one.command(4, RING, [30])]).toEqual([[], []]);
    expect(one.buzzes.length).toBe(1);
  });

  it("does not do what has expired, and says so", () => {
    const one = boot();
    expect(one.command(1, RING, [30], NOW - 1)).toEqual([[1, EXPIRED]]);
    expect(one.buzzes).toEqual([]);
  });

  it("sets its clock, and stamps what it journals by it, where the board has none and where it is wrong", () => {
    for (const knowsTime of [false, true]) {
      const one = boot({ knowsTime });
      expect(one.d.clock.epochSeconds()).toBe(knowsTime ? NOW : 0);
      expect(one.command(1, SET_TIME, [], NOW + 5000)).toEqual([[1, OK]]);
      const [answer] = one.read.filter(({ code }) => code === COMMAND);
      expect(answer.time).toBe(NOW + 5000);
      one.timers.pass(minutes(60 * 24 * 3));
      const at = NOW + 5000 + 3 * 86_400;
      expect(Math.abs(one.d.clock.epochSeconds() - at)).toBeLessThanOrEqual(1);
      expect(one.command(2, RING, [30], at + 100)).toEqual([[2, OK]]);
      expect(one.command(3, RING, [30], at - 100)).toEqual([[3, EXPIRED]]);
    }
  });

  it("does nothing urgent while it does not know the time", () => {
    const one = boot({ knowsTime: false });
    expect(one.command(1, LOCATE)).toEqual([[1, EXPIRED]]);
    expect(one.command(2, INTERVAL, [60])).toEqual([[2, OK]]);
  });
});
