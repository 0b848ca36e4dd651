import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { ALARM_DETECTED } from "@songbai/sdk/record/codes";
import type { Motion } from "@songbai/sim/world/motion";
import { person } from "@songbai/sim/world/person";
import { sentenceOf } from "@songbai/tools/cli/sentence";
import { DESK, desk, deskFlash } from "../support/desk.ts";
import { randomSource } from "../support/random.ts";

/** She walks, and falls after five seconds. */
const faller = () =>
  person({
    seed: 1,
    timeline: [
      { atMs: 0, do: "walk" },
      { atMs: 5000, do: "fall", how: "backwards" },
    ],
  });

const sentence = (run: Promise<unknown>) =>
  run.then(
    () => "the run has not failed",
    (error) => sentenceOf(error),
  );

describe("the bracelet on a desk board", () => {
  it("feels a fall, buzzes, and the alarm comes to the hub", async () => {
    const { peer, run } = desk({ motion: faller() });
    const { outcome, messages, readings, seconds } = await run(40);
    expect(outcome.alarms).toMatchObject([{ kind: "fall", verified: true, cancelled: false, bearer: "lorawan" }]);
    expect(messages.map(({ topic }) => topic.split("/").at(-1))).toContain("alarm");
    // Once a second for the 20 s in which it could have been cancelled, and once when help knows.
    expect(peer.buzzes()).toBe(21);
    expect(readings).toMatchObject({ dropped: 0 });
    expect(readings.taken / seconds).toBeCloseTo(50, -1);
    expect(peer.motor()).toBe(false);
    expect(peer.reset()).toBe(true);
  });

  it("a press within the pre-alarm cancels it, and the motor stops", async () => {
    const { peer, at, run } = desk({ motion: faller() });
    let buzzing = 0;
    const { outcome } = await run(20, {
      watch: {
        log(timeMs, event) {
          if (event !== ALARM_DETECTED) return;
          at(timeMs + 3000, () => peer.press(true));
          at(timeMs + 4000, () => peer.press(false));
          at(timeMs + 5000, () => {
            buzzing = peer.buzzes();
          });
        },
      },
    });
    expect(outcome.alarms).toMatchObject([{ kind: "fall", cancelled: true }]);
    expect(buzzing).toBeGreaterThan(2);
    expect(peer.buzzes()).toBe(buzzing);
    expect(peer.motor()).toBe(false);
  });

  it("three seconds on the button call for help", async () => {
    const { peer, at, run } = desk();
    at(2000, () => peer.press(true));
    at(7000, () => peer.press(false));
    const { outcome } = await run(15);
    expect(outcome.alarms).toMatchObject([{ kind: "sos", verified: true }]);
    expect(outcome.alarms[0].at).toBeGreaterThan(4);
  });

  it("turns the axes of the part into those of the wrist", async () => {
    const felt: number[] = [];
    const { run } = desk({ motion: faller(), mounted: ([x, y, z]) => [-z, x, y] });
    await run(3, {
      profile: { ...DESK, accelerometer: { address: 0x68, axes: [2, 3, -1] } },
      watch: { samples: (values) => felt.push(...values) },
    });
    const truth = new Int32Array(felt.length);
    faller().fill(20_000, 20_000, felt.length / 3, truth);
    expect(felt.length).toBeGreaterThan(3 * 75);
    for (const [index, value] of felt.entries()) expect(Math.abs(value - truth[index])).toBeLessThanOrEqual(1);
  });

  it("stops at full scale, as the part does", async () => {
    const strongest: number[] = [];
    const motion: Motion = {
      fill(_startUs, _periodUs, _count, into) {
        into.set([9000, -20_000, 400]);
        return 1;
      },
    };
    const { run } = desk({ motion });
    await run(2, { watch: { samples: (values) => strongest.push(...values.subarray(0, 3)) } });
    expect(strongest.slice(-3)).toEqual([8000, -8000, 400]);
  });

  it("keeps its flash in a file: the next run goes on with the sequence", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "songbai-")), "flash.bin");
    const sequences: number[] = [];
    for (let run = 0; run < 2; run++) {
      const { peer, at, run: runDesk } = desk();
      at(1000, () => peer.press(true));
      at(5000, () => peer.press(false));
      const flash = deskFlash(path);
      const { messages, outcome } = await runDesk(40, { flash });
      flash.close();
      // The hub of each run is new: the session that the device goes on with is not its own, until it joins.
      expect(outcome.records.rejected > 0).toBe(run > 0);
      sequences.push(...messages.map(({ payload }) => (payload as { sequence: number }).sequence));
    }
    expect(sequences).toHaveLength(2);
    expect(sequences[1]).toBeGreaterThan(sequences[0]);
  });
});

describe("what a desk board may do wrong", () => {
  it("stops answering", async () => {
    const { peer, at, run } = desk();
    at(3000, () => peer.hang());
    expect(await sentence(run(60))).toEqual({
      sentence: "The board on the test's port has not answered for 3 s; look at its cable and reset it.",
      status: 1,
    });
  });

  it("never answers at all", async () => {
    const { peer, run } = desk();
    peer.hang();
    expect(await sentence(run(60))).toEqual({
      sentence: "The board on the test's port does not answer; is StandardFirmata on it, at 57600 baud?",
      status: 1,
    });
  });

  it("is unplugged", async () => {
    const { peer, at, run } = desk();
    at(2000, () => peer.unplug());
    expect(await sentence(run(60))).toEqual({
      sentence: "The board on the test's port has gone; was it unplugged?",
      status: 1,
    });
  });

  it("has no accelerometer", async () => {
    const { run } = desk({ motion: { fill: () => 0 } });
    expect(await sentence(run(60))).toEqual({
      sentence:
        "The accelerometer of the board on the test's port has given no reading for 3 s; it must be an MPU-6050 at address 0x68, on SDA and SCL.",
      status: 1,
    });
  });

  it("has too few pins", async () => {
    const { run } = desk();
    const profile = { ...DESK, pins: { button: 2, haptic: 40 } };
    expect(await sentence(run(60, { profile }))).toEqual({
      sentence: "The board on the test's port has no pin 40 for its haptic; its firmware names 20 pins.",
      status: 1,
    });
  });

  it.each([1, 2, 3])("garbles its octets: what cannot be is dropped, the rest goes on (seed %i)", async (seed) => {
    const { below } = randomSource(seed);
    const { peer, at, run } = desk({ motion: faller() });
    at(1000, () => peer.garble((octet) => (below(40) === 0 ? below(256) : octet)));
    let most = 0;
    const { readings } = await run(30, {
      watch: {
        samples: (values) => {
          for (const value of values) most = Math.max(most, Math.abs(value));
        },
      },
    });
    expect(readings.dropped).toBeGreaterThan(50);
    expect(readings.taken).toBeGreaterThan(300);
    expect(most).toBeLessThanOrEqual(8000);
  });
});
