import { describe, expect, it } from "@jest/globals";
import { below, prng } from "@songbai/sdk/lang/prng";
import { ankle } from "@songbai/sdk/sensing/fall/ankle";
import { ALONG_AXES, FEATURES } from "@songbai/sdk/sensing/fall/features";
import { insole } from "@songbai/sdk/sensing/fall/insole";
import { candidatesOf } from "@songbai/tools/learn/falls/candidates";
import { readFalls } from "@songbai/tools/learn/falls/recordings/datasets";
import type { FallRecording } from "@songbai/tools/learn/falls/recordings/recording";
import { turned } from "@songbai/tools/learn/falls/recordings/turned";
import { PARTS } from "@songbai/tools/learn/falls/sensor-path";
import { taskOf, triggerOf } from "@songbai/tools/learn/falls/train";
import { folderOf, rowsOf, umafall } from "./files.ts";

/** A leg that stands, strikes and lies, with something of its own in each second. */
const felt = (s: number) => {
  const blow = 2.6 * Math.exp(-((20 * (s - 4)) ** 2));
  const shake = 0.1 * Math.sin(23 * s) + 0.05 * Math.sin(5 * s);
  return s < 4 ? ([0.95 + blow, 0.2 + shake, 0.1] as const) : ([0.2 + blow, shake, 0.97 - shake] as const);
};
const files = ["Subject_01_Fall_forwardFall_1", "Subject_01_Fall_forwardFall_2", "Subject_02_Fall_forwardFall_1"].map(
  (what) => `UMAFall_${what}_2016-06-13_20-52-55.csv`,
);
const text = umafall(rowsOf(9, 20, felt)).replace("WAIST", "ANKLE");
const folder = folderOf(Object.fromEntries(files.map((file) => [file, text])));
const ankles = readFalls("umafall", folder, "ankle");
const soles = readFalls("umafall", folder, "insole");

const rows = ({ samples }: FallRecording) =>
  Array.from({ length: samples.length / 3 }, (_, i) => [...samples.subarray(3 * i, 3 * i + 3)]);
const dot = (a: readonly number[], b: readonly number[]) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const volume = ([a, b, c]: readonly (readonly number[])[]) =>
  dot(a, [b[1] * c[2] - b[2] * c[1], b[2] * c[0] - b[0] * c[2], b[0] * c[1] - b[1] * c[0]]);

describe("the insole: the ankle's recordings, turned", () => {
  it("turns a person's recordings as one rigid thing, always the same, and everybody's otherwise", () => {
    expect(soles[1].samples).toEqual(soles[0].samples);
    expect(soles[2].samples).not.toEqual(soles[0].samples);
    expect(turned(ankles)).toEqual(soles);
    for (const [i, sole] of soles.entries()) {
      expect(sole.samples).not.toEqual(ankles[i].samples);
      const before = rows(ankles[i]);
      const after = rows(sole);
      for (let at = 30; at < after.length; at += 7) {
        expect(Math.abs(dot(after[at], after[at - 30]) - dot(before[at], before[at - 30]))).toBeLessThan(8000);
      }
      // Not mirrored: three rows span the same volume, to the same side.
      const three = [20, 100, 130];
      const span = volume(three.map((at) => before[at])) / 1e9;
      expect(Math.abs(span)).toBeGreaterThan(0.01);
      expect(volume(three.map((at) => after[at])) / 1e9).toBeCloseTo(span, 2);
    }
  });

  it("turning changes nothing but the features along axes, and those the insole does not learn from", () => {
    const found = (all: readonly FallRecording[]) =>
      candidatesOf(all, PARTS.insole, triggerOf("insole")).map(({ features }) => features);
    const [before, after] = [found(ankles), found(soles)];
    expect(before.length).toBeGreaterThan(1);
    expect(after.length).toBe(before.length);
    const changed = new Set<number>();
    for (const [i, features] of before.entries()) {
      for (let place = 0; place < FEATURES; place++) {
        const allowed = 16 + 0.05 * features[place];
        if (Math.abs(after[i][place] - features[place]) > allowed) changed.add(place);
      }
    }
    expect([...changed].every((place) => ALONG_AXES.includes(place))).toBe(true);
    expect(changed.size).toBeGreaterThan(0);
    const learnt = taskOf(soles, "insole", 1).candidates;
    expect(learnt.map(({ features }) => [...features])).toEqual(
      after.map((features) => [...features].map((value, place) => (ALONG_AXES.includes(place) ? 0 : value))),
    );
    expect(taskOf(ankles, "ankle", 1).candidates.map(({ features }) => features)).toEqual(before);
  });

  it("the table that ships looks at no feature along an axis", () => {
    const random = prng(7);
    let differs = 0;
    for (let i = 0; i < 500; i++) {
      const features = Int32Array.from({ length: FEATURES }, () => below(random, 2048));
      const other = features.map((value, place) => (ALONG_AXES.includes(place) ? below(random, 2048) : value));
      expect(insole.score(other)).toBe(insole.score(features));
      if (ankle.score(other) !== ankle.score(features)) differs++;
    }
    expect(differs).toBeGreaterThan(50);
  });
});
