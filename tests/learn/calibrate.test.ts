import { describe, expect, it } from "@jest/globals";
import {
  confidenceAt,
  confidencesOf,
  type Evidence,
  evidenceOf,
  reliabilityOf,
  STEPS,
} from "@songbai/tools/learn/falls/calibrate";
import type { Task } from "@songbai/tools/learn/falls/cross-validate";
import type { FallRecording } from "@songbai/tools/learn/falls/recordings/recording";
import type { Judged } from "@songbai/tools/learn/falls/score";

/** Of impacts at every margin from -6 to 6 logits, as many are falls as a logistic curve says. */
function drawn(slope: number, shift: number, count = 400): Evidence[] {
  let owed = 0.5;
  return Array.from({ length: count }, (_, i) => {
    const margin = -6 + (12 * (i + 0.5)) / count;
    const share = 1 / (1 + Math.exp(-slope * margin - shift));
    owed += share;
    const fall = owed >= 1;
    if (fall) owed--;
    return { subject: `P${i % 7}`, margin, fall, alarm: margin > 0 };
  });
}

const percents = (slope: number, shift: number) =>
  Array.from({ length: STEPS }, (_, step) => 100 / (1 + Math.exp(-slope * (step / 2 + 0.25) - shift)));

describe("learn/calibrate", () => {
  it.each([
    [1, 0],
    [0.4, 0],
    [0.6, -1],
    [0.5, 1.5],
  ])("finds a slope of %d and a shift of %d again, within two percent", (slope, shift) => {
    const found = confidencesOf(drawn(slope, shift));
    expect(found.length).toBe(STEPS);
    const off = percents(slope, shift).map((percent, step) => Math.abs(Math.min(99, percent) - found[step]));
    expect(Math.max(...off.slice(0, -1))).toBeLessThan(2);
    // What is more than 4.5 logits is 5.25 in the mean here.
    const last = Math.min(99, 100 / (1 + Math.exp(-slope * 5.25 - shift)));
    expect(Math.abs(found[STEPS - 1] - last)).toBeLessThan(1);
  });

  it("is 1 to 99 and never falls, whatever the evidence", () => {
    const one = (margin: number, fall: boolean): Evidence => ({ subject: "P1", margin, fall, alarm: margin > 0 });
    const parted = confidencesOf([-3, -2, -1, 1, 2, 3].map((margin) => one(margin, margin > 0)));
    expect(parted[0]).toBeGreaterThan(50);
    expect(parted[STEPS - 1]).toBeLessThan(99);
    const upsideDown = confidencesOf(drawn(-1, 0));
    expect(new Set(upsideDown).size).toBe(1);
    expect(confidencesOf(drawn(1, -30))).toEqual(new Array(STEPS).fill(1));
    expect(Math.max(...confidencesOf(drawn(3, 0)))).toBe(99);
    expect(confidencesOf([])).toEqual(percents(1, 0).map(Math.round));
  });

  it("is the curve of least loss, by Platt's targets and a slope and shift that are 1 and 0 as far as one impact's worth", () => {
    const margins = { fall: [0.4, 1.1, 2.6, 3.2, 5.1, 7.5], none: [-2.5, -0.6, 0.7] };
    const found = [true, false].flatMap((fall) =>
      margins[fall ? "fall" : "none"].map((margin): Evidence => ({ subject: "P1", margin, fall, alarm: margin > 0 })),
    );
    const loss = (slope: number, shift: number) =>
      found.reduce(
        (sum, { margin, fall }) => {
          const target = fall ? 7 / 8 : 1 / 5;
          const logit = slope * margin + shift;
          return sum + target * Math.log(1 + Math.exp(-logit)) + (1 - target) * Math.log(1 + Math.exp(logit));
        },
        ((slope - 1) ** 2 + shift ** 2) / 2,
      );
    let [slope, shift] = [1, 0];
    for (let step = 0.5; step > 1e-4; step /= 2) {
      for (let moved = true; moved; ) {
        moved = false;
        for (const [a, b] of [
          [step, 0],
          [-step, 0],
          [0, step],
          [0, -step],
        ]) {
          if (loss(slope + a, shift + b) >= loss(slope, shift)) continue;
          [slope, shift, moved] = [slope + a, shift + b, true];
        }
      }
    }
    const percent = (margin: number) => Math.round(100 / (1 + Math.exp(-slope * margin - shift)));
    const steps = Array.from({ length: STEPS - 1 }, (_, step) => percent(step / 2 + 0.25));
    expect(confidencesOf(found)).toEqual([...steps, percent((5.1 + 7.5) / 2)]);
  });

  it("is looked up by half logits, the last for all that is more", () => {
    const table = [10, 11, 12, 13, 14, 15, 16, 17, 18, 19];
    expect([0.001, 0.499, 0.5, 4.49, 4.5, 90].map((margin) => confidenceAt(table, margin))).toEqual([10, 10, 11, 18, 19, 19]);
  });
});

describe("learn/calibrate: reliability", () => {
  it("is told by people who had no part in it", () => {
    // What nine people say is true of them and false of the tenth: of his alarms not one is a fall.
    const honest = drawn(1, 0);
    const liar = honest.filter(({ alarm }) => alarm).map((one) => ({ ...one, subject: "P9", fall: false }));
    const { bands, errorPercent } = reliabilityOf([...honest, ...liar]);
    expect(bands.reduce((sum, { alarms }) => sum + alarms, 0)).toBe(400);
    const top = bands.at(-1)!;
    expect([top.from, top.to]).toEqual([98, 99]);
    // The honest are judged by tables that heard the liar, and he by theirs.
    expect(top.said).toBeGreaterThan(97.9);
    expect(top.falls / top.alarms).toBeLessThan(0.1);
    expect(errorPercent).toBeGreaterThan(25);
  });

  it("of what is as it says is off by little", () => {
    const { bands, errorPercent } = reliabilityOf(drawn(0.6, 0));
    expect(errorPercent).toBeLessThan(2);
    expect(bands.map(({ from }) => from)).toEqual([1, 70, 85, 95]);
    for (const { from, to, said } of bands) expect(said >= from && said <= to).toBe(true);
    const [{ alarms, falls }] = bands;
    expect(Math.abs((100 * falls) / alarms - bands[0].said)).toBeLessThan(6);
    expect(reliabilityOf([])).toEqual({ bands: [], errorPercent: 0 });
  });

  it("weighs a band by its alarms", () => {
    const of = (count: number, falls: number, margin: number): Evidence[] =>
      Array.from({ length: count }, (_, i) => ({ subject: `P${i % 2}`, margin, fall: i < falls, alarm: true }));
    const { bands, errorPercent } = reliabilityOf([...of(30, 15, 0.2), ...of(90, 88, 4)]);
    expect(bands.map(({ alarms, falls }) => [alarms, falls])).toEqual([
      [30, 15],
      [90, 88],
    ]);
    const off = bands.map(({ said, alarms, falls }) => Math.abs(said - (100 * falls) / alarms));
    expect(errorPercent).toBeCloseTo((30 * off[0] + 90 * off[1]) / 120, 9);
  });
});

describe("learn/calibrate: evidence", () => {
  const recording = (subject: string, fall: boolean): FallRecording => ({
    id: subject,
    subject,
    activity: "",
    fall,
    elder: false,
    ...(fall ? { startS: 4, endS: 5 } : {}),
    firstS: 0,
    durationS: 20,
    samples: new Int16Array(0),
    runs: [],
  });
  const recordings = [recording("P0", true), recording("P1", false), recording("P0", false), recording("P1", true)];
  const impact = (place: number, impactS: number, teaching: "adl" | "fall" | "none") => ({
    recording: place,
    impactS,
    decidedS: impactS + 2,
    impactMg: 2000,
    features: new Int32Array(1),
    teaching,
  });
  const candidates = [
    impact(0, 1, "none"),
    impact(0, 4.5, "fall"),
    impact(1, 3, "adl"),
    impact(1, 6, "adl"),
    impact(3, 1, "none"),
    impact(3, 4.5, "fall"),
  ];
  const task: Task = { recordings, candidates, aim: { sensitivity: 95, specificity: 95 }, seed: 1, innerFolds: 2 };
  const folds = [
    { held: ["P0"], chosen: "", threshold: 0, tried: [], margins: [1024, 2048] },
    { held: ["P1"], chosen: "", threshold: 0, tried: [], margins: [-2048, -512, 4096, -1024] },
  ];
  const judged = (heard: readonly (readonly number[])[]): Judged[] =>
    recordings.map((one, i) => ({ recording: one, alarms: heard[i].map((impactS) => ({ impactS, timeS: impactS + 2 })) }));

  it("is every alarm, right or not, and the strongest impact where there was none", () => {
    expect(evidenceOf(task, judged([[1, 4.5], [], [], []]), folds)).toEqual([
      // A stumble before the fall is no fall.
      { subject: "P0", margin: 1, fall: false, alarm: true },
      { subject: "P0", margin: 2, fall: true, alarm: true },
      { subject: "P1", margin: -0.5, fall: false, alarm: false },
      { subject: "P1", margin: -1, fall: true, alarm: false },
    ]);
    expect(evidenceOf(task, judged([[4.5], [6], [], []]), folds)[1]).toEqual({
      subject: "P1",
      margin: -0.5,
      fall: false,
      alarm: true,
    });
  });
});
