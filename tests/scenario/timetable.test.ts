import { describe, expect, it } from "@jest/globals";
import { durationOf, timetable } from "@songbai/sim/scenario/timetable";

const HOUR = 3_600_000;
const START = "2026-03-02 20:00:00";
const times = (file: { daily?: { at: string }[]; events?: { at: string }[] }, hours: number) =>
  timetable({ start: START, ...file }, hours * HOUR, "a.yaml").map(({ event, atMs, place }) => [event.at, atMs / HOUR, place]);

describe("scenario/timetable", () => {
  it("without a day means the next time that the clock shows it", () => {
    expect(times({ events: [{ at: "21:00:00" }, { at: "06:00:00" }] }, 24)).toEqual([
      ["21:00:00", 1, "events.0"],
      ["06:00:00", 10, "events.1"],
    ]);
  });

  it("counts days from that of the start", () => {
    expect(times({ events: [{ at: "day 1 21:00:00" }, { at: "day 2 06:00:00" }, { at: "day 3 06:00:00" }] }, 48)).toEqual([
      ["day 1 21:00:00", 1, "events.0"],
      ["day 2 06:00:00", 10, "events.1"],
      ["day 3 06:00:00", 34, "events.2"],
    ]);
  });

  it("repeats what is daily to the end, and puts the rest between", () => {
    expect(times({ daily: [{ at: "06:00:00" }], events: [{ at: "day 2 12:00:00" }] }, 60)).toEqual([
      ["06:00:00", 10, "daily.0"],
      ["day 2 12:00:00", 16, "events.0"],
      ["06:00:00", 34, "daily.0"],
      ["06:00:00", 58, "daily.0"],
    ]);
  });

  it("knows minutes and seconds, the start itself, the end itself, and two things at once", () => {
    const events = [{ at: "20:00:00" }, { at: "day 1 20:00:00" }, { at: "20:00:01" }, { at: "20:01:00" }, { at: "21:30:09" }];
    expect(times({ events: [...events, { at: "22:00:00" }] }, 2).map(([at, hours]) => [at, Number(hours) * 3600])).toEqual([
      ["20:00:00", 0],
      ["day 1 20:00:00", 0],
      ["20:00:01", 1],
      ["20:01:00", 60],
      ["21:30:09", 5409],
      ["22:00:00", 7200],
    ]);
    expect(times({ daily: [{ at: "22:00:00" }] }, 26).map(([, hours]) => hours)).toEqual([2, 26]);
  });

  it("knows how long a second, a minute and an hour are", () => {
    expect(["1.5 s", "45 min", "2h"].map(durationOf)).toEqual([1500, 2_700_000, 7_200_000]);
  });

  it("refuses with a sentence what is out of order, before the start or behind the end", () => {
    expect(() => times({ events: [{ at: "22:00:00" }, { at: "21:00:00" }] }, 24)).toThrow(
      "a.yaml at events.1.at: 21:00:00 comes before the event above it; put them in order.",
    );
    expect(() => times({ events: [{ at: "day 1 19:00:00" }] }, 24)).toThrow(
      "a.yaml at events.0.at: day 1 19:00:00 comes before the start of the scenario, 20:00:00.",
    );
    expect(() => times({ daily: [{ at: "06:00:00" }], events: [{ at: "day 4 06:00:00" }] }, 24)).toThrow(
      "a.yaml at events.0.at: day 4 06:00:00 lies after the end of the scenario; make it longer or the event earlier.",
    );
  });
});
