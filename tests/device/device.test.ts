import { describe, expect, it } from "@jest/globals";
import { CONFIRMED_UP, frameCodec, newFrame, parseFrame, UNCONFIRMED_DOWN } from "@songbai/sdk/bearer/lorawan/frame";
import type { Board } from "@songbai/sdk/board/board";
import type { Cipher } from "@songbai/sdk/board/cipher";
import type { Lora } from "@songbai/sdk/board/lora";
import { aes128 } from "@songbai/sdk/crypto/aes";
import { type Device, device, minutes, seconds } from "@songbai/sdk/device/device";
import { overLorawan } from "@songbai/sdk/device/over-lorawan";
import { identityBlock, LORAWAN_APPLICATION_KEY, LORAWAN_NETWORK_KEY, ROOT_KEY } from "@songbai/sdk/identity/block";
import type { Ints } from "@songbai/sdk/lang/intrinsics";
import { prng } from "@songbai/sdk/lang/prng";
import { MISSING, OK } from "@songbai/sdk/lang/result";
import {
  ALARM_CANCELLED,
  ALARM_DELIVERED,
  ALARM_RAISED,
  BATTERY,
  BOOTED,
  EPOCH_BEGUN,
  FALL,
  JOURNALLED,
  NO_IDENTITY,
  SESSION_LOST,
  SOS,
  STATUS,
} from "@songbai/sdk/record/codes";
import { readObservation, type TimedObservation } from "@songbai/sdk/record/observation";
import { recordSealer } from "@songbai/tools/hub/keys";
import { fakeLog, fakeTimers } from "../support/fake-board.ts";
import { blankImage, norPart } from "../support/nor-part.ts";

const MANIFEST = {
  id: "test",
  sensors: { accelerometer: { rateHz: 50, rangeG: 8, watermark: 25 } },
  bearers: { lorawan: { subBand: 10, dataRate: 3 } },
};
const SECTOR_BYTES = 2048;
const ADDRESS = 0x0abc_def0;
const SALT = Uint8Array.of(1, 2, 3, 4);
const FIELDS = { deviceId: new Uint8Array(8), salt: SALT, firstEpoch: 1, suite: 1, deviceAddress: ADDRESS };
const ROOT = new Uint8Array(32).fill(1);
const KEYS = [
  { name: ROOT_KEY, octets: ROOT },
  { name: LORAWAN_NETWORK_KEY, octets: new Uint8Array(16).fill(2) },
  { name: LORAWAN_APPLICATION_KEY, octets: new Uint8Array(16).fill(3) },
];

function provisioned(): Uint8Array {
  const image = blankImage(8, SECTOR_BYTES);
  image.set(identityBlock(FIELDS, KEYS) as Uint8Array);
  return image;
}

/** A network that is there or not, and what its hub has read. */
function fakeNetwork(timers: ReturnType<typeof fakeTimers>) {
  const codec = frameCodec(aes128(KEYS[1].octets), aes128(KEYS[2].octets));
  const network = { reachable: true, read: [] as TimedObservation[] };
  let answerDue = false;
  let counter = 0;
  const lora: Lora = {
    transmit(octets, length, _channel, _power, onDone) {
      const frame = newFrame(242);
      answerDue = network.reachable && parseFrame(octets, length, frame) === OK && frame.type === CONFIRMED_UP;
      if (answerDue) {
        expect(codec.open(frame, octets, length, frame.counter)).toBe(OK);
        const plain = new Uint8Array(128);
        const record = recordSealer({ rootKey: ROOT, suite: 1, salt: SALT }, frame.payload[0] >> 4);
        const end = record.open(frame.payload, frame.payloadLength, plain);
        for (let at = 0; at < end; ) at = readObservation(plain, at, end, network.read);
      }
      timers.after(300, onDone);
      return OK;
    },
    receive(into, _channel, timeoutMs, onFrame) {
      if (!answerDue) timers.after(timeoutMs, () => onFrame(MISSING));
      else {
        answerDue = false;
        const answer = { ...newFrame(242), type: UNCONFIRMED_DOWN, deviceAddress: ADDRESS, acknowledges: true, counter };
        counter += 1;
        timers.after(200, () => onFrame(codec.build(answer, into)));
      }
      return OK;
    },
  };
  return { lora, network };
}

/** Boots the bracelet's program, as far as buttons and alarms go, on a fake board. */
function boot(image = provisioned(), cipher?: Cipher) {
  const timers = fakeTimers();
  const log = fakeLog();
  const part = norPart(image, SECTOR_BYTES);
  const { lora, network } = fakeNetwork(timers);
  let press: (pressed: boolean) => void = () => {};
  let batch: (count: number) => void = () => {};
  let samples: Ints = [];
  let d: Device | undefined;
  const board: Board = {
    clock: { uptimeMs: timers.now, epochSeconds: () => 1_700_000_000 + Math.floor(timers.now() / 1000) },
    timers,
    random: { next: prng(1) },
    flash: part,
    log,
    battery: { levelPercent: () => 80 },
    button: {
      onChange: (listener) => {
        press = listener;
      },
    },
    accelerometer: {
      start: (_settings, into, onBatch) => {
        samples = into;
        batch = onBatch;
        return OK;
      },
      stop: () => {},
    },
    lora,
    ...(cipher === undefined ? {} : { cipher }),
  };
  device(
    MANIFEST,
    (made) => {
      d = made;
      made.button.onPress(() => made.alarm.cancel());
      made.button.onLongPress(() => {
        made.alarm.confirm();
        made.alarm.raise({ code: SOS, values: [] });
      });
    },
    { bearers: [overLorawan] },
  )(board);
  const hold = (ms: number): void => {
    press(true);
    timers.pass(ms);
    press(false);
  };
  const codes = (): number[] => network.read.map(({ code }) => code);
  const noted = (event: number): number[] => log.events.filter(([noted]) => noted === event).map(([, value]) => value);
  return { d, timers, log, part, network, image, hold, codes, noted, batch: (n: number) => batch(n), samples: () => samples };
}

describe("device", () => {
  it("without an identity does nothing but say so", () => {
    const { d, log, timers, part } = boot(blankImage(8, SECTOR_BYTES));
    expect(d).toBeUndefined();
    expect(log.events).toEqual([[NO_IDENTITY, 0]]);
    expect([timers.due(), part.operations()]).toEqual([[], 0]);
  });

  it("without its record key does nothing either", () => {
    const image = blankImage(8, SECTOR_BYTES);
    image.set(identityBlock(FIELDS, KEYS.slice(1)) as Uint8Array);
    expect(boot(image).log.events).toEqual([[NO_IDENTITY, 0]]);
  });

  it("enrolled for another suite than the program's does nothing either", () => {
    const image = blankImage(8, SECTOR_BYTES);
    image.set(identityBlock({ ...FIELDS, suite: 2 }, KEYS) as Uint8Array);
    expect(boot(image).log.events).toEqual([[NO_IDENTITY, 0]]);
  });

  it("seals with a new key when it is told to, and the hub reads on", () => {
    const { d, timers, codes, noted } = boot();
    d!.journal([d!.battery()]);
    expect(d!.renewKey()).toBe(OK);
    d!.journal([d!.status()]);
    timers.pass(60_000);
    expect([noted(EPOCH_BEGUN), noted(JOURNALLED), codes()]).toEqual([[2], [0, 1], [BATTERY, STATUS]]);
  });

  it("with its counters lost begins an epoch, keeps what it journals and never uses the LoRaWAN session again", () => {
    const first = boot();
    first.network.reachable = false;
    first.d!.journal([first.d!.battery()]);
    first.image.fill(0xff, SECTOR_BYTES, 3 * SECTOR_BYTES);
    for (let start = 0; start < 2; start++) {
      const later = boot(first.image);
      later.d!.alarm.raise({ code: SOS, values: [] });
      later.timers.pass(60_000);
      expect([later.d!.epoch(), later.noted(SESSION_LOST), later.codes()]).toEqual([2, [0], []]);
      expect(later.noted(JOURNALLED)).toHaveLength(1);
    }
  });

  it("uses the board's own cipher where there is one", () => {
    const keys: string[] = [];
    const under: Cipher["under"] = (algorithm, key) => {
      keys.push(algorithm);
      return aes128(key);
    };
    const { hold, timers, codes } = boot(provisioned(), { under });
    hold(3000);
    timers.pass(5000);
    expect([keys, codes()]).toEqual([["aes-128", "aes-128", "aes-128"], [SOS]]);
    const without = boot(provisioned(), { under: () => undefined });
    without.hold(3000);
    without.timers.pass(5000);
    expect(without.codes()).toEqual([SOS]);
  });

  it("takes a long press for a call for help, while the button is still down", () => {
    const { hold, timers, codes, noted } = boot();
    hold(3000);
    expect(noted(ALARM_RAISED)).toEqual([0]);
    timers.pass(5000);
    expect(codes()).toEqual([SOS]);
    expect(noted(ALARM_DELIVERED)).toEqual([0]);
  });

  it("cancels a pre-alarm by a short press", () => {
    const { d, hold, timers, codes, noted } = boot();
    d!.alarm.warn({ code: FALL, values: [30, 90] }, seconds(20));
    hold(2999);
    timers.pass(60_000);
    expect(noted(ALARM_CANCELLED)).toEqual([FALL]);
    expect(codes()).not.toContain(FALL);
  });

  it("confirms a running pre-alarm by a long press, and calls for help besides", () => {
    const { d, hold, timers, codes } = boot();
    d!.alarm.warn({ code: FALL, values: [30, 90] }, seconds(20));
    hold(3000);
    timers.pass(10_000);
    expect(codes()).toEqual([FALL, SOS]);
  });

  it("delivers what it journalled before a loss of power, after it", () => {
    const first = boot();
    first.network.reachable = false;
    first.hold(3000);
    first.d!.journal([first.d!.battery(), first.d!.status()]);
    first.timers.pass(60_000);
    expect(first.codes()).toEqual([]);
    const second = boot(first.image);
    second.timers.pass(60_000);
    expect(second.codes()).toEqual([SOS, 4, 5]);
    expect(second.noted(BOOTED)).toEqual([0]);
  });

  it("never uses a sequence number twice, over restarts", () => {
    const image = provisioned();
    const sequences = [1, 2, 3].flatMap(() => {
      const { d, noted } = boot(image);
      for (let i = 0; i < 5; i++) d!.journal([d!.battery()]);
      return noted(JOURNALLED);
    });
    expect(new Set(sequences).size).toBe(15);
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
  });

  it("does its tasks every period, from one period after boot", () => {
    const { d, timers } = boot();
    const times: number[] = [];
    d!.every(minutes(10), () => times.push(timers.now()));
    timers.pass(minutes(35));
    expect(times).toEqual([minutes(10), minutes(20), minutes(30)]);
  });

  it("shares the accelerometer among its senses", () => {
    const { d, batch, samples } = boot();
    const heard: string[] = [];
    expect(d!.motion.onSamples((_, count) => heard.push(`a${count}`))).toBe(OK);
    expect(d!.motion.onSamples((_, count) => heard.push(`b${count}`))).toBe(OK);
    expect(samples()).toHaveLength(75);
    batch(25);
    expect(heard).toEqual(["a25", "b25"]);
  });

  it("runs on a board with nothing but the first five capabilities", () => {
    const log = fakeLog();
    const timers = fakeTimers();
    let made: Device | undefined;
    const clock = { uptimeMs: timers.now, epochSeconds: () => 0 };
    device(
      MANIFEST,
      (d) => {
        made = d;
      },
      { bearers: [overLorawan] },
    )({ clock, timers, random: { next: prng(1) }, flash: norPart(provisioned(), SECTOR_BYTES), log });
    made!.alarm.raise({ code: SOS, values: [] });
    expect([made!.motion.rateHz, made!.motion.onSamples(() => {})]).toEqual([0, MISSING]);
    expect(log.events.map(([event]) => event)).toEqual([BOOTED, 3, JOURNALLED, ALARM_RAISED]);
  });
});
