import { describe, expect, it } from "@jest/globals";
import { CLEAR, INCONSISTENT, NOT_WORN, STARTING } from "@songbai/sdk/sensing/doubt";
import { UNKNOWN } from "@songbai/sdk/sensing/reading";
import {
  bodyTemperature,
  CORE,
  FEVER,
  FEVER_REPEATED,
  FEVER_RISE,
  HYPOTHERMIA,
  SKIN,
  type TemperatureReading,
} from "@songbai/sdk/sensing/temperature/temperature";
import fc from "fast-check";
import { answersOn, RUNTIMES } from "../support/everywhere.ts";

const MINUTE = 60;
const HOUR = 60;
const DAY = 24 * HOUR;

/** A thermometer that reads once a minute. */
function bench(site = CORE, offset = 0) {
  const alarms: [number, number][] = [];
  let said: TemperatureReading = { value: 0, quality: 0, doubt: -1, trend: 0, level: 0 };
  const sense = bodyTemperature(
    { site, periodS: MINUTE, offset },
    (reading) => {
      said = { ...reading };
    },
    (kind, centi) => alarms.push([kind, centi]),
  );
  return {
    alarms,
    said: () => said,
    restart: sense.restart,
    feed(minutes: number, centi: number | ((minute: number) => number), worn = true) {
      for (let i = 0; i < minutes; i++) sense.feed(typeof centi === "number" ? centi : centi(i), worn);
      return said;
    },
  };
}

/** As people's are: half a degree higher in the afternoon (mean of the day 36.45). */
const circadian = (minute: number) => 3645 - Math.round(25 * Math.cos((2 * Math.PI * (minute - 4 * HOUR)) / DAY));

describe("sensing/temperature", () => {
  it("believes a sensor when it has stayed within 0.1 degC for three minutes", () => {
    const { feed } = bench();
    expect(feed(1, 3650)).toMatchObject({ value: UNKNOWN, quality: 0, doubt: STARTING });
    expect(feed(2, 3655).value).toBe(UNKNOWN);
    expect(feed(1, 3655)).toMatchObject({ value: 3655, doubt: CLEAR });
    const warming = bench();
    for (let centi = 3300; centi < 3640; centi += 20) expect(warming.feed(1, centi).doubt).toBe(STARTING);
    expect(warming.feed(4, 3640).value).toBe(3640);
  });

  it("adds the offset of the sensor and its place", () => {
    expect(bench(CORE, 50).feed(5, 3600).value).toBe(3650);
  });

  it("has no value when broken, shorted or off the body, at once, and one again three minutes after it is back", () => {
    const { feed } = bench();
    feed(10, 3650);
    for (const [centi, worn, doubt] of [
      [-4000, true, INCONSISTENT],
      [12500, true, INCONSISTENT],
      [3650, false, NOT_WORN],
      [2400, true, NOT_WORN],
      [4400, true, NOT_WORN],
    ] as const) {
      expect(feed(1, centi, worn)).toMatchObject({ value: UNKNOWN, quality: 0, doubt });
      expect(feed(3, 3650).doubt).toBe(STARTING);
      expect(feed(1, 3650).doubt).toBe(CLEAR);
    }
  });

  it("begins anew after a gap", () => {
    const { feed, restart } = bench();
    feed(10, 3650);
    restart();
    expect(feed(3, 3650).doubt).toBe(STARTING);
    expect(feed(1, 3650).doubt).toBe(CLEAR);
  });

  it("tells the trend of the last hour", () => {
    const { feed } = bench();
    expect(feed(30, 3650).trend).toBe(UNKNOWN);
    // 0.6 degC an hour.
    const rising = feed(90, (minute) => 3650 + minute);
    expect(Math.abs(rising.trend - 60)).toBeLessThanOrEqual(6);
    expect(feed(90, 3739).trend).toBe(0);
    expect(feed(90, (minute) => 3739 - minute).trend).toBeLessThan(-50);
  });

  it("is less sure while the temperature runs", () => {
    const still = bench();
    const running = bench();
    expect(still.feed(30, 3650).quality).toBe(46);
    expect(still.feed(3 * HOUR, 3650).quality).toBe(95);
    running.feed(HOUR, 3400);
    expect(running.feed(HOUR, (minute) => 3400 + 4 * minute).quality).toBeLessThan(50);
  });

  it("finds a fever by one reading above 37.8 degC, once, and again only after it was over", () => {
    const { feed, alarms } = bench();
    feed(10, 3780);
    expect(alarms).toEqual([]);
    feed(2 * HOUR, 3781);
    expect(alarms).toEqual([[FEVER, 3781]]);
    feed(30, 3765);
    feed(10, 3790);
    expect(alarms.length).toBe(1);
    feed(30, 3660);
    // A jump may be a bath: it must last.
    feed(30, 3800);
    expect(alarms.length).toBe(1);
    feed(4, 3800);
    expect(alarms.length).toBe(2);
  });

  it("finds a fever by readings above 37.2 degC an hour apart", () => {
    const { feed, alarms } = bench();
    feed(59, 3730);
    expect(alarms).toEqual([]);
    feed(10, 3730);
    expect(alarms).toEqual([[FEVER_REPEATED, 3730]]);
  });

  it("does not take two warm moments with a cool hour between them for one", () => {
    const { feed, alarms } = bench();
    feed(30, 3730);
    feed(60, 3660);
    feed(30, 3730);
    expect(alarms).toEqual([]);
  });

  it("finds a fever by a rise above the person's own level, however low, and tells it once", () => {
    const { feed, said, alarms } = bench();
    feed(5 * DAY, (minute) => circadian(minute) - 50);
    expect(Math.abs(said().level - 3595)).toBeLessThanOrEqual(2);
    expect(alarms).toEqual([]);
    feed(4 * HOUR, 3712);
    expect(alarms).toEqual([[FEVER_RISE, 3712]]);
    feed(30, 3695);
    feed(30, 3712);
    expect(alarms.length).toBe(1);
    feed(30, 3660);
    feed(34, 3712);
    expect(alarms.length).toBe(2);
  });

  it("keeps the level of the days without a fever", () => {
    const { feed, said } = bench();
    feed(4 * DAY, circadian);
    const before = said().level;
    feed(6 * DAY, 3850);
    expect(said().level).toBe(before);
    feed(5 * DAY, (minute) => circadian(minute) + 20);
    expect(said().level).toBeGreaterThan(before + 10);
  });

  it("has no level of days on which it was worn for an hour or two", () => {
    const { feed, said } = bench();
    for (let day = 0; day < 6; day++) {
      feed(2 * HOUR, 3700);
      feed(22 * HOUR, 2500);
    }
    feed(10, 3700);
    expect(said().level).toBe(UNKNOWN);
  });

  it("finds hypothermia", () => {
    const { feed, alarms } = bench();
    feed(10, 3510);
    expect(alarms).toEqual([]);
    feed(HOUR, 3490);
    expect(alarms).toEqual([[HYPOTHERMIA, 3490]]);
    feed(30, 3510);
    feed(30, 3490);
    expect(alarms.length).toBe(1);
  });

  it("never speaks of a fever for two months of days and nights", () => {
    const { feed, alarms } = bench();
    feed(60 * DAY, (minute) => circadian(minute) + ((minute * 7919) % 11) - 5);
    expect(alarms).toEqual([]);
  });

  it("takes nothing that goes faster than a body for one: no value until it is steady again", () => {
    const { feed } = bench();
    feed(HOUR, 3650);
    expect(feed(1, 3662).doubt).toBe(CLEAR);
    expect(feed(1, 3690).doubt).toBe(STARTING);
    expect(feed(3, 3690).doubt).toBe(CLEAR);
    const cooling = bench();
    cooling.feed(HOUR, 3650);
    // 5 degC an hour: a sensor under a blanket, off the body.
    for (let i = 1; i <= 40; i++) cooling.feed(1, 3650 - 8 * i);
    expect(cooling.said()).toMatchObject({ value: UNKNOWN, doubt: STARTING });
    expect(cooling.alarms).toEqual([]);
  });

  it("takes bath water of less than half an hour for no fever, and is half as sure of it", () => {
    const { feed, alarms } = bench();
    feed(HOUR, 3650);
    expect(feed(25, 4050)).toMatchObject({ value: 4050, quality: 46 });
    feed(HOUR, 3690);
    expect(alarms).toEqual([]);
    // The arm is lifted again and again: a fever all the same.
    for (let i = 0; i < 6; i++) {
      feed(5, 3830);
      feed(1, 3790);
    }
    expect(alarms).toEqual([[FEVER, 3830]]);
  });

  it("keeps to a tenth of a degree before it believes, and to a body's pace of 0.03 degC a minute behind that", () => {
    const far = bench();
    far.feed(1, 3650);
    expect(far.feed(3, 3661)).toMatchObject({ value: UNKNOWN, doubt: STARTING });
    const slow = bench();
    slow.feed(10, 3600);
    for (const centi of [3604, 3608, 3613, 3613]) expect(slow.feed(1, centi).doubt).toBe(CLEAR);
    const fast = bench();
    fast.feed(10, 3600);
    expect(fast.feed(6, (minute) => 3605 + 5 * minute).doubt).toBe(STARTING);
  });

  it("knows a broken sensor from one that is not on a body", () => {
    expect(bench().feed(1, 7001).doubt).toBe(INCONSISTENT);
    expect(bench().feed(1, 6999).doubt).toBe(NOT_WORN);
    expect(bench(SKIN).feed(1, 1499).doubt).toBe(NOT_WORN);
    expect(bench(SKIN).feed(1, 1501).doubt).toBe(STARTING);
  });

  it("has the level of the last seven days, from the third on", () => {
    const { feed } = bench();
    const day = (centi: number) => feed(DAY, (minute) => centi + (minute & 1));
    expect(feed(2 * DAY + DAY - 1, (minute) => 3600 + (minute & 1)).level).toBe(UNKNOWN);
    expect(feed(1, 3600).level).toBe(3600);
    for (let i = 0; i < 4; i++) day(3600);
    for (let i = 0; i < 3; i++) day(3660);
    expect(feed(1, 3660).level).toBe(3600);
    day(3660);
    expect(feed(1, 3660).level).toBe(3660);
  });

  it("tells a fever that wavers once, and again when it was three tenths lower", () => {
    const { alarms, feed } = bench();
    let at = 3700;
    const go = (to: number) => {
      while (at !== to) {
        at += Math.sign(to - at) * Math.min(3, Math.abs(to - at));
        feed(1, at);
      }
    };
    feed(60, (minute) => at - (minute & 1));
    go(3782);
    expect(alarms).toEqual([[FEVER, expect.any(Number)]]);
    go(3755);
    go(3782);
    expect(alarms.length).toBe(1);
    go(3746);
    go(3782);
    expect(alarms.length).toBe(2);
  });

  it("waits half an hour anew when the sensor was off before a jump was a fever", () => {
    const { alarms, feed } = bench();
    const hot = (minute: number) => 3900 + (minute & 1);
    feed(60, (minute) => 3650 + (minute & 1));
    feed(20, hot);
    feed(1, 2200, false);
    feed(25, hot);
    expect(alarms).toEqual([]);
    feed(12, hot);
    expect(alarms).toEqual([[FEVER, expect.any(Number)]]);
  });

  it("has a trend at the skin, and no fever", () => {
    const { feed, alarms } = bench(SKIN);
    expect(feed(3 * HOUR, 3300)).toMatchObject({ value: 3300, trend: 0 });
    feed(3 * HOUR, 3860);
    expect(alarms).toEqual([]);
  });

  it("says the same on every runtime", async () => {
    const hours = fc.sample(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 12 }), {
      seed: 7,
      numRuns: 24 * 6,
    });
    const line = (noise: number[], hour: number) =>
      noise
        .map((step) =>
          hour === 100 && step === 0 ? "!" : String.fromCharCode(62 + (hour % 24 > 12 ? 5 : 0) + (hour > 120 ? 45 : 0) + step),
        )
        .join("");
    const lines = ["n", ...hours.map(line), "c", ...hours.slice(0, 24).map(line)];
    const native = await answersOn("native", "tests/sensing/temperature-program.ts", lines);
    expect(native.join()).toContain(`${FEVER}:`);
    for (const runtime of RUNTIMES.slice(1)) {
      expect(await answersOn(runtime, "tests/sensing/temperature-program.ts", lines)).toEqual(native);
    }
  });
});
