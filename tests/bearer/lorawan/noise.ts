// Downlinks made from good ones, a window after another.
import { expect } from "@jest/globals";
import { cn470Rp001 } from "@songbai/sdk/bearer/lorawan/cn470-rp001";
import { eu868 } from "@songbai/sdk/bearer/lorawan/eu868";
import { below, prng } from "@songbai/sdk/lang/prng";
import { toHex } from "../../support/hex.ts";
import { APP_KEY, downlink, macBench } from "./mac-bench.ts";
import { joinAccept } from "./peer.ts";

const random = prng(20261122);
export const any = (bound: number): number => below(random, bound);

/** The frame with bits turned, octets changed, cut, lengthened or taken from another. */
export function mutated(frame: Uint8Array, other: Uint8Array): Uint8Array {
  const octets = [...frame];
  for (let left = 1 + any(4); left > 0; left--) {
    const at = any(octets.length);
    const kind = any(5);
    if (kind === 0) octets[at] ^= 1 << any(8);
    else if (kind === 1) octets[at] = any(256);
    else if (kind === 2) octets.length = Math.max(1, at);
    else if (kind === 3) octets.push(...Array.from({ length: any(40) }, () => any(256)));
    else octets.splice(at, octets.length, ...other.subarray(at));
  }
  return Uint8Array.from(octets);
}

const COMMANDS = ["", "06", "0352ff0051", "0522a0c94c", "0703184f8450", "0a03184f84", "080506", "040402140d", "0905"];

/** Hears so many on either of two plans; fails where one is accepted. */
export function hearNoise(count: number): void {
  const good = COMMANDS.flatMap((options, i) => [
    downlink(1000 + i, { options, ack: true }),
    downlink(70_000 + i, { options: "", port: 0, payload: options.repeat(3) }),
    downlink(i, { options, port: 11, payload: "0102030405060708", confirmed: true }),
    joinAccept(APP_KEY, { joinNonce: i }),
  ]);
  const genuine = new Set(good.map((frame) => toHex(frame)));
  const benches = [cn470Rp001(10), eu868()].map((plan) => macBench(plan, { settings: { continuous: true } }));
  for (const bench of benches) {
    bench.send();
    for (let i = 0; i < count; i++) {
      const frame = mutated(good[any(good.length)], good[any(good.length)]);
      if (genuine.has(toHex(frame))) i -= 1;
      else bench.windows.push(frame);
    }
    bench.windows.reverse();
    const { windows } = bench;
    windows.shift = windows.pop;
    bench.timers.pass(count * 50 + 1000);
    expect(windows).toHaveLength(0);
    expect([bench.said, bench.answers, bench.counters.get(4)]).toEqual([[], [false], 0]);
    windows.push(downlink(0, { port: 3, payload: "55" }));
    bench.timers.pass(2000);
    expect(bench.said).toEqual(["data 3 55"]);
  }
}
