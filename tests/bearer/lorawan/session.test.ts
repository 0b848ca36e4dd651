// A session over restarts, and what a device does when the network has lost it.
import { createRequire } from "node:module";
import { describe, expect, it } from "@jest/globals";
import { cn470Rp001 } from "@songbai/sdk/bearer/lorawan/cn470-rp001";
import { cn470Rp002A20 } from "@songbai/sdk/bearer/lorawan/cn470-rp002";
import { eu868 } from "@songbai/sdk/bearer/lorawan/eu868";
import type { Plan } from "@songbai/sdk/bearer/lorawan/plan";
import { MISSING, OK } from "@songbai/sdk/lang/result";
import { fromHex } from "../../support/hex.ts";
import { blankImage } from "../../support/nor-part.ts";
import { APP_KEY, downlink, header, macBench, RECORD } from "./mac-bench.ts";
import { joinAccept } from "./peer.ts";

const lora = createRequire(import.meta.url)("lora-packet") as typeof import("lora-packet").default;
const PLAN = cn470Rp001(10);

/** NwkSKey and AppSKey, by lora-packet. */
function keysOf(joinNonce: number, devNonce: number): readonly [Uint8Array, Uint8Array] {
  const big = (value: number, length: number): Buffer => Buffer.from(value.toString(16).padStart(2 * length, "0"), "hex");
  const keys = lora.generateSessionKeys10(Buffer.from(APP_KEY), big(0x13, 3), big(joinNonce, 3), big(devNonce, 2));
  return [new Uint8Array(keys.NwkSKey), new Uint8Array(keys.AppSKey)];
}

const KEYS = keysOf(7, 0);
type Bench = ReturnType<typeof macBench>;
type Accept = Partial<Parameters<typeof joinAccept>[1]>;

/** A device that has joined with DevNonce 0, at SF7 or as told. */
function joined(plan: Plan = PLAN, accept: Accept = {}, requests = 1): Bench {
  const bench = macBench(plan, { join: true });
  for (let i = 1; i < requests; i++) bench.windows.push(undefined, undefined);
  bench.windows.push(joinAccept(APP_KEY, { joinNonce: 7, ...accept }));
  bench.mac.join();
  bench.timers.pass(requests * 60_000);
  expect(bench.mac.isReady()).toBe(true);
  return bench;
}

function restarted(before: Bench, plan: Plan = PLAN, confirmed = true): Bench {
  return macBench(plan, { join: true, image: before.image, seed: 9, settings: { confirmed } });
}

const isJoin = ({ frame }: { frame: Uint8Array }): boolean => frame[0] === 0;

describe("bearer/lorawan/mac, a session over restarts", () => {
  it("goes on: the same keys, counters up that were never used, counters down that were never heard", () => {
    const first = joined();
    first.send(downlink(0, { keys: KEYS }));
    first.send(downlink(3, { keys: KEYS }));
    const second = restarted(first);
    expect(second.mac.isReady()).toBe(true);
    expect(second.send(downlink(3, { keys: KEYS }))).toEqual([false]);
    expect(second.send(downlink(4, { keys: KEYS }))).toEqual([false, true]);
    const counters = [...first.sent, ...second.sent].filter((one) => !isJoin(one)).map((one) => header(one).counter);
    expect(counters.slice(0, 2)).toEqual([0, 1]);
    expect(counters).toEqual([...new Set(counters)].sort((a, b) => a - b));
    for (const { frame } of second.sent) {
      const packet = lora.fromWire(Buffer.from(frame));
      expect(lora.verifyMIC(packet, Buffer.from(KEYS[0]))).toBe(true);
    }
  });

  it("goes on where the accept put its windows and channels", () => {
    for (const [plan, accept] of [
      [PLAN, { settings: 0x23, delay: 3, channels: fromHex(`${"0000".repeat(2)}0100${"0000".repeat(4)}0001`), address: -5 }],
      [cn470Rp002A20(), { settings: 1, netId: 0xffffff, address: 0x7fffffff }],
      [eu868(), { channels: fromHex("184f84e85684b85e84886684586e8400") }],
    ] as const) {
      const first = joined(plan, accept);
      const second = restarted(first, plan, false);
      for (const bench of [first, second]) {
        for (let i = 0; i < 3; i++) {
          bench.send();
          bench.timers.pass(600_000);
        }
      }
      const seen = ({ heard }: Bench) =>
        new Set(heard.slice(-6).map(({ since, channel }) => [since, channel.spreadingFactor].join()));
      expect(seen(second)).toEqual(seen(first));
      const rx2 = ({ heard }: Bench) => heard.slice(-1)[0].channel;
      expect(rx2(second)).toEqual(rx2(first));
      expect(header(second.sent[0]).counter).toBeGreaterThan(2);
    }
    const listed = joined(PLAN, { channels: fromHex(`${"0000".repeat(2)}0100${"0000".repeat(4)}0001`) });
    const again = restarted(listed, PLAN, false);
    for (let i = 0; i < 3; i++) again.send();
    expect(new Set(again.sent.map(({ channel }) => channel.frequencyHz))).toEqual(new Set([470_300_000 + 32 * 200_000]));
  });

  it("is joined anew where a command had moved the windows, as the device would be deaf", () => {
    const first = joined();
    first.send(downlink(0, { keys: KEYS, options: "06" }));
    expect(restarted(first).mac.isReady()).toBe(true);
    first.send(downlink(1, { keys: KEYS, options: "0522a0c94c" }));
    const second = restarted(first);
    expect(second.mac.isReady()).toBe(false);
    expect(second.mac.send(RECORD, 4, () => {})).toBe(MISSING);
  });

  it("is joined anew when the counters are lost, with a DevNonce that was never used", () => {
    const first = joined();
    first.image.fill(0xff, 0, 2 * 1024);
    const second = restarted(first);
    expect(second.mac.isReady()).toBe(false);
    second.windows.push(joinAccept(APP_KEY, { joinNonce: 8 }));
    second.mac.join();
    second.timers.pass(10_000);
    const nonces = [...first.sent, ...second.sent].filter(isJoin).map(({ frame }) => frame[17] | (frame[18] << 8));
    expect(nonces).toEqual([0, 128]);
    expect(second.send(downlink(0, { keys: keysOf(8, 128) }))).toEqual([true]);
  });

  it("is whole or not there, wherever power was cut while it was stored", () => {
    // Each cut: the octets that a join and a record change on flash, in address order, up to there.
    const blank = joined().image;
    const image = blankImage(4, 1024);
    const before = macBench(PLAN, { join: true, image });
    before.windows.push(joinAccept(APP_KEY, { joinNonce: 7 }));
    before.mac.join();
    before.timers.pass(60_000);
    const after = image.slice();
    expect(after).toEqual(blank);
    const changed = [...after.keys()].filter((at) => after[at] !== 0xff && at >= 12 && at < 1024);
    let whole = 0;
    for (const cut of changed) {
      const torn = after.slice();
      torn.fill(0xff, cut, 1024);
      const bench = macBench(PLAN, { join: true, image: torn });
      if (!bench.mac.isReady()) continue;
      whole += 1;
      expect(bench.send(downlink(0, { keys: KEYS }))).toEqual([true]);
    }
    expect(whole).toBe(0);
    expect(restarted(before).mac.isReady()).toBe(true);
  });

  it("begins no faster than the request that was heard", () => {
    const slow = joined(PLAN, {}, 5);
    slow.send();
    expect(slow.sent.filter(isJoin).at(-1)?.channel.spreadingFactor).toBe(11);
    expect(slow.sent.at(-1)?.channel.spreadingFactor).toBe(11);
    const fast = joined(PLAN, {}, 1);
    fast.send();
    expect(fast.sent.at(-1)?.channel.spreadingFactor).toBe(9);
  });
});

describe("bearer/lorawan/mac, a network that has lost the session", () => {
  /** Sends until somebody joins; how many records that took. */
  function untilJoin(bench: Bench, most: number): number {
    const before = bench.sent.filter(isJoin).length;
    for (let i = 1; i <= most; i++) {
      bench.windows.push(undefined, undefined);
      bench.mac.send(RECORD, 4, (acknowledged) => bench.answers.push(acknowledged));
      bench.timers.pass(4000);
      if (bench.sent.filter(isJoin).length > before) return i;
    }
    return -1;
  }

  it("is joined again after 16 records that nobody acknowledged, and what waits goes out the moment it is in", () => {
    const bench = joined();
    bench.send(downlink(0, { keys: KEYS }));
    expect(untilJoin(bench, 30)).toBe(16);
    expect(bench.mac.isReady()).toBe(false);
    bench.windows.length = 0;
    bench.windows.push(joinAccept(APP_KEY, { joinNonce: 8 }));
    const before = bench.ready.length;
    bench.timers.pass(10_000);
    expect(bench.ready).toHaveLength(before + 1);
    expect(bench.send(downlink(0, { keys: keysOf(8, 1) })).at(-1)).toBe(true);
  });

  it("after two where the session came over a restart and nobody was heard since", () => {
    const before = joined();
    expect(untilJoin(restarted(before), 30)).toBe(2);
    const proven = restarted(before);
    proven.send(downlink(0, { keys: KEYS }));
    expect(untilJoin(proven, 30)).toBe(16);
  });

  it("counts in a row, and leaves a session that was given alone", () => {
    const bench = joined();
    for (let i = 0; i < 3; i++) {
      expect(untilJoin(bench, 15)).toBe(-1);
      bench.windows.length = 0;
      bench.send(downlink(i, { keys: KEYS }));
    }
    const given = macBench(PLAN);
    for (let i = 0; i < 40; i++) given.send();
    expect(given.sent.filter(isJoin)).toEqual([]);
  });

  it("keeps the old session while it asks, at the pace of the standard, and stops asking when it is heard again", () => {
    const bench = joined();
    expect(untilJoin(bench, 30)).toBe(16);
    bench.timers.pass(8000);
    expect(bench.mac.isReady()).toBe(true);
    const started = bench.timers.now();
    let records = 0;
    while (bench.timers.now() - started < 3_600_000) {
      bench.windows.length = 0;
      if (bench.mac.send(RECORD, 4, () => {}) === OK) records += 1;
      bench.timers.pass(10_000);
    }
    const joins = bench.sent.filter(isJoin).slice(1);
    const air = joins.reduce((sum, { channel }) => sum + [62, 113, 206, 371, 823][channel.spreadingFactor - 7], 0);
    expect(records).toBeGreaterThan(250);
    expect(joins.length).toBeGreaterThan(40);
    expect(air).toBeLessThanOrEqual(36_000 + 823);
    while (!bench.mac.isReady()) bench.timers.pass(1000);
    bench.send(downlink(0, { keys: KEYS }));
    const asked = bench.sent.filter(isJoin).length;
    bench.timers.pass(3_600_000);
    expect(bench.sent.filter(isJoin)).toHaveLength(asked);
  });

  it("does not hammer a network that answers joins and nothing else", () => {
    const bench = joined();
    const started = bench.timers.now();
    let nonce = 8;
    while (bench.timers.now() - started < 7_200_000) {
      bench.windows.length = 0;
      bench.windows.push(undefined, undefined);
      if (bench.mac.send(RECORD, 4, () => {}) !== OK) bench.windows[0] = joinAccept(APP_KEY, { joinNonce: nonce++ });
      bench.timers.pass(4000);
    }
    const joins = bench.sent.filter(isJoin);
    const air = joins.reduce((sum, { channel }) => sum + [62, 113, 206, 371, 823][channel.spreadingFactor - 7], 0);
    expect(nonce).toBeGreaterThan(9);
    expect(air).toBeLessThanOrEqual(2 * 36_823);
  });
});
