import { describe, expect, it } from "@jest/globals";
import type { DetectorHost } from "@songbai/tools/learn/falls/detector-host";
import { digestOf } from "@songbai/tools/learn/falls/evaluate";
import type { FallRecording } from "@songbai/tools/learn/falls/recordings/recording";
import { heardFall, type Judged, right, score, shareOf } from "@songbai/tools/learn/falls/score";
import { type Alarm, alarmsIn, PARTS } from "@songbai/tools/learn/falls/sensor-path";
import { sensed } from "@songbai/tools/learn/sense/part";

const FALL: FallRecording = {
  id: "F01/U15_R01",
  subject: "U15",
  activity: "F01",
  fall: true,
  elder: false,
  startS: 5,
  endS: 6,
  firstS: 0,
  durationS: 12,
  samples: new Int16Array(900),
  runs: [{ from: 0, to: 300 }],
};
const { startS, endS, ...WITHOUT_LABEL } = FALL;
const ADL: FallRecording = { ...WITHOUT_LABEL, fall: false };

const judged = (recording: FallRecording, ...alarms: (readonly [number, number])[]): Judged => ({
  recording,
  alarms: alarms.map(([timeS, impactS]) => ({ timeS, impactS })),
});

describe("learn/score", () => {
  it("counts a fall as heard from 0.2 s before its start to 1.2 s after its end, within 3 s of the impact", () => {
    for (const impactS of [4.8, 5, 6, 7.2]) expect(heardFall(judged(FALL, [impactS + 3, impactS]))).toBe(true);
    for (const impactS of [4.79, 7.21]) expect(heardFall(judged(FALL, [impactS + 1, impactS]))).toBe(false);
    expect(heardFall(judged(FALL, [8.01, 5]))).toBe(false);
    expect(heardFall(judged(FALL))).toBe(false);
    expect(heardFall(judged(FALL, [2, 1], [8, 6]))).toBe(true);
  });

  it("takes any alarm in time for a fall without a label, and none, late or not, in an ADL recording", () => {
    expect(right(judged(WITHOUT_LABEL, [2, 1]))).toBe(true);
    expect(right(judged(WITHOUT_LABEL, [5, 1]))).toBe(false);
    expect(right(judged(ADL))).toBe(true);
    expect(right(judged(ADL, [9, 1]))).toBe(false);
  });

  it("gives sensitivity, specificity, F1, alarms an hour, and counts elders and unknown ones", () => {
    const figures = score([
      judged(FALL, [7, 5]),
      judged(FALL, [7, 5]),
      judged(FALL, [7, 1]),
      judged({ ...FALL, unknown: "no" }),
      judged({ ...FALL, unknown: "no", absent: true }),
      judged(ADL, [1, 1], [9, 9]),
      judged({ ...ADL, elder: true }, [1, 1]),
      judged({ ...ADL, elder: true }),
    ]);
    expect(figures.sensitivity).toMatchObject({ right: 2, of: 4, percent: 50 });
    expect(figures.specificity).toMatchObject({ right: 1, of: 3 });
    expect(figures.f1).toBeCloseTo((100 * 2 * 2) / (2 * 2 + 2 + 2), 9);
    expect(figures.adlHours).toBeCloseTo(36 / 3600, 9);
    expect(figures.alarmsPerAdlHour).toBeCloseTo(300, 9);
    expect(figures).toMatchObject({ elderAlarms: 1, elderRecordings: 2, labelledFalls: 4, unknown: 1, people: 1 });
  });

  it("draws people, not recordings, for the interval, the same each time", () => {
    const of = (subject: string, found: number) =>
      Array.from({ length: 20 }, (_, i) => judged({ ...FALL, subject }, ...(i < found ? [[7, 5] as const] : [])));
    const alike = shareOf([...of("U1", 16), ...of("U2", 16), ...of("U3", 16), ...of("U4", 16)]);
    expect(alike).toEqual({ right: 64, of: 80, percent: 80, interval: [80, 80] });
    const apart = [...of("U1", 20), ...of("U2", 20), ...of("U3", 20), ...of("U4", 4)];
    expect(shareOf(apart).percent).toBe(80);
    expect(shareOf(apart).interval).toEqual([40, 100]);
    expect(shareOf(apart)).toEqual(shareOf(apart));
  });

  it("says of nothing that it is not a number", () => {
    expect(score([]).sensitivity).toEqual({ right: 0, of: 0, percent: Number.NaN, interval: [Number.NaN, Number.NaN] });
  });
});

describe("learn/evaluate", () => {
  it("has a digest of all that was said, about whom and when", () => {
    const alarm = { timeS: 7, impactS: 5, impactMg: 3000, confidence: 90, reason: 0 };
    const said: Judged<Alarm>[] = [
      { recording: FALL, alarms: [alarm] },
      { recording: ADL, alarms: [] },
    ];
    const others = [
      [said[0]],
      [said[1], said[0]],
      [{ recording: { ...FALL, id: "F01/U16_R01" }, alarms: [alarm] }, said[1]],
      ...(["timeS", "impactS", "impactMg", "confidence"] as const).map((key) => [
        { ...said[0], alarms: [{ ...alarm, [key]: 1 }] },
        said[1],
      ]),
    ];
    expect(digestOf(said)).toBe(digestOf(structuredClone(said)));
    expect(new Set([said, ...others].map(digestOf)).size).toBe(1 + others.length);
  });
});

describe("learn/sensor-path", () => {
  it("holds each axis to full scale and rounds it to the part's step", () => {
    const into = Int16Array.from([-9000, -4001, -3, 0, 1, 2, 3, 3999, 4000, 4002, 20000, 32767]);
    expect([...sensed(into, PARTS.wrist)]).toEqual([-4000, -4000, -2, 0, 2, 2, 4, 4000, 4000, 4000, 4000, 4000]);
    expect([...sensed(into, PARTS.waist)]).toEqual([-8000, -4000, -4, 0, 0, 4, 4, 4000, 4000, 4004, 8000, 8000]);
  });

  /** Hears a fall at the given places of each stretch that it is fed. */
  function hearing(...places: number[]): DetectorHost & { readonly fed: Int16Array[] } {
    const fed: Int16Array[] = [];
    return {
      fed,
      falls(samples) {
        fed.push(samples);
        const there = places.filter((at) => 3 * at < samples.length);
        return there.map((at) => ({ at, impactMg: 3000, confidence: 90, agoMs: 2000, reason: 0 }));
      },
      close() {},
    };
  }

  it("hears an alarm when the batch of the deciding sample is full, on the recording's own stamps", () => {
    const [first, second] = alarmsIn({ ...FALL, firstS: 100 }, PARTS.wrist, hearing(95, 99));
    expect(first).toEqual({ timeS: 100 + 99 / 25, impactS: 100 + 95 / 25 - 2, impactMg: 3000, confidence: 90, reason: 0 });
    expect(second.timeS).toBe(100 + 99 / 25);
  });

  it("hands over the last samples at the recording's end and none behind it", () => {
    const samples = new Int16Array(3 * 98);
    const detector = hearing(96);
    const [alarm] = alarmsIn({ ...FALL, samples, runs: [{ from: 0, to: 98 }] }, PARTS.wrist, detector);
    expect(alarm.timeS).toBe(97 / 25);
    expect(detector.fed[0].length).toBe(3 * 98);
  });

  it("starts anew behind a hole, and feeds nothing of the hole", () => {
    const runs = [
      { from: 0, to: 100 },
      { from: 150, to: 300 },
    ];
    const detector = hearing(60);
    const alarms = alarmsIn({ ...FALL, runs }, PARTS.wrist, detector);
    expect(detector.fed.map(({ length }) => length)).toEqual([300, 450]);
    expect(alarms.map(({ impactS }) => impactS)).toEqual([60 / 25 - 2, 210 / 25 - 2]);
    expect(alarms[1].timeS).toBe(214 / 25);
  });

  it("feeds what the part reads", () => {
    const samples = Int16Array.from({ length: 900 }, () => 5001);
    const detector = hearing();
    alarmsIn({ ...FALL, samples }, PARTS.wrist, detector);
    expect(new Set(detector.fed[0])).toEqual(new Set([4000]));
  });
});
