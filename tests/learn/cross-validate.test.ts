import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { below, prng } from "@songbai/sdk/lang/prng";
import type { Candidate } from "@songbai/tools/learn/candidates";
import { checkpoint } from "@songbai/tools/learn/checkpoint";
import { type Fold, foldOf, judgedBy, outerFolds, type Task } from "@songbai/tools/learn/cross-validate";
import { operatingPoint } from "@songbai/tools/learn/operate";
import { type Hand, shared } from "@songbai/tools/learn/pool";
import type { FallRecording } from "@songbai/tools/learn/recordings/recording";
import { score } from "@songbai/tools/learn/score";
import { lessonsOf } from "@songbai/tools/learn/teach";
import { fingerprint, trainFalls } from "@songbai/tools/learn/train-falls";
import { type TreeConfiguration, trainerOf } from "@songbai/tools/learn/trainer";

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
    const rows = await lessonsOf(one.recordings, [...one.candidates, ...knocks], people, 1);
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
