import { describe, expect, it } from "@jest/globals";
import { fallPlot } from "@songbai/tools/learn/falls/report/fall-plot";
import { modelCard } from "@songbai/tools/learn/falls/report/model-card";
import { type FallResults, resultsOf, tradeOff } from "@songbai/tools/learn/falls/report/results";
import type { Judged } from "@songbai/tools/learn/falls/score";

const WHAT = {
  dataset: "weda-fall",
  position: "wrist",
  protocol: "leave one out",
  model: "2 trees",
  command: "songbai train falls",
};

/** Two falls and three other recordings, with the strongest evidence of each. */
const MARGINS: Record<string, number | null> = { "F01/U1": 2, "F02/U2": -0.5, "D01/U1": null, "D02/U2": -1, "D02/U3": 0.25 };
const results: FallResults = resultsOf(
  WHAT,
  Object.entries(MARGINS).map(([id, margin]): Judged => {
    const [activity, subject] = id.split("/");
    const fall = activity.startsWith("F");
    const recording = {
      id,
      subject,
      activity,
      fall,
      elder: subject === "U3",
      firstS: 0,
      durationS: 36,
      samples: new Int16Array(0),
      runs: [],
    };
    return { recording, alarms: margin !== null && margin > 0 ? [{ timeS: 3, impactS: 1 }] : [] };
  }),
  ({ id }) => MARGINS[id],
);

describe("learn/report/results", () => {
  it("keeps of each recording whether it came out right, and by how much", () => {
    expect(results.recordings.map(({ id, right, alarms, margin }) => [id, right, alarms, margin])).toEqual([
      ["F01/U1", true, 1, 2],
      ["F02/U2", false, 0, -0.5],
      ["D01/U1", true, 0, null],
      ["D02/U2", true, 0, -1],
      ["D02/U3", false, 1, 0.25],
    ]);
  });

  it("trades sensitivity for specificity as the threshold goes up; what never reached the trigger is never an alarm", () => {
    const rounded = tradeOff(results.recordings).map(({ sensitivity, specificity }) => [sensitivity, Math.round(specificity)]);
    expect(rounded).toEqual([
      [100, 33],
      [100, 67],
      [50, 67],
      [50, 100],
      [0, 100],
    ]);
  });
});

describe("learn/report/fall-plot", () => {
  const svg = fallPlot({ ...results, protocol: "a < b & c" });

  it("is drawn with the aim, the curve, a bar an activity and the evidence", () => {
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 1000 \d+"/);
    expect(svg).toContain('fill="#d1fae5"');
    expect(svg).toContain("F01 forwards, slip");
    expect(svg).toContain("1 of 2");
    expect(svg).toContain("a &lt; b &amp; c");
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("puts the detector where it is: 50 % of falls are below the square's last percents, 67 % of the rest, too", () => {
    expect(svg).toMatch(/<circle cx="64" cy="370"/);
    const better = { ...results, figures: { ...results.figures, sensitivity: share(95), specificity: share(90) } };
    expect(fallPlot(better)).toMatch(/<circle cx="214" cy="145"/);
  });

  it("draws no aim where there is none", () => {
    expect(fallPlot({ ...results, position: "ankle" })).not.toContain("the aim");
  });
});

const share = (percent: number) => ({ right: 19, of: 20, percent, interval: [90, 100] as const });

describe("learn/report/model-card", () => {
  it("has the figures with their intervals beside the aims, what is beside them, and the command", () => {
    const card = modelCard([
      { ...results, beside: [{ what: "rates swapped", sensitivity: share(94), specificity: share(97) }] },
    ]);
    expect(card).toContain(
      "| wrist | weda-fall, 3 people | 50.0 % [0.0, 100.0] 1/2 | 95 | 66.7 % [0.0, 100.0] 2/3 | 97 | 50.0 |",
    );
    expect(card).toContain("| 33.3 (1 in 0.03 h) | 1 of 1 |");
    expect(card).toContain("2 trees. Leave one out.");
    expect(card).toContain("2 falls have no time of their own");
    expect(card).toContain("| D02 jogging | 2 | 1 (50 %) |");
    expect(card).toContain("| rates swapped | 94.0 % [90.0, 100.0] 19/20 | 97.0 % [90.0, 100.0] 19/20 |");
    expect(card).toContain("```sh\nsongbai train falls\n```");
  });

  it("says what the figures do not", () => {
    const card = modelCard([]);
    expect(card).toContain("Not measured yet.");
    expect(card).toMatch(/acted by healthy young adults/);
    expect(card).toMatch(/ask the owner before anything derived/);
  });
});
