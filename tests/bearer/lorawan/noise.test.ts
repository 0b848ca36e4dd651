import { describe, expect, it } from "@jest/globals";
import { eu868 } from "@songbai/sdk/bearer/lorawan/eu868";
import { CORRUPT, FORGED } from "@songbai/sdk/lang/result";
import { toHex } from "../../support/hex.ts";
import { APP_KEY, macBench } from "./mac-bench.ts";
import { any, hearNoise, mutated } from "./noise.ts";
import { joinAccept } from "./peer.ts";

describe("bearer/lorawan/mac, noise", () => {
  it("crashes on none of 60,000 frames that were made from good ones, and accepts none", () => {
    hearNoise(30_000);
  });

  it("joins by none of 10,000 accepts that were made from good ones", () => {
    const bench = macBench(eu868(), { join: true });
    const good = [joinAccept(APP_KEY, { joinNonce: 1 }), joinAccept(APP_KEY, { joinNonce: 2, channels: new Uint8Array(16) })];
    const genuine = new Set(good.map((frame) => toHex(frame)));
    bench.activation.request(new Uint8Array(23));
    for (let i = 0; i < 10_000; i++) {
      const frame = mutated(good[any(2)], good[any(2)]);
      if (!genuine.has(toHex(frame))) expect([CORRUPT, FORGED]).toContain(bench.activation.accept(frame, frame.length, 0));
    }
    expect(bench.activation.session()).toBeUndefined();
    expect(bench.activation.accept(good[0], good[0].length, 0)).toBe(0);
  });
});
