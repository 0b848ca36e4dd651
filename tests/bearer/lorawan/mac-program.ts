// Portable TypeScript, run on every runtime by the test beside it: a device with the MAC on a radio of lines.
import { type Activation, abp, otaa } from "@songbai/sdk/bearer/lorawan/activation";
import { as923 } from "@songbai/sdk/bearer/lorawan/as923";
import { cn470Rp001 } from "@songbai/sdk/bearer/lorawan/cn470-rp001";
import { cn470Rp002B26 } from "@songbai/sdk/bearer/lorawan/cn470-rp002";
import { eu868 } from "@songbai/sdk/bearer/lorawan/eu868";
import { frameCodec } from "@songbai/sdk/bearer/lorawan/frame";
import { lorawanMac, type Mac } from "@songbai/sdk/bearer/lorawan/mac";
import type { Plan } from "@songbai/sdk/bearer/lorawan/plan";
import { us915 } from "@songbai/sdk/bearer/lorawan/us915";
import type { Timers } from "@songbai/sdk/board/clock";
import type { Lora, LoraChannel } from "@songbai/sdk/board/lora";
import { aes128 } from "@songbai/sdk/crypto/aes";
import { copyBytes, fillBytes } from "@songbai/sdk/lang/bytes";
import { allocBytes, allocInts, type Bytes, decimal } from "@songbai/sdk/lang/intrinsics";
import { prng } from "@songbai/sdk/lang/prng";
import { MISSING, OK } from "@songbai/sdk/lang/result";
import type { Counters } from "@songbai/sdk/store/counters";
import type { Epochs } from "@songbai/sdk/store/epochs";
import { hexOf, numberOf, octetsOf, wordsOf } from "../../support/words.ts";

const ADDRESS = 0x26011bda;
const AIRTIME_MS = 100;

interface Timer {
  at: number;
  fire: () => void;
  set: boolean;
}

interface Downlink {
  readonly octets: Bytes;
}

function newTimers(): { readonly timers: Timers; readonly pass: (ms: number) => void } {
  const all: Timer[] = [];
  let now = 0;
  return {
    timers: {
      after: (delayMs, fire) => {
        all.push({ at: now + delayMs, fire, set: true });
        return all.length;
      },
      cancel: (id) => {
        if (id > 0) all[id - 1].set = false;
      },
    },
    pass: (ms) => {
      const end = now + ms;
      for (;;) {
        let next = -1;
        for (let i = 0; i < all.length; i++)
          if (all[i].set && all[i].at <= end && (next < 0 || all[i].at < all[next].at)) next = i;
        if (next < 0) break;
        const timer = all[next];
        now = timer.at;
        timer.set = false;
        timer.fire();
      }
      now = end;
    },
  };
}

function newCounters(): Counters {
  const values = allocInts(20);
  return {
    next: (id) => {
      values[id] += 1;
      return values[id] - 1;
    },
    put: (id, value) => {
      values[id] = value;
      return OK;
    },
    get: (id) => values[id],
  };
}

const LEDGER: Epochs = { current: () => 1, begun: () => true, advance: () => OK };

function planOf(name: string): Plan {
  if (name === "rp001") return cn470Rp001(10);
  if (name === "rp002") return cn470Rp002B26();
  if (name === "eu868") return eu868();
  return name === "us915" ? us915(1) : as923(1);
}

function keyOf(value: number): Bytes {
  const key = allocBytes(16);
  fillBytes(key, 0, 16, value);
  return key;
}

const windows: Downlink[] = [];
let heardWindows = 0;
let log = "";
let clock = newTimers();
let mac: Mac | undefined;

function note(what: string): void {
  log = `${log} ${what}`;
}

function noteChannel(what: string, channel: LoraChannel): void {
  note(`${what}${decimal(channel.frequencyHz)}/${decimal(channel.spreadingFactor)}/${decimal(channel.bandwidthKhz ?? 125)}`);
}

const radio: Lora = {
  transmit: (frame, length, channel, powerDbm, onDone) => {
    noteChannel("x", channel);
    note(`${decimal(powerDbm)} ${hexOf(frame, length)}`);
    clock.timers.after(AIRTIME_MS, onDone);
    return OK;
  },
  receive: (into, channel, timeoutMs, onFrame) => {
    noteChannel("r", channel);
    const found = heardWindows < windows.length ? windows[heardWindows].octets : allocBytes(0);
    if (heardWindows < windows.length) heardWindows += 1;
    copyBytes(found, 0, into, 0, found.length);
    clock.timers.after(timeoutMs, () => onFrame(found.length > 0 ? found.length : MISSING));
    return OK;
  },
};

function start(plan: Plan, joins: boolean): Mac {
  clock = newTimers();
  const counters = newCounters();
  const eui = allocBytes(8);
  const activation: Activation = joins
    ? otaa({ joinEui: eui, deviceEui: eui, appKey: () => aes128(keyOf(3)), cipherOf: aes128 }, counters, LEDGER, 1)
    : abp(ADDRESS, frameCodec(aes128(keyOf(1)), aes128(keyOf(2))), counters);
  return lorawanMac(
    radio,
    clock.timers,
    { next: prng(7) },
    {
      plan,
      activation,
      dataRate: plan.startRate,
      adaptive: true,
      confirmed: true,
      continuous: false,
      mostDbm: 22,
      mostPayload: 64,
    },
    {
      battery: () => 255,
      snrDb: () => -40,
      onJoined: (address) => note(`joined ${decimal(address)}`),
      onReady: () => note("ready"),
      onLinkCheck: (margin, gateways) => note(`check ${decimal(margin)} ${decimal(gateways)}`),
      onTime: (seconds, fraction) => note(`time ${decimal(seconds)} ${decimal(fraction)}`),
      onData: (port, payload, length) => note(`data ${decimal(port)} ${hexOf(payload, length)}`),
    },
  );
}

/**
 *   abp PLAN, otaa PLAN   a new device
 *   down OCTETS           what the next window hears, `-` for nothing
 *   send OCTETS, join     and ten seconds
 * Answers what the radio and the application saw.
 */
export function receive(line: string): string {
  const words = wordsOf(line);
  log = "";
  if (words[0] === "down") {
    windows.push({ octets: octetsOf(words[1], 0) });
    return "";
  }
  if (words[0] === "abp" || words[0] === "otaa") {
    heardWindows = windows.length;
    mac = start(planOf(words[1]), words[0] === "otaa");
  } else if (words[0] === "pass") {
    clock.pass(numberOf(words[1]));
  } else if (mac !== undefined) {
    if (words[0] === "join") mac.join();
    else {
      const record = octetsOf(words[1], 0);
      const result = mac.send(record, record.length, (acknowledged, answer, length) =>
        note(`${acknowledged ? "acknowledged" : "lost"} ${hexOf(answer, length)}`),
      );
      note(decimal(result));
    }
    clock.pass(10000);
  }
  return log;
}
