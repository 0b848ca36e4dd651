import { describe, expect, it } from "@jest/globals";
import { OK } from "@songbai/sdk/lang/result";
import { RING, SET_TIME } from "@songbai/sdk/record/command";
import { commandDevice, FIRST_EPOCH, peerFrame, plainOf } from "../support/command-peer.ts";
import { mutant } from "../support/mutant.ts";
import { randomSource } from "../support/random.ts";

const NOW = 1_763_000_000;
const FRAMES = 1_000_000;

describe("record/command, the long run", () => {
  it("accepts none of a million frames that were changed, cut or lengthened, and keeps no memory of them", () => {
    const device = commandDevice({ now: NOW });
    const random = randomSource(4);
    const frames = [
      peerFrame(plainOf(RING, NOW + 60, [30]), { number: 300 }),
      peerFrame(Uint8Array.of(0x11 | ((FIRST_EPOCH & 15) << 4), 5, 0), { number: 4 }),
      peerFrame(plainOf(SET_TIME, NOW), { number: 2 }),
    ];
    let before = 0;
    let accepted = 0;
    for (let i = 0; i < FRAMES; i++) {
      if (device.take(mutant(frames[i % 3], random)) >= 0) accepted++;
      if (i === FRAMES / 10) before = process.memoryUsage().rss;
    }
    expect([accepted, device.commands, device.acknowledgements]).toEqual([0, [], []]);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 << 20);
    for (const frame of [frames[2], frames[0], frames[1]]) expect(device.take(frame)).toBe(OK);
  });
});
