import { beforeAll, describe, expect, it } from "@jest/globals";
import { besideOf, strangers } from "@songbai/tools/learn/falls/beside";
import { type Fold, foldOf, judgedBy, outerFolds } from "@songbai/tools/learn/falls/cross-validate";
import type { FallRecording } from "@songbai/tools/learn/falls/recordings/recording";
import { simulatedRecordings, WEDA_PLAYS } from "@songbai/tools/learn/falls/simulated";
import { taskOf } from "@songbai/tools/learn/falls/train";
import { type TreeConfiguration, trainerOf } from "@songbai/tools/learn/falls/trainer";

const boosting = { kind: "boosting", trees: 4, depth: 2, tried: 9, least: 0.1, ridge: 1, rate: 0.5, rowsPercent: 100 } as const;
const CONFIGURATIONS: TreeConfiguration[] = [
  // Says the same of everything, so nothing is above its threshold.
  { ...boosting, trees: 0 },
  boosting,
  { kind: "extra trees", trees: 4, depth: 3, tried: 9, least: 1 },
];
const PLAYS = WEDA_PLAYS.filter(({ code }) => ["F01", "F05", "D05", "D09"].includes(code));

describe("learn/beside", () => {
  const recordings = simulatedRecordings({ plays: PLAYS, people: 4, seed: 2, rangeG: 4 });
  const task = taskOf(recordings, "wrist", 1, 2);
  let folds: Fold[] = [];

  beforeAll(async () => {
    const trainers = CONFIGURATIONS.map(trainerOf);
    // Whatever a fold would choose: each model has its turn.
    folds = await Promise.all(outerFolds(recordings).map((held, i) => foldOf(task, [trainers[i % 3]], held)));
  });

  it("judges recordings read as they are as the folds did", async () => {
    const { judge } = await strangers(task, folds, CONFIGURATIONS, "wrist");
    const judged = judge(recordings);
    expect(judged.filter(({ alarms }) => alarms.length > 0).length).toBeGreaterThan(2);
    expect(judged).toEqual(judgedBy(task, folds, 8).map(({ alarms }, i) => ({ recording: recordings[i], alarms })));
    const shifted = folds.map((fold) => ({ ...fold, threshold: fold.threshold + 100_000 }));
    const deaf = (await strangers(task, shifted, CONFIGURATIONS, "wrist")).judge(recordings);
    expect(deaf.flatMap(({ alarms }) => alarms)).toEqual([]);
  });

  it("counts falls and all else, but nobody without the sensor", () => {
    const [some] = recordings;
    const of = (fall: boolean, alarms: number, more: Partial<FallRecording> = {}) => {
      const { startS, endS, ...rest } = some;
      return {
        recording: { ...rest, fall, ...more },
        alarms: Array.from({ length: alarms }, () => ({ timeS: 3, impactS: 1 })),
      };
    };
    const judged = [
      of(true, 1),
      of(true, 0),
      of(true, 0, { absent: true }),
      of(false, 0),
      of(false, 0),
      of(false, 1),
      of(false, 0, { absent: true }),
    ];
    expect(besideOf("otherwise", judged)).toMatchObject({
      what: "otherwise",
      sensitivity: { right: 1, of: 2 },
      specificity: { right: 2, of: 3 },
    });
  });
});
