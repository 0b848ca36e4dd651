/** The contract suite: a board on a bench runs the contract's program, and each of its promises is kept. */
import { afterEach, describe, expect, it } from "@jest/globals";
import { type Capability, findBoard } from "@songbai/tools/board/profile";
import { PRESSED, PROMISES, SAMPLE } from "./promises.ts";
import type { Rig } from "./rig.ts";

/** In the axes of the part, mg. The fourth leaves the range of 4 g. */
const FELT: readonly (readonly [number, number, number])[] = [
  [1000, 0, -200],
  [-40, 2000, 8],
  [0, 0, 1000],
  [9000, -9000, 20],
  [600, -600, 200],
];
/** Parts and firmware round to their digit: 2 mg at 4 g. */
const DIGIT_MG = 2;

/** What the board is called in the report, its profile, and a rig with the contract's program just booted. */
export type Bench = readonly [name: string, board: string, rig: () => Promise<Rig>];

/** Tries every promise that the capabilities of the board's profile make. */
export function keepsThePromises(benches: readonly Bench[]): void {
  describe.each(benches)("%s keeps the promises of Board", (_, boardName, makeRig) => {
    const capabilities = findBoard(boardName).profile.capabilities;
    const has = (capability: Capability) => capabilities.includes(capability);

    let rig: Rig;
    afterEach(() => rig.close());

    it("each of them, and no motion, press or frame is lost", async () => {
      rig = await makeRig();
      const valuesOf = (event: number) => rig.log().flatMap(([logged, value]) => (logged === event ? [value] : []));
      await rig.pass(500);
      await rig.feel(FELT);
      await rig.pass(500);
      const samples = valuesOf(SAMPLE);
      await rig.feel(FELT); // after stop: felt by no one
      await rig.press(true);
      await rig.pass(100);
      await rig.press(false);
      await rig.pass(100);
      await rig.hear([1, 128, 255]);
      await rig.pass(5000);

      const broken = PROMISES.filter(
        ({ by, number }) => has(by) && !(valuesOf(number).length > 0 && valuesOf(number).every((v) => v === 1)),
      );
      expect(broken.map(({ by, says }) => `${by}: ${says}`)).toEqual([]);
      if (has("accelerometer")) {
        const expected = FELT.flatMap((sample) =>
          rig.axes.map((axis) => Math.max(-4000, Math.min(4000, Math.sign(axis) * (sample[Math.abs(axis) - 1] as number)))),
        );
        expect(samples).toHaveLength(expected.length);
        expect(valuesOf(SAMPLE)).toEqual(samples);
        samples.forEach((mg, i) => {
          expect(Math.abs(mg - (expected[i] as number))).toBeLessThanOrEqual(DIGIT_MG);
          expect(Math.abs(mg)).toBeLessThanOrEqual(4000);
        });
      }
      if (has("button")) expect(valuesOf(PRESSED)).toEqual([1, 0]);
      if (has("haptic")) expect(rig.buzzes()).toBe(3);
    });
  });
}
