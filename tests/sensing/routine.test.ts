import { describe, expect, it } from "@jest/globals";
import { CLEAR, INCONSISTENT, STARTING } from "@songbai/sdk/sensing/doubt";
import { UNKNOWN } from "@songbai/sdk/sensing/reading";
import { ACTIVE, AWAY, INACTIVE, NIGHT_DOOR, OUTING } from "@songbai/sdk/sensing/routine/kinds";
import { type Routine, type RoutineEvent, routine } from "@songbai/sdk/sensing/routine/routine";
import { BEDROOM, ENTRANCE_DOOR, HOME_SENSORS, type HomeReport, KITCHEN, liveAtHome } from "@songbai/sim/world/home";

const HOUR = 3600;
const DAY = 86_400;
const WEEKS = 42;

interface Heard extends RoutineEvent {
  readonly at: number;
}

/** A hub with its timer. */
function hub(): { home: Routine; heard: Heard[]; live: (reports: readonly HomeReport[], untilS?: number) => void } {
  const heard: Heard[] = [];
  let now = 0;
  const home = routine({ sensors: HOME_SENSORS }, (event) => heard.push({ ...event, at: now }));
  const pass = (second: number): void => {
    for (let due = home.due(); due !== UNKNOWN && due < second; due = home.due()) {
      now = due;
      home.tick(due);
    }
    now = second;
  };
  const live = (reports: readonly HomeReport[], untilS?: number): void => {
    for (const { second, sensor, on } of reports) {
      pass(second);
      home.feed(sensor, on, second);
    }
    if (untilS !== undefined) pass(untilS);
  };
  return { home, heard, live };
}

const kindsOf = (heard: readonly Heard[], kind: number): Heard[] => heard.filter((event) => event.kind === kind);
const life = liveAtHome({ seed: 7, days: WEEKS });

describe("the routine of a home", () => {
  it("tells every outing, to the second, and no other", () => {
    const { heard, live } = hub();
    live(life.reports);
    expect(life.outings.length).toBeGreaterThan(5);
    expect(kindsOf(heard, OUTING).map(({ from, until }) => ({ from, until }))).toEqual(life.outings);
  });

  it("says ten minutes behind the door that somebody is away", () => {
    const { heard, live } = hub();
    live(life.reports);
    const [first] = life.outings;
    expect(kindsOf(heard, AWAY).some(({ from, at }) => from === first.from && at === from + 601)).toBe(true);
  });

  it("alarms on no more than two days of six weeks without a fall, and never before it has learnt", () => {
    const { heard, live } = hub();
    live(life.reports);
    const alarms = kindsOf(heard, INACTIVE);
    expect(alarms.length).toBeLessThanOrEqual(2);
    expect(alarms.every(({ at }) => at > 13 * DAY)).toBe(true);
  });

  it.each([3, 8, 13, 19])("finds who falls at %i:30 within twelve hours, and says so once", (hour) => {
    const fallS = 40 * DAY + hour * HOUR + 1800;
    const { reports } = liveAtHome({ seed: 7, days: 42, outingsPercent: 0, fallS });
    const { heard, live } = hub();
    live(reports, fallS + 2 * DAY);
    const alarms = kindsOf(heard, INACTIVE).filter(({ at }) => at > fallS);
    expect(alarms).toHaveLength(1);
    expect(alarms[0].at - fallS).toBeLessThan(12 * HOUR);
    expect(alarms[0].from).toBeLessThan(fallS);
    expect(alarms[0].until).toBe(UNKNOWN);
    expect(alarms[0].doubt).toBe(CLEAR);
  });

  it("says when somebody moves again, and does not learn twelve hours on the floor", () => {
    const fallS = 40 * DAY + 8 * HOUR;
    const { reports } = liveAtHome({ seed: 7, days: 42, outingsPercent: 0, fallS });
    const { home, heard, live } = hub();
    live(reports);
    const dueBefore = home.due();
    const upS = fallS + 14 * HOUR;
    live([{ second: upS, sensor: KITCHEN, on: true }]);
    expect(kindsOf(heard, ACTIVE).map(({ until }) => until)).toContain(upS);
    // The next morning is as it was.
    live([{ second: fallS + DAY, sensor: KITCHEN, on: true }]);
    expect(home.due() - (fallS + DAY)).toBeLessThan(dueBefore - fallS + HOUR);
  });

  it("does not alarm while somebody is out for days", () => {
    const leaving = [
      { second: 40 * DAY + 10 * HOUR, sensor: ENTRANCE_DOOR, on: true },
      { second: 40 * DAY + 10 * HOUR + 9, sensor: ENTRANCE_DOOR, on: false },
    ];
    const { heard, live } = hub();
    live([...life.reports.filter(({ second }) => second < leaving[0].second), ...leaving], 50 * DAY);
    expect(heard.filter(({ kind, at }) => kind === INACTIVE && at > leaving[1].second)).toEqual([]);
  });

  it("doubts itself until every hour was seen on fourteen days", () => {
    const { home, live } = hub();
    expect(home.doubt()).toBe(STARTING);
    live(life.reports.filter(({ second }) => second < 13 * DAY));
    expect(home.doubt()).toBe(STARTING);
    live(life.reports.filter(({ second }) => second >= 13 * DAY && second < 20 * DAY));
    expect(home.doubt()).toBe(CLEAR);
  });

  it("doubts itself while a daily sensor is still, and gives that sensor up in three weeks", () => {
    const fromS = 25 * DAY;
    const { reports } = liveAtHome({
      seed: 7,
      days: 60,
      dead: [
        { sensor: ENTRANCE_DOOR, fromS: DAY * 99 },
        { sensor: KITCHEN, fromS },
      ],
    });
    const { home, live } = hub();
    live(reports.filter(({ second }) => second < fromS + DAY));
    expect(home.doubt()).toBe(CLEAR);
    live(reports.filter(({ second }) => second >= fromS + DAY && second < fromS + 2 * DAY));
    expect(home.doubt()).toBe(INCONSISTENT);
    live(reports.filter(({ second }) => second >= fromS + 2 * DAY && second < fromS + 24 * DAY));
    expect(home.doubt()).toBe(CLEAR);
  });

  it("waits twice as long while it doubts itself", () => {
    const silence = (dead: { sensor: number; fromS: number }[]): number => {
      let sum = 0;
      for (let hour = 0; hour < 24; hour += 3) {
        const { home, live } = hub();
        const fallS = 40 * DAY + hour * HOUR;
        const { reports } = liveAtHome({ seed: 7, days: 42, outingsPercent: 0, dead, fallS });
        live(reports);
        sum += home.due() - reports[reports.length - 1].second;
      }
      return sum;
    };
    expect(silence([{ sensor: BEDROOM, fromS: 36 * DAY }]) / silence([])).toBeGreaterThan(1.5);
  });

  it("does not listen to a detector that reports day and night, and finds who falls all the same", () => {
    const fallS = 40 * DAY + 8 * HOUR;
    const { reports } = liveAtHome({ seed: 7, days: 42, outingsPercent: 0, fallS });
    const sunny: HomeReport[] = [];
    for (let second = 38 * DAY; second < 43 * DAY; second += 900)
      sunny.push({ second, sensor: BEDROOM, on: second % 1800 === 0 });
    const { home, heard, live } = hub();
    live([...reports, ...sunny].sort((a, b) => a.second - b.second));
    const alarms = heard.filter(({ kind, at }) => kind === INACTIVE && at > fallS);
    expect(alarms.map(({ doubt }) => doubt)).toEqual([INCONSISTENT]);
    expect(alarms[0].at - fallS).toBeLessThan(24 * HOUR);
    // An hour without a report heals it.
    live([{ second: 43 * DAY + 2 * HOUR, sensor: BEDROOM, on: true }]);
    expect(heard[heard.length - 1].kind).toBe(ACTIVE);
    expect(home.due()).toBeGreaterThan(43 * DAY + 3 * HOUR);
  });

  it("tells of the entrance door at an hour of the night at which it never opens, and not in the morning", () => {
    const { heard, live } = hub();
    const night = 41 * DAY + 3 * HOUR;
    live(life.reports.filter(({ second }) => second < night));
    live([
      { second: night, sensor: ENTRANCE_DOOR, on: true },
      { second: night + 20, sensor: ENTRANCE_DOOR, on: false },
      { second: night + 40, sensor: KITCHEN, on: true },
      { second: night + 7 * HOUR, sensor: ENTRANCE_DOOR, on: true },
    ]);
    expect(kindsOf(heard, NIGHT_DOOR).map(({ from }) => from)).toEqual([night]);
  });

  it("begins a new silence when the clock goes back, and when it is told of a gap", () => {
    const { home, live } = hub();
    live(life.reports.filter(({ second }) => second < 30 * DAY + 12 * HOUR));
    home.feed(KITCHEN, true, 30 * DAY);
    expect(home.due()).toBeGreaterThan(30 * DAY);
    home.restart();
    expect(home.due()).toBe(UNKNOWN);
    expect(home.doubt()).toBe(STARTING);
  });

  it("takes a repeated report for no change of the door, and no sensor that it does not have", () => {
    const { home, heard } = hub();
    home.feed(ENTRANCE_DOOR, true, 100);
    home.feed(ENTRANCE_DOOR, false, 110);
    home.feed(ENTRANCE_DOOR, false, 900);
    home.feed(99, true, 950);
    home.feed(ENTRANCE_DOOR, true, 1000);
    expect(heard.filter(({ kind }) => kind === OUTING).map(({ from, until }) => [from, until])).toEqual([[110, 1000]]);
  });
});
