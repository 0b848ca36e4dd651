import { describe, expect, it } from "@jest/globals";
import { isFall } from "@songbai/sim/world/activities";
import { distance } from "@songbai/tools/learn/falls/body/compare";
import { MEASURES, type Measured, measure } from "@songbai/tools/learn/falls/body/measures";
import { likenessPlot } from "@songbai/tools/learn/falls/body/plot";
import { HARMLESS, OTHER_PLAYS, simulatedRecordings, WEDA_PLAYS } from "@songbai/tools/learn/falls/simulated";

const PEOPLE = 3;

/** The middle of three people, measure by measure. */
function middle(code: string): Record<string, number> {
  const plays = [...WEDA_PLAYS, ...OTHER_PLAYS].filter((one) => one.code === code);
  const measured = simulatedRecordings({ plays, people: PEOPLE, seed: 3, rangeG: 4 }).map((one) => measure(one) as Measured);
  return Object.fromEntries(
    MEASURES.map(({ name }, place) => [name, measured.map((one) => one[place]).sort((a, b) => a - b)[PEOPLE >> 1]]),
  );
}

describe("recordings of simulated people", () => {
  it("are as long as the play, labelled, at 25 Hz and within the sensor's range", () => {
    const [dropped] = simulatedRecordings({ plays: OTHER_PLAYS.slice(4, 5), people: 1, seed: 1, rangeG: 4 });
    expect(dropped).toMatchObject({ id: "dropped from a table/S001", subject: "S001", fall: false, durationS: 13.99 });
    expect(dropped.samples.length).toBe(3 * 350);
    expect(Math.max(...dropped.samples)).toBeLessThanOrEqual(4800);
    const up = simulatedRecordings({ plays: OTHER_PLAYS.slice(-1), people: 1, seed: 1, rangeG: 4 })[0];
    expect(HARMLESS).toHaveLength(WEDA_PLAYS.length - 8 + OTHER_PLAYS.length - 1);
    expect(HARMLESS.flatMap(({ timeline }) => timeline).filter((entry) => isFall(entry.do))).toEqual([]);
    expect(up).toMatchObject({ activity: "up again at once", fall: true, startS: 4, endS: 6.2 });
  });

  it("are the same for the same seed, and others for another", () => {
    const one = (seed: number) => simulatedRecordings({ plays: WEDA_PLAYS.slice(4, 5), people: 1, seed, rangeG: 4 })[0].samples;
    expect(one(1)).toEqual(one(1));
    expect(one(1)).not.toEqual(one(2));
  });

  it("a thing that falls is weightless and then exactly still; a person is neither", () => {
    const person = middle("F01");
    expect(person.lightest).toBeGreaterThan(250);
    expect(person.stir).toBeGreaterThan(20);
    for (const code of ["thrown on a bed", "dropped from a table"]) {
      const thing = middle(code);
      expect(thing.lightest).toBeLessThan(150);
      expect(thing.light).toBeGreaterThanOrEqual(240);
      expect(thing.stir).toBeLessThan(4);
    }
  });
});

describe("the comparison of two distributions", () => {
  it("is 0 for the same and 1 for what has nothing in common", () => {
    expect(distance([1, 2, 3], [1, 2, 3])).toBe(0);
    expect(distance([1, 2, 3], [4, 5])).toBe(1);
    expect(distance([1, 2, 3, 4], [3, 4, 5, 6])).toBe(0.5);
    expect(distance([1, 1, 2, 2], [1, 2, 2, 2])).toBe(0.25);
  });

  it("is drawn: a row an activity, and shaded where they are far apart", () => {
    const pair = { recorded: [1, 2, 3, 4, 5], simulated: [1, 2, 3, 4, 5], distance: 0.1 };
    const pairs = MEASURES.map((_, place) => (place === 2 ? { ...pair, distance: 0.7 } : pair));
    const svg = likenessPlot([{ activity: "D05", recorded: 3, simulated: 3, pairs }], (code) => `${code} chair`);
    expect(svg).toContain(">D05 chair<");
    expect(svg.match(/#fde68a/g)).toHaveLength(1);
  });
});
