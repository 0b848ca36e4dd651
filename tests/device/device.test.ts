import { describe, expect, it } from "@jest/globals";
import { DEVICE_TIME } from "@songbai/sdk/bearer/lorawan/commands";
import {
  CONFIRMED_UP,
  type FrameCodec,
  frameCodec,
  newFrame,
  parseFrame,
  UNCONFIRMED_DOWN,
} from "@songbai/sdk/bearer/lorawan/frame";
import type { Board } from "@songbai/sdk/board/board";
import type { Cipher } from "@songbai/sdk/board/cipher";
import type { Lora } from "@songbai/sdk/board/lora";
import { aes128 } from "@songbai/sdk/crypto/aes";
import { type Device, device, minutes, seconds } from "@songbai/sdk/device/device";
import type { Manifest } from "@songbai/sdk/device/manifest";
import { overLorawan } from "@songbai/sdk/device/over-lorawan";
import { identityBlock, LORAWAN_APP_KEY, LORAWAN_JOIN_EUI, ROOT_KEY } from "@songbai/sdk/identity/block";
import type { Bytes, Ints } from "@songbai/sdk/lang/intrinsics";
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
  LORAWAN_JOINED,
  NO_IDENTITY,
  REGION_DIFFERS,
  SOS,
  STATUS,
} from "@songbai/sdk/record/codes";
import { readObservation, type TimedObservation } from "@songbai/sdk/record/observation";
import { recordSealer } from "@songbai/tools/hub/keys";
import { joinAccept, sessionKeys } from "@songbai/tools/hub/lorawan/join";
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
const APP_KEY = new Uint8Array(16).fill(2);
const KEYS = [
  { name: ROOT_KEY, octets: ROOT },
  { name: LORAWAN_APP_KEY, octets: APP_KEY },
  { name: LORAWAN_JOIN_EUI, octets: new Uint8Array(8) },
];

function provisioned(): Uint8Array {
  const image = blankImage(8, SECTOR_BYTES);
  image.set(identityBlock(FIELDS, KEYS) as Uint8Array);
  return image;
}

/** A network that outlives the device's starts: there or not, and what its hub has read. */
function newNetwork() {
  return {
    reachable: true,
    read: [] as TimedObservation[],
    joins: 0,
    codec: undefined as FrameCodec | undefined,
    counter: 0,
    /** Times that a frame asked for the time. */
    asked: 0,
    /** What it answers, GPS. */
    gpsSeconds: undefined as number | undefined,
  };
}

type FakeNetwork = ReturnType<typeof newNetwork>;

const SESSION = { netId: 0, deviceAddress: ADDRESS, rx1Offset: 0, rx2DataRate: 0, rxDelayS: 1 };

function radioOf(timers: ReturnType<typeof fakeTimers>, network: FakeNetwork): Lora {
  let answer: ((into: Bytes) => number) | undefined;

  function join(devNonce: number): void {
    const joinNonce = network.joins++;
    const { networkKey, applicationKey } = sessionKeys(APP_KEY, joinNonce, 0, devNonce);
    network.codec = frameCodec(aes128(networkKey), aes128(applicationKey));
    network.counter = 0;
    const accept = joinAccept({ joinNonce, ...SESSION }, APP_KEY);
    answer = (into) => {
      (into as Uint8Array).set(accept);
      return accept.length;
    };
  }

  function take(codec: FrameCodec, octets: Bytes, length: number): void {
    const frame = newFrame(242);
    if (parseFrame(octets, length, frame) !== OK || codec.open(frame, octets, length, frame.counter) !== OK) return;
    expect(frame.type).toBe(CONFIRMED_UP);
    const plain = new Uint8Array(128);
    const record = recordSealer({ rootKey: ROOT, suite: 1, salt: SALT }, frame.payload[0] >> 4);
    const end = record.open(frame.payload, frame.payloadLength, plain);
    for (let at = 0; at < end; ) at = readObservation(plain, at, end, network.read);
    const down = { ...newFrame(242), type: UNCONFIRMED_DOWN, deviceAddress: ADDRESS, acknowledges: true };
    const commands = frame.port === 0 ? frame.payload : frame.options;
    const count = frame.port === 0 ? frame.payloadLength : frame.optionsLength;
    const asked = (commands as Uint8Array).subarray(0, count).filter((command) => command === DEVICE_TIME).length;
    network.asked += asked;
    const { gpsSeconds } = network;
    const isTold = asked > 0 && gpsSeconds !== undefined;
    const options = Buffer.alloc(6, DEVICE_TIME);
    options.writeUInt32LE(gpsSeconds ?? 0, 1);
    const said = isTold ? { options, optionsLength: 6 } : {};
    answer = (into) => codec.build({ ...down, ...said, counter: network.counter++ }, into);
  }

  return {
    transmit(octets, length, _channel, _power, onDone) {
      answer = undefined;
      if (network.reachable && octets[0] === 0) join(octets[17] | (octets[18] << 8));
      else if (network.reachable && network.codec !== undefined) take(network.codec, octets, length);
      timers.after(300, onDone);
      return OK;
    },
    receive(into, _channel, timeoutMs, onFrame) {
      const said = answer;
      answer = undefined;
      if (said === undefined) timers.after(timeoutMs, () => onFrame(MISSING));
      else timers.after(200, () => onFrame(said(into)));
      return OK;
    },
  };
}

interface BootOptions {
  readonly cipher?: Cipher;
  readonly network?: FakeNetwork;
  readonly manifest?: Manifest;
  readonly knowsTime?: boolean;
}

/** Boots the bracelet's program, as far as buttons and alarms go, on a fake board. */
function boot(image = provisioned(), options: BootOptions = {}) {
  const { cipher, network = newNetwork(), manifest = MANIFEST, knowsTime = true } = options;
  const timers = fakeTimers();
  const log = fakeLog();
  const part = norPart(image, SECTOR_BYTES);
  const lora = radioOf(timers, network);
  let press: (pressed: boolean) => void = () => {};
  let batch: (count: number) => void = () => {};
  let samples: Ints = [];
  let d: Device | undefined;
  const board: Board = {
    clock: { uptimeMs: timers.now, epochSeconds: () => (knowsTime ? 1_700_000_000 + Math.floor(timers.now() / 1000) : 0) },
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
    manifest,
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
    timers.pass(10_000);
    d!.journal([d!.battery()]);
    expect(d!.renewKey()).toBe(OK);
    d!.journal([d!.status()]);
    timers.pass(60_000);
    expect([noted(EPOCH_BEGUN), noted(JOURNALLED), codes()]).toEqual([[2], [0, 1], [BATTERY, STATUS]]);
  });

  it("with its counters lost begins an epoch, joins again, and delivers what it journals", () => {
    const network = newNetwork();
    const first = boot(provisioned(), { network });
    first.timers.pass(10_000);
    expect(first.noted(LORAWAN_JOINED)).toEqual([ADDRESS]);
    first.image.fill(0xff, SECTOR_BYTES, 3 * SECTOR_BYTES);
    const later = boot(first.image, { network });
    later.d!.alarm.raise({ code: SOS, values: [] });
    later.timers.pass(60_000);
    expect([later.d!.epoch(), later.noted(LORAWAN_JOINED), later.codes(), network.joins]).toEqual([2, [ADDRESS], [SOS], 2]);
  });

  it("goes on with its session after a restart: an alarm needs no join", () => {
    const network = newNetwork();
    const first = boot(provisioned(), { network });
    first.timers.pass(10_000);
    const later = boot(first.image, { network });
    later.d!.alarm.raise({ code: SOS, values: [] });
    later.timers.pass(2000);
    expect([later.codes(), network.joins]).toEqual([[SOS], 1]);
  });

  it("journals while it joins; an alarm that was raised before goes out the moment it is in", () => {
    const network = newNetwork();
    network.reachable = false;
    const { d, timers, codes, noted } = boot(provisioned(), { network });
    d!.journal([d!.battery()]);
    d!.alarm.raise({ code: SOS, values: [] });
    timers.pass(60_000);
    expect([codes(), noted(JOURNALLED), noted(LORAWAN_JOINED)]).toEqual([[], [0, 1], []]);
    network.reachable = true;
    while (noted(LORAWAN_JOINED).length === 0) timers.pass(100);
    timers.pass(400);
    expect(codes()).toEqual([SOS]);
    timers.pass(10_000);
    expect([codes(), noted(ALARM_DELIVERED)]).toEqual([[SOS, BATTERY], [1]]);
  });

  it("joins again when the network has lost the session, and delivers", () => {
    const network = newNetwork();
    const { d, timers, codes, noted } = boot(provisioned(), { network });
    timers.pass(10_000);
    network.codec = undefined;
    d!.alarm.raise({ code: SOS, values: [] });
    timers.pass(minutes(3));
    expect([codes(), noted(LORAWAN_JOINED).length]).toEqual([[SOS], 2]);
  });

  describe("told the time by the network", () => {
    const GPS_SECONDS = 1_400_000_000;
    const UTC_SECONDS = Date.parse("2024-05-17T16:53:02Z") / 1000;

    function telling() {
      return Object.assign(newNetwork(), { gpsSeconds: GPS_SECONDS });
    }

    it("asks with the proof of its session, and counts on from there", () => {
      const network = telling();
      const { d, timers } = boot(provisioned(), { network, knowsTime: false });
      expect(d!.clock.epochSeconds()).toBe(0);
      while (d!.clock.epochSeconds() === 0 && timers.now() < 60_000) timers.pass(100);
      expect([d!.clock.epochSeconds(), network.asked]).toEqual([UTC_SECONDS, 1]);
      timers.pass(minutes(5));
      expect([d!.clock.epochSeconds(), network.asked]).toEqual([UTC_SECONDS + 300, 1]);
    });

    it("asks with an alarm that waits: it goes first", () => {
      const network = telling();
      const { d, timers, codes } = boot(provisioned(), { network, knowsTime: false });
      d!.alarm.raise({ code: SOS, values: [] });
      while (d!.clock.epochSeconds() === 0 && timers.now() < 60_000) timers.pass(100);
      expect([codes(), d!.clock.epochSeconds(), network.asked]).toEqual([[SOS], UTC_SECONDS, 1]);
    });

    it("asks again after a restart, with its first record", () => {
      const network = telling();
      const first = boot(provisioned(), { network, knowsTime: false });
      first.timers.pass(10_000);
      const { d, timers } = boot(first.image, { network, knowsTime: false });
      timers.pass(10_000);
      expect([d!.clock.epochSeconds(), network.joins]).toEqual([0, 1]);
      d!.alarm.raise({ code: SOS, values: [] });
      while (d!.clock.epochSeconds() === 0 && timers.now() < 60_000) timers.pass(100);
      expect([d!.clock.epochSeconds(), network.joins, network.asked]).toEqual([UTC_SECONDS, 1, 2]);
    });

    it("does not believe it where it knows the time", () => {
      const network = telling();
      const { d, timers } = boot(provisioned(), { network });
      timers.pass(20_000);
      expect([network.asked, d!.clock.epochSeconds()]).toEqual([1, 1_700_000_020]);
    });
  });

  it("leaves the radio alone where the manifest names another region than the program", () => {
    const bearers = { lorawan: { ...MANIFEST.bearers.lorawan, region: "eu868" } };
    const { timers, log } = boot(provisioned(), { manifest: { ...MANIFEST, bearers } });
    timers.pass(60_000);
    expect(log.events).toEqual([
      [REGION_DIFFERS, 0],
      [BOOTED, 0],
    ]);
  });

  it("uses the board's own cipher where there is one", () => {
    const keys: string[] = [];
    const under: Cipher["under"] = (algorithm, key) => {
      keys.push(algorithm);
      return aes128(key);
    };
    const { hold, timers, codes } = boot(provisioned(), { cipher: { under } });
    hold(3000);
    timers.pass(5000);
    // The record key, the AppKey for request and accept, two session keys.
    expect([keys, codes()]).toEqual([Array(5).fill("aes-128"), [SOS]]);
    const without = boot(provisioned(), { cipher: { under: () => undefined } });
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
