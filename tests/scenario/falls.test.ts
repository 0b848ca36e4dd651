import { describe, expect, it } from "@jest/globals";
import { fallBook } from "@songbai/sim/scenario/falls";

const fall = (at: number) => ({ kind: "fall", at });

describe("the book of falls", () => {
  const timeline = [
    { atMs: 0, do: "walk" },
    { atMs: 10_000, do: "fall" },
    { atMs: 30_000, do: "throwOnBed" },
    { atMs: 60_000, do: "throwOnBed" },
    { atMs: 90_000, do: "missChair" },
  ] as const;

  it("lays each alarm to what was going on at its impact", () => {
    expect(fallBook(timeline, [fall(13), fall(34), fall(63.5), fall(94)])).toEqual({
      falls: 2,
      felt: 2,
      falseAlarms: [{ during: "throw-on-bed", alarms: 2, of: 2 }],
    });
  });

  it("an alarm just behind the beginning of something belongs to what was before", () => {
    expect(fallBook(timeline, [fall(31.9)])).toMatchObject({ felt: 1, falseAlarms: [] });
    expect(fallBook(timeline, [fall(32)])).toMatchObject({ felt: 0, falseAlarms: [{ during: "throw-on-bed", alarms: 1 }] });
  });

  it("a second alarm of one fall is false; a call for help is none of its business", () => {
    expect(fallBook(timeline, [fall(13), fall(22), { kind: "sos", at: 50 }])).toEqual({
      falls: 2,
      felt: 1,
      falseAlarms: [{ during: "fall", alarms: 1, of: 1 }],
    });
  });
});
