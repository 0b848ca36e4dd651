import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { below, prng } from "@songbai/sdk/lang/prng";
import type { Candidate } from "@songbai/tools/learn/falls/candidates";
import { checkpoint } from "@songbai/tools/learn/falls/checkpoint";
import { type Fold, foldOf, judgedBy, outerFolds, type Task } from "@songbai/tools/learn/falls/cross-validate";
import { type Aim, operatingPoint, suspicions } from "@songbai/tools/learn/falls/operate";
import { type Hand, shared } from "@songbai/tools/learn/falls/pool";
import type { FallRecording } from "@songbai/tools/learn/falls/recordings/recording";
import { score } from "@songbai/tools/learn/falls/score";
import { lessonsOf } from "@songbai/tools/learn/falls/teach";
import { fingerprint, trainFalls } from "@songbai/tools/learn/falls/train";
import { type Trainer, type TreeConfiguration, trainerOf } from "@songbai/tools/learn/falls/trainer";

const folder = mkdtempSync(join(tmpdir(), "songbai-train-"));
afterAll(() => rmSync(folder, { recursive: true }));

const PEOPLE = 6;
const EACH = 8;
const boosting = { kind: "boosting", trees: 8, depth: 2, tried: 3, least: 1, ridge: 1, rate: 0.3, rowsPercent: 80 } as const;
const CONFIGURATIONS: TreeConfiguration[] = [boosting, { ...boosting, trees: 2, depth: 1 }];
const trainers = CONFIGURATIONS.map(trainerOf);

/** Half of each person's recordings are falls; the first feature says so for `honest` percent of them, the rest is noise. */
function task(honest: number, teaching: "fall" | "perhaps" = "fall"): Task {
  const random = prng(11);
  const recordings: FallRecording[] = [];
  const candidates: Candidate[] = [];
  for (let i = 0; i < PEOPLE * EACH; i++) {
    const fall = i % 2 === 0;
    const subject = `P${Math.floor(i / EACH)}`;
    const samples = new Int16Array(0);
    recordings.push({ id: `${i}`, subject, activity: "", fall, elder: false, firstS: 0, durationS: 10, samples, runs: [] });
    const features = Int32Array.from({ length: 4 }, () => below(random, 1000));
    if (below(random, 100) < honest) features[0] = (fall ? 500 : 0) + below(random, 450);
    candidates.push({
      recording: i,
      impactS: 3,
      decidedS: 5,
      impactMg: 2000,
      features,
      teaching: fall ? teaching : "adl",
    });
  }
  return { recordings, candidates, aim: { sensitivity: 95, specificity: 95 }, seed: 1, innerFolds: 3 };
}

const everyFold = async (one: Task) => Promise.all(outerFolds(one.recordings).map((held) => foldOf(one, trainers, held)));

describe("learn/cross-validate", () => {
  it("strangers are told apart by what can be learnt, and by chance where nothing can", async () => {
    const learnt = task(100);
    const { sensitivity, specificity } = score(judgedBy(learnt, await everyFold(learnt), 8));
    expect(sensitivity.percent + specificity.percent).toBeGreaterThan(190);
    const noise = task(0);
    const chance = score(judgedBy(noise, await everyFold(noise), 8));
    expect(Math.abs(chance.sensitivity.percent + chance.specificity.percent - 100)).toBeLessThan(25);
  });

  it("nothing of the person left out reaches model, choice or threshold", async () => {
    const honest = task(80);
    const isHeld = ({ subject }: FallRecording) => subject === "P2";
    const upsideDown: Task = {
      ...honest,
      recordings: honest.recordings.map((one) => (isHeld(one) ? { ...one, fall: !one.fall } : one)),
      candidates: honest.candidates.map((one) =>
        isHeld(honest.recordings[one.recording]) ? { ...one, teaching: one.teaching === "adl" ? "fall" : "adl" } : one,
      ),
    };
    const fold = await foldOf(honest, trainers, ["P2"]);
    expect(await foldOf(upsideDown, trainers, ["P2"])).toEqual(fold);
    expect(fold.margins.length).toBe(EACH);
    // The same lie told by somebody else is heard.
    expect((await foldOf(upsideDown, trainers, ["P3"])).margins).not.toEqual((await foldOf(honest, trainers, ["P3"])).margins);
  });

  it("what is harmless is learnt from in every fold, and asked about in none", async () => {
    const one = task(100);
    // A thing that looks as the falls do in the first feature, and is told from them by the second.
    const thing = { ...one.candidates[0], teaching: "adl", weight: 0.5 } as const;
    const harmless = [600, 700, 800, 900].flatMap((first) =>
      [0, 1, 2, 3].map((i) => ({ ...thing, features: Int32Array.from([first, 1500, 250 * i, 500]) })),
    );
    const deaf = await foldOf(one, trainers, ["P0"]);
    const taught = await foldOf({ ...one, harmless }, trainers, ["P0"]);
    expect(taught.margins.length).toBe(deaf.margins.length);
    const people = new Set(["P1", "P2", "P3", "P4", "P5"]);
    const rows = await lessonsOf(one.recordings, one.candidates, people, 1, harmless);
    expect([...rows.labels.subarray(-16)]).toEqual(new Array(16).fill(0));
    expect([...new Set(rows.weights.subarray(-16))]).toEqual([0.5]);
    expect([...new Set(rows.weights.subarray(0, -16))]).toEqual([1]);
    const scored = (rowsTaught: typeof rows) => trainers[0].train(rowsTaught, 1);
    const alarmed = (await scored(await lessonsOf(one.recordings, one.candidates, people, 1))).score(harmless[0].features);
    expect(alarmed).toBeGreaterThan(0);
    expect((await scored(rows)).score(harmless[0].features)).toBeLessThan(0);
    expect(taught.margins).not.toEqual(deaf.margins);
    expect(fingerprint({ ...one, harmless }, CONFIGURATIONS)).not.toEqual(fingerprint(one, CONFIGURATIONS));
  });

  it("leaves everybody out once, one by one or in groups", () => {
    const { recordings } = task(100);
    expect(outerFolds(recordings)).toEqual(["P0", "P1", "P2", "P3", "P4", "P5"].map((person) => [person]));
    const groups = outerFolds(recordings, 4);
    expect(groups.length).toBe(4);
    expect(groups.flat().sort()).toEqual(outerFolds(recordings).flat());
  });

  it("deals people out by their falls, the most first, round and back", () => {
    const [{ samples }] = task(100).recordings;
    const falls: Record<string, number> = { C: 1, A: 2, D: 4, B: 3, E: 0, F: 0 };
    const recordings = Object.entries(falls).flatMap(([subject, count]) =>
      Array.from({ length: 12 - count }, (_, i): FallRecording => {
        const fall = i < count;
        return { id: `${i}`, subject, activity: "", fall, elder: false, firstS: 0, durationS: 1, samples, runs: [] };
      }),
    );
    expect(outerFolds(recordings, 2)).toEqual([
      ["C", "D", "E"],
      ["A", "B", "F"],
    ]);
    expect(outerFolds(recordings, 9)).toEqual(["D", "B", "A", "C", "E", "F"].map((person) => [person]));
  });

  it("takes the trainer that is better, the first of equals, and counts scores from its threshold", async () => {
    const one = task(100);
    const by = (name: string, feature: number): Trainer => ({
      name,
      train: () => ({ score: (features) => 100 * features[feature] }),
    });
    const fold = async (...some: Trainer[]) => foldOf(one, some, ["P0"]);
    const { chosen, threshold, margins } = await fold(by("noise", 1), by("honest", 0), by("as honest", 0));
    expect(chosen).toBe("honest");
    expect(threshold).toBeGreaterThan(44_900);
    expect(threshold).toBeLessThan(50_000);
    const own = one.candidates.slice(0, EACH);
    expect(margins).toEqual(own.map(({ features }) => 100 * features[0] - threshold));
    expect((await fold(by("honest", 0), by("noise", 1))).chosen).toBe("honest");
  });

  it("an alarm is above the threshold, and the first that counts again is a while later to the instant", () => {
    const one = task(100);
    const at = (decidedS: number) => ({ ...one.candidates[0], decidedS, impactS: decidedS - 2 });
    const candidates = [3, 5, 13].map(at);
    const fold = { held: ["P0"], chosen: "", threshold: 0, tried: [], margins: [0, 1, 1] };
    const [{ alarms }] = judgedBy({ ...one, candidates }, [fold], 8);
    expect(alarms).toEqual([
      { timeS: 5, impactS: 3 },
      { timeS: 13, impactS: 11 },
    ]);
  });

  it("an alarm keeps the detector quiet for a while", () => {
    const one = task(100);
    const candidates = [5, 12, 13.5].map((decidedS) => ({ ...one.candidates[0], decidedS, impactS: decidedS - 2 }));
    const [{ alarms }] = judgedBy(
      { ...one, candidates },
      [{ held: ["P0"], chosen: "", threshold: 0, tried: [], margins: [1, 1, 1] }],
      8,
    );
    expect(alarms.map(({ timeS }) => timeS)).toEqual([5, 13.5]);
  });
});

describe("learn/operate", () => {
  const found = (falls: number[], adl: number[]) => [
    ...falls.map((score) => ({ fall: true, score })),
    ...adl.map((score) => ({ fall: false, score })),
  ];

  it("puts the threshold into the gap", () => {
    const { threshold, sensitivity, specificity } = operatingPoint(found([3000, 4000, 5000], [-4000, -3000]), {
      sensitivity: 95,
      specificity: 95,
    });
    expect([sensitivity, specificity]).toEqual([100, 100]);
    expect(threshold).toBe(0);
  });

  it("is where the worse of both is the most standard errors above its aim, by softened counts", () => {
    const random = prng(4);
    const mixed = found(
      Array.from({ length: 30 }, () => below(random, 6000) - 1500),
      Array.from({ length: 50 }, () => below(random, 6000) - 4500),
    );
    const sure = (score: number, threshold: number) => 1 / (1 + Math.exp((threshold - score) / 384));
    const errors = (shares: number[], aim: number) =>
      (shares.reduce((sum, one) => sum + one, 0) / shares.length - aim) / Math.sqrt((aim * (1 - aim)) / shares.length);
    const worthAt = (threshold: number, aim: Aim) =>
      Math.min(
        errors(
          mixed.filter(({ fall }) => fall).map(({ score }) => sure(score, threshold)),
          aim.sensitivity / 100,
        ),
        errors(
          mixed.filter(({ fall }) => !fall).map(({ score }) => 1 - sure(score, threshold)),
          aim.specificity / 100,
        ),
      );
    const scores = mixed.map(({ score }) => score).sort((a, b) => a - b);
    for (const aim of [
      { sensitivity: 95, specificity: 97 },
      { sensitivity: 80, specificity: 99 },
    ]) {
      const point = operatingPoint(mixed, aim);
      const between = scores.slice(1).map((score, i) => Math.floor((score + scores[i]) / 2));
      const best = between.reduce((most, one) => (worthAt(one, aim) > worthAt(most, aim) ? one : most));
      expect(point.threshold).toBe(best);
      expect(point.worth).toBeCloseTo(worthAt(best, aim), 9);
      const percent = (fall: boolean) => {
        const some = mixed.filter((one) => one.fall === fall);
        return (100 * some.filter(({ score }) => score > best === fall).length) / some.length;
      };
      expect(point.sensitivity).toBeCloseTo(percent(true), 9);
      expect(point.specificity).toBeCloseTo(percent(false), 9);
    }
  });

  it("with one score is at it, and where nothing was found hears nothing", () => {
    const aim = { sensitivity: 95, specificity: 95 };
    expect(operatingPoint(found([700], [-1e6]), aim)).toMatchObject({ threshold: 700, sensitivity: 0, specificity: 100 });
    expect(operatingPoint(found([-1e6], [-1e6]), aim)).toEqual({
      threshold: 0,
      worth: Number.NEGATIVE_INFINITY,
      sensitivity: 0,
      specificity: 100,
    });
    // Whoever brings no falls only asks not to be woken.
    const adl = Array.from({ length: 40 }, (_, i) => -1000 * i);
    expect(operatingPoint(found([], adl), aim)).toMatchObject({ sensitivity: 0, worth: 0 });
  });

  it("a recording is as suspicious as its worst impact that may be learnt from", () => {
    const { recordings, candidates } = task(100);
    const people = new Set(["P0"]);
    const eight = recordings.map((one, i) => (i === 3 ? { ...one, unknown: "frozen" } : one));
    const some = [
      { ...candidates[0], teaching: "none" as const },
      candidates[0],
      { ...candidates[0] },
      candidates[1],
      { ...candidates[2] },
      candidates[EACH],
    ];
    const scores = new Map([900, 100, 300, -50, 70, 800].map((score, i) => [some[i], score]));
    scores.delete(some[4]);
    const never = [true, false, true, false].map((fall) => ({ fall, score: -1e6 }));
    expect(suspicions(eight, some, scores, people)).toEqual([
      { fall: true, score: 300 },
      { fall: false, score: -50 },
      { fall: true, score: -1e6 },
      ...never,
    ]);
  });

  it("gives up what the aim weighs less", () => {
    const mixed = found([-2000, 4000, 5000, 6000], [-6000, -5000, -4000, 2000]);
    expect(operatingPoint(mixed, { sensitivity: 99, specificity: 90 }).sensitivity).toBe(100);
    expect(operatingPoint(mixed, { sensitivity: 90, specificity: 99 }).specificity).toBe(100);
  });
});

describe("learn/teach", () => {
  it("finds the fall among impacts of which a knock is the strongest", async () => {
    const one = task(100, "perhaps");
    // In every fourth fall a stronger knock that looks like daily living.
    const knocks = one.candidates.flatMap((candidate, i) =>
      candidate.teaching === "perhaps" && i % 8 === 0
        ? [{ ...candidate, impactMg: 6000, features: Int32Array.from([100, 500, 500, 500]) }]
        : [],
    );
    const people = new Set(["P0", "P1", "P2", "P3", "P4", "P5"]);
    // Getting up, which nothing is learnt from.
    const none = { ...one.candidates[0], teaching: "none" as const, impactMg: 9000 };
    const rows = await lessonsOf(one.recordings, [none, ...knocks, ...one.candidates], people, 1);
    expect(rows.length).toBe(PEOPLE * EACH);
    const falls = [...rows.labels.keys()].filter((row) => rows.labels[row] === 1);
    expect(falls.length).toBe((PEOPLE * EACH) / 2);
    expect(falls.filter((row) => rows.values[row * rows.features] < 500)).toEqual([]);
  });
});

describe("learn/train-falls", () => {
  const one = task(90);
  const trained = (file: string, resume: boolean, onFold: (done: number, of: number) => void = () => {}) =>
    trainFalls(one, {
      configurations: CONFIGURATIONS,
      threads: 0,
      kept: checkpoint<Fold>(join(folder, file), fingerprint(one, CONFIGURATIONS), resume),
      onFold,
    });

  it("goes on after a kill in the middle of a line, with the same result", async () => {
    const whole = await trained("whole", false);
    const killed = trained("killed", false, (done) => {
      if (done === 3) throw new Error("killed");
    });
    await expect(killed).rejects.toThrow("killed");
    appendFileSync(join(folder, "killed"), '{"of":"half a li');
    const steps: number[] = [];
    expect(await trained("killed", true, (done) => steps.push(done))).toEqual(whole);
    expect(steps).toEqual([3, 4, 5, 6, 7]);
    expect(readFileSync(join(folder, "killed"), "utf8").split("\n").length).toBe(8);
  });

  it("begins anew with other data", async () => {
    const other = checkpoint<Fold>(join(folder, "whole"), fingerprint({ ...one, seed: 2 }, CONFIGURATIONS), true);
    expect(other.get("P0")).toBeUndefined();
  });
});

describe("learn/pool", () => {
  it("answers in the order of the jobs, and says what a hand failed of", async () => {
    const hand = (delay: number): Hand<number, number> => ({
      work: (job) =>
        new Promise((done, fail) => setTimeout(() => (job === 9 ? fail(new Error("nine")) : done(2 * job)), delay)),
      close: () => {},
    });
    expect(await shared([1, 2, 3, 4, 5], [hand(8), hand(1)])).toEqual([2, 4, 6, 8, 10]);
    await expect(shared([1, 9], [hand(1), hand(1)])).rejects.toThrow("nine");
  });
});
