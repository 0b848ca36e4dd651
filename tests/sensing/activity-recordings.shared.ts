import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { activity } from "@songbai/sdk/sensing/activity/activity";
import { CLEAR, NOT_WORN } from "@songbai/sdk/sensing/doubt";
import { wear } from "@songbai/sdk/sensing/wear/wear";
import { readTable } from "@songbai/tools/learn/sense/table";
import { sharedVitals } from "../learn/shared-data.ts";
import { noise, RATE } from "./gait.ts";

const STANDARD_G = 9.80665;

describe("steps of people of 26 to 79 whose lower back is felt, who turn half way", () => {
  it("are 6 % too few, most of them lost at the turn", () => {
    const folder = join(sharedVitals("gait-foot"), "GaitData");
    const errors = readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .map((name) => {
        const told = JSON.parse(readFileSync(join(folder, name), "utf8").replaceAll("NaN", "null"));
        const truth = told.LeftFootEvents.length + told.RightFootEvents.length;
        const table = readTable(join(folder, name.replace(".json", "_lb.txt")), { delimiter: "\t", before: 1, header: true });
        const axes = ["Acc_X", "Acc_Y", "Acc_Z"].map(table.column);
        const samples = Int32Array.from({ length: 3 * table.rows }, (_, i) =>
          Math.round((axes[i % 3][Math.floor(i / 3)] * 1000) / STANDARD_G),
        );
        const sense = activity({ rateHz: 100, body: { height: 165, mass: 60, age: 60, female: true } }, () => {});
        sense.feed(samples, table.rows);
        return (100 * (sense.steps() - truth)) / truth;
      });
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(errors).toHaveLength(39);
    expect(mean(errors.map(Math.abs))).toBeLessThanOrEqual(8);
    expect(Math.abs(mean(errors))).toBeLessThanOrEqual(6);
  });
});

describe("wear by the accelerometer alone", () => {
  it("is not lost in the ten nights of a sleeper, and is at the ends of the recording, when the watch lay on a table", () => {
    const folder = sharedVitals("sleep-wrist");
    const counts = readFileSync(join(folder, "example_01.AWD"), "utf8")
      .split(/\r?\n/)
      .slice(7)
      .filter((line) => line.trim() !== "")
      .map((line) => Number.parseInt(line, 10));
    const start = Date.UTC(1918, 0, 23, 13, 58);
    const minuteOf = (text: string) => (Date.parse(`${text.replace(" ", "T")}Z`) - start) / 60_000;
    const nights = readFileSync(join(folder, "example_01_sleepdiary.csv"), "utf8")
      .split(/\r?\n/)
      .map((line) => line.split(","))
      .filter(([kind]) => kind === "NIGHT")
      .map(([, from, to]) => [minuteOf(from), minuteOf(to)]);
    // Each count is a minute: where there is one the arm turned, where there is none it lay still.
    const sense = wear({ rateHz: RATE });
    const minute = new Int32Array(3 * 60 * RATE);
    const told = counts.map((count, m) => {
      for (let i = 0; i < 60 * RATE; i++) {
        const turned = count > 0 && i % 100 < 50;
        minute[3 * i] = (turned ? -400 : 600) + noise(i);
        minute[3 * i + 1] = noise(i + m);
        minute[3 * i + 2] = 800;
      }
      sense.feed(minute, 60 * RATE);
      return sense.doubt();
    });
    const wornNights = nights.filter(([from]) => from > 24 * 60 && from < 11 * 24 * 60);
    expect(wornNights.length).toBe(10);
    for (const [from, to] of wornNights) expect(new Set(told.slice(from, to))).toEqual(new Set([CLEAR]));
    expect(told.slice(-600).filter((doubt) => doubt === NOT_WORN).length).toBeGreaterThan(300);
  });
});
