// A device with the MAC, on a radio and a clock that the test moves, and the network's side of its session.

import { type Activation, abp, otaa } from "@songbai/sdk/bearer/lorawan/activation";
import {
  CONFIRMED_DOWN,
  type DataFrame,
  frameCodec,
  newFrame,
  parseFrame,
  UNCONFIRMED_DOWN,
} from "@songbai/sdk/bearer/lorawan/frame";
import type { MacSettings } from "@songbai/sdk/bearer/lorawan/mac";
import { lorawanMac } from "@songbai/sdk/bearer/lorawan/mac";
import type { Plan } from "@songbai/sdk/bearer/lorawan/plan";
import type { Lora, LoraChannel } from "@songbai/sdk/board/lora";
import { aes128 } from "@songbai/sdk/crypto/aes";
import type { Bytes } from "@songbai/sdk/lang/intrinsics";
import { prng } from "@songbai/sdk/lang/prng";
import { BUSY, MISSING, OK } from "@songbai/sdk/lang/result";
import { type Counters, openCounters } from "@songbai/sdk/store/counters";
import { type Epochs, openEpochs } from "@songbai/sdk/store/epochs";
import { fakeTimers } from "../../support/fake-board.ts";
import { fromHex, toHex } from "../../support/hex.ts";
import { blankImage, norPart } from "../../support/nor-part.ts";

export const ADDRESS = 0x2601_1bda;
export const NETWORK_KEY = new Uint8Array(16).fill(1);
export const APPLICATION_KEY = new Uint8Array(16).fill(2);
export const APP_KEY = new Uint8Array(16).fill(3);
export const RECORD = Uint8Array.of(0x11, 5, 6, 7);
const AIRTIME_MS = 100;
const HEARD_MS = 50;
/** Sectors 0 and 1 are the counters', 2 and 3 the ledger's. */
const LEDGER_AT = 2 * 1024;

export interface Uplink {
  readonly frame: Uint8Array;
  readonly at: number;
  readonly channel: LoraChannel;
  readonly powerDbm: number;
}

export interface BenchOptions {
  readonly settings?: Partial<MacSettings>;
  readonly image?: Uint8Array;
  readonly join?: boolean;
  readonly seed?: number;
  /** How long a frame is heard, ms. */
  readonly heardMs?: number;
  /** What a channel that is heard first says; without it the radio cannot tell. */
  readonly clear?: () => boolean;
}

export const FIRST_EPOCH = 5;

export function epochsOn(image: Uint8Array): Epochs {
  return openEpochs(norPart(image, 1024), LEDGER_AT, 4 * 1024, FIRST_EPOCH);
}

/** Where they are lost, the epoch ends with them, as on a device. */
export function countersOn(image: Uint8Array): Counters {
  const epochs = epochsOn(image);
  return openCounters(norPart(image, 1024), 0, 8, () => epochs.advance());
}

export function macBench(plan: Plan, options: BenchOptions = {}) {
  const timers = fakeTimers();
  const image = options.image ?? blankImage(4, 1024);
  /** What comes in the next windows; `undefined` for silence. */
  const windows: (Uint8Array | undefined)[] = [];
  const sent: Uplink[] = [];
  const heard: { at: number; since: number; channel: LoraChannel; timeoutMs: number }[] = [];
  const said: string[] = [];
  const ready: number[] = [];
  let busy = false;
  let sentAt = 0;
  const occupy = (ms: number, then: () => void): void => {
    busy = true;
    timers.after(ms, () => {
      busy = false;
      then();
    });
  };
  const radio: Lora = {
    transmit(frame, length, channel, powerDbm, onDone) {
      if (busy) return BUSY;
      sent.push({ frame: (frame as Uint8Array).slice(0, length), at: timers.now(), channel: { ...channel }, powerDbm });
      occupy(AIRTIME_MS, () => {
        sentAt = timers.now();
        onDone();
      });
      return OK;
    },
    receive(into: Bytes, channel, timeoutMs, onFrame) {
      if (busy) return BUSY;
      heard.push({ at: timers.now(), since: timers.now() - sentAt, channel: { ...channel }, timeoutMs });
      const frame = windows.shift();
      occupy(frame === undefined ? timeoutMs : (options.heardMs ?? HEARD_MS), () => {
        if (frame !== undefined) (into as Uint8Array).set(frame.subarray(0, into.length));
        onFrame(frame === undefined ? MISSING : frame.length);
      });
      return OK;
    },
  };
  const { clear } = options;
  const lora: Lora =
    clear === undefined
      ? radio
      : {
          ...radio,
          clear: (_channel, done) => {
            timers.after(5, () => done(clear()));
            return OK;
          },
        };
  const counters = countersOn(image);
  const activation: Activation = options.join
    ? otaa(
        {
          joinEui: fromHex("0102030405060708"),
          deviceEui: fromHex("1112131415161718"),
          appKey: () => aes128(APP_KEY),
          cipherOf: aes128,
        },
        counters,
        epochsOn(image),
        FIRST_EPOCH,
      )
    : abp(ADDRESS, frameCodec(aes128(NETWORK_KEY), aes128(APPLICATION_KEY)), counters);
  const mac = lorawanMac(
    lora,
    timers,
    { next: prng(options.seed ?? 1) },
    {
      plan,
      activation,
      dataRate: plan.startRate,
      adaptive: true,
      confirmed: true,
      continuous: false,
      mostDbm: 30,
      mostPayload: 242,
      ...options.settings,
    },
    {
      battery: () => 200,
      snrDb: () => -7,
      onJoined: (address) => said.push(`joined ${address}`),
      onReady: () => {
        if (mac.isReady()) ready.push(timers.now());
      },
      onLinkCheck: (margin, gateways) => said.push(`check ${margin} ${gateways}`),
      onTime: (seconds, fraction) => said.push(`time ${seconds} ${fraction}`),
      onData: (port, payload, length) => said.push(`data ${port} ${toHex(payload, length)}`),
    },
  );
  const answers: boolean[] = [];
  return {
    timers,
    mac,
    windows,
    sent,
    heard,
    said,
    ready,
    answers,
    image,
    counters,
    activation,
    /** Sends a record; what comes in the windows; a while later, the answers so far. */
    send(...downlinks: (Uint8Array | undefined)[]): boolean[] {
      windows.push(...downlinks);
      const result = mac.send(RECORD, RECORD.length, (acknowledged) => answers.push(acknowledged));
      if (result !== OK) throw new Error(`send answers ${result}`);
      timers.pass(20_000);
      windows.length = 0;
      return answers;
    },
  };
}

export interface Down {
  readonly confirmed?: boolean;
  readonly ack?: boolean;
  /** FOpts, hexadecimal. */
  readonly options?: string;
  readonly port?: number;
  readonly payload?: string;
  readonly address?: number;
  readonly type?: number;
  readonly keys?: readonly [Uint8Array, Uint8Array];
}

/** A downlink of that counter, as it is on the air. */
export function downlink(counter: number, down: Down = {}): Uint8Array {
  const { confirmed = false, ack = true, options = "", port = -1, payload = "", address = ADDRESS } = down;
  const keys = down.keys ?? ([NETWORK_KEY, APPLICATION_KEY] as const);
  const frame: DataFrame = {
    ...newFrame(0),
    type: down.type ?? (confirmed ? CONFIRMED_DOWN : UNCONFIRMED_DOWN),
    deviceAddress: address,
    acknowledges: ack,
    options: fromHex(options),
    optionsLength: options.length / 2,
    counter,
    port,
    payload: fromHex(payload),
    payloadLength: payload.length / 2,
  };
  const bytes = new Uint8Array(255);
  return bytes.slice(0, frameCodec(aes128(keys[0]), aes128(keys[1])).build(frame, bytes));
}

/** What an uplink says, checked and decrypted. */
export function opened(uplink: Uplink, counter: number): DataFrame {
  const frame = newFrame(242);
  const { length } = uplink.frame;
  const codec = frameCodec(aes128(NETWORK_KEY), aes128(APPLICATION_KEY));
  if (parseFrame(uplink.frame, length, frame) !== OK || codec.open(frame, uplink.frame, length, counter) !== OK)
    throw new Error(`uplink ${counter} does not open`);
  return frame;
}

/** Header fields of an uplink, unchecked. */
export function header(uplink: Uplink): { counter: number; options: string; control: number; ack: boolean; port: number } {
  const frame = newFrame(242);
  if (parseFrame(uplink.frame, uplink.frame.length, frame) !== OK) throw new Error("no data frame");
  return {
    counter: frame.counter,
    options: toHex(frame.options, frame.optionsLength),
    control: frame.control,
    ack: frame.acknowledges,
    port: frame.port,
  };
}
