import { describe, expect, it } from "@jest/globals";
import { type Candidate, readOtherwise } from "@songbai/tools/learn/falls/candidates";
import type { FallRecording } from "@songbai/tools/learn/falls/recordings/recording";
import { lessonsOf } from "@songbai/tools/learn/falls/teach";

const candidate = (recording: number, impactS: number, feature: number, more: Partial<Candidate> = {}): Candidate => ({
  recording,
  impactS,
  decidedS: impactS + 2,
  impactMg: 2000,
  features: Int32Array.of(feature),
  teaching: "adl",
  ...more,
});
const recordings = [0, 1].map((i): FallRecording => {
  const samples = new Int16Array(0);
  return { id: `${i}`, subject: "U1", activity: "", fall: i === 0, elder: false, firstS: 0, durationS: 9, samples, runs: [] };
});

describe("learn/candidates read otherwise", () => {
  const own = [candidate(0, 3, 1, { teaching: "fall" }), candidate(1, 3, 2), candidate(1, 6, 3, { weight: 0.5 })];
  const others = [
    [candidate(0, 3.1, 11), candidate(1, 3.02, 12)],
    [candidate(0, 2.7, 21), candidate(1, 5.9, 23)],
  ];
  const all = readOtherwise(own, others);

  it("finds the same impact of the same recording in each reading that has it", () => {
    expect(all.map(({ otherwise = [] }) => otherwise.map(([feature]) => feature))).toEqual([[11], [12], [23]]);
    expect(all.map(({ features }) => features[0])).toEqual([1, 2, 3]);
  });

  it("teaches every reading of an impact, and the impact counts once", async () => {
    const { values, labels, weights } = await lessonsOf(recordings, all, new Set(["U1"]), 1);
    expect([...values]).toEqual([1, 11, 2, 12, 3, 23]);
    expect([...labels]).toEqual([1, 1, 0, 0, 0, 0]);
    expect([...weights]).toEqual([0.5, 0.5, 0.5, 0.5, 0.25, 0.25]);
  });
});
