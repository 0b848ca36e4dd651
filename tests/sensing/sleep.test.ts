import { describe, expect, it } from "@jest/globals";
import { CLEAR, FROZEN, GAP, NOT_WORN, STARTING, WRONG_RATE } from "@songbai/sdk/sensing/doubt";
import { UNKNOWN } from "@songbai/sdk/sensing/reading";
import { counts } from "@songbai/sdk/sensing/sleep/counts";
import { movementScale } from "@songbai/sdk/sensing/sleep/scale";
import { type Sleep, type Slept, sleep } from "@songbai/sdk/sensing/sleep/sleep";
import { type WristNight, wristDays } from "@songbai/sim/world/nights";
import { person, type TimelineEntry } from "@songbai/sim/world/person";

const DAY = 1440;

interface Heard extends Slept {
  readonly start: number;
  readonly end: number;
  readonly toldAt: number;
}

function bed(): { sense: Sleep; heard: Heard[]; live: (minutes: ArrayLike<number>) => void } {
  const heard: Heard[] = [];
  let now = 0;
  const sense = sleep((slept) => {
    heard.push({ ...slept, start: now - slept.startAgoMin, end: now - slept.endAgoMin, toldAt: now });
  });
  return {
    sense,
    heard,
    live(minutes) {
      for (let i = 0; i < minutes.length; i++, now++) sense.minute(minutes[i]);
    },
  };
}

const near = (a: number, b: number, byMin: number): boolean => Math.abs(a - b) <= byMin;
const found = (heard: readonly Heard[], night: WristNight): Heard | undefined =>
  heard.find(({ start, end }) => near(start, night.start, 20) && near(end, night.end, 20));
const week = wristDays({ seed: 11, nights: 7 });

describe("sleep", () => {
  it.each([20, 300, 5000])("finds both ends of the nights of a device that counts %i in a moving minute", (scale) => {
    const { counts: minutes, nights } = wristDays({ seed: 11, nights: 7, scale });
    const { heard, live } = bed();
    live(minutes);
    expect(nights.filter((night) => found(heard, night) !== undefined).length).toBeGreaterThanOrEqual(6);
    expect(heard.length).toBeLessThan(12);
  });

  it("tells a night once, an hour and a little behind its end", () => {
    const { heard, live } = bed();
    live(week.counts.subarray(0, DAY));
    expect(heard).toHaveLength(1);
    const [night] = heard;
    expect(night.toldAt - night.end).toBeGreaterThanOrEqual(60);
    expect(night.toldAt - night.end).toBeLessThan(110);
    expect(night.quality).toBe(90);
  });

  it("says within the hour that somebody sleeps, and within twenty minutes that he is up", () => {
    const { sense, live } = bed();
    const [{ start, end }] = week.nights;
    live(week.counts.subarray(0, start - 30));
    expect(sense.asleepMin()).toBe(0);
    live(week.counts.subarray(start - 30, start + 60));
    expect(near(sense.asleepMin(), 60, 25)).toBe(true);
    live(week.counts.subarray(start + 60, end + 30));
    expect(sense.asleepMin()).toBe(0);
  });

  it("joins what a way to the toilet parts, counts it, and does not join an evening's nap to the night", () => {
    const still = (minutes: number) => Array<number>(minutes).fill(0);
    const lively = (minutes: number) => Array.from({ length: minutes }, (_, i) => 200 + ((i * 77) % 200));
    const { heard, live } = bed();
    live([
      ...lively(300),
      ...still(40),
      ...lively(45),
      ...still(118),
      3,
      ...still(118),
      ...lively(25),
      ...still(100),
      ...lively(120),
    ]);
    expect(heard.map(({ start, end }) => [start, end])).toEqual([
      [300, 340],
      [385, 385 + 118 + 1 + 118 + 25 + 100],
    ]);
    expect(heard.map(({ awakenings }) => awakenings)).toEqual([0, 1]);
    expect(heard[1].awakeMin).toBe(25);
  });

  const still = (minutes: number) => Array<number>(minutes).fill(0);
  const lively = (minutes: number) => Array.from({ length: minutes }, (_, i) => 200 + ((i * 77) % 200));

  it("is two sleeps where more than an hour lies between, and none where it is shorter than twenty minutes", () => {
    const { sense, heard, live } = bed();
    live([...lively(200), ...still(119), 4, ...still(119), ...lively(59), ...still(60)]);
    expect(sense.asleepMin()).toBe(119 + 1 + 119 + 59 + 60);
    live([...lively(61), ...still(30), ...lively(80), ...still(19), ...lively(100)]);
    expect(heard.map(({ start, end }) => [start, end])).toEqual([
      [200, 200 + 119 + 1 + 119 + 59 + 60],
      [200 + 358 + 61, 200 + 358 + 61 + 30],
    ]);
  });

  it("counts the minutes with movement in it as awake, and four lively ones as an awakening", () => {
    const { heard, live } = bed();
    live([...lively(200), ...still(60), 300, ...still(60), 10, ...still(60), 300, 300, 300, 300, ...still(60), ...lively(120)]);
    expect(heard).toHaveLength(1);
    expect(heard[0].awakenings).toBe(1);
    expect(heard[0].awakeMin).toBe(1 + 4);
  });

  it("ends with the last movement where the device came off in the night", () => {
    const { heard, live } = bed();
    live([...lively(200), ...still(90), 5, ...still(119)]);
    expect(heard).toEqual([]);
    live(still(1));
    expect(heard.map(({ start, end, quality }) => [start, end, quality])).toEqual([[200, 291, 50]]);
    // What is left of a sleep then may be too short for one.
    const brief = bed();
    brief.live([...lively(200), ...still(10), 2, ...still(300), ...lively(10)]);
    expect(brief.heard).toEqual([]);
  });

  it("is less sure of a sleep that begins with what is not known", () => {
    const { heard, live } = bed();
    live([...lively(200), ...Array<number>(30).fill(UNKNOWN), ...still(100), ...lively(120)]);
    live([...still(60), ...lively(120)]);
    expect(heard.map(({ quality }) => quality)).toEqual([50, 90]);
  });

  it("weighs a minute by the mean of the moving ones, which follows its wearer", () => {
    const scale = movementScale();
    for (let i = 0; i < 60; i++) scale.add(640);
    expect([0, 10, 11, 80, 81, 320, 321].map(scale.evidence)).toEqual([1, 1, -1, -1, -2, -2, -3]);
    for (let i = 0; i < 60; i++) scale.add(0);
    expect(scale.evidence(10)).toBe(1);
    // A device with a tenth of the counts is known in two days.
    for (let i = 0; i < 5000; i++) scale.add(64);
    expect([1, 2, 8, 9, 32, 34].map(scale.evidence)).toEqual([1, -1, -1, -2, -2, -3]);
  });

  it("doubts itself before it has seen an hour of movement", () => {
    const { sense, live } = bed();
    expect(sense.doubt()).toBe(STARTING);
    expect(sense.asleepMin()).toBe(UNKNOWN);
    live(Array<number>(59).fill(100));
    expect(sense.doubt()).toBe(STARTING);
    live([100]);
    expect(sense.doubt()).toBe(CLEAR);
  });

  it("takes a device on the table for no sleeper, and is back when it is worn again", () => {
    const { sense, heard, live } = bed();
    const off = { start: 120, end: 360 };
    const { counts: minutes, nights } = wristDays({ seed: 11, nights: 1, off: [off] });
    live(minutes.subarray(0, off.end));
    expect(sense.doubt()).toBe(NOT_WORN);
    expect(sense.asleepMin()).toBe(UNKNOWN);
    expect(heard).toEqual([]);
    live(minutes.subarray(off.end));
    expect(heard).toHaveLength(1);
    expect(found(heard, nights[0])).toBeDefined();
  });

  it("ends a night where the device came off in the morning, not behind it", () => {
    const [night] = week.nights;
    const { counts: minutes } = wristDays({ seed: 11, nights: 1, off: [{ start: night.end + 20, end: night.end + 300 }] });
    const { heard, live } = bed();
    live(minutes);
    expect(heard).toHaveLength(1);
    expect(near(heard[0].end, night.end, 10)).toBe(true);
  });

  it("ends what it knows where minutes are missing, and says that it is less sure", () => {
    const [night] = week.nights;
    const { sense, heard, live } = bed();
    live(week.counts.subarray(0, night.start + 200));
    live(Array<number>(9).fill(UNKNOWN));
    expect(heard).toEqual([]);
    live([UNKNOWN]);
    expect(sense.doubt()).toBe(GAP);
    expect(heard).toHaveLength(1);
    expect(heard[0].quality).toBe(50);
    expect(near(heard[0].end, night.start + 200, 15)).toBe(true);
    live([100]);
    expect(sense.doubt()).toBe(CLEAR);
  });

  it("tells what was slept when it is restarted, and nothing twice", () => {
    const [night] = week.nights;
    const { sense, heard, live } = bed();
    live(week.counts.subarray(0, night.end - 30));
    sense.restart();
    sense.restart();
    expect(heard).toHaveLength(1);
    expect(near(heard[0].start, night.start, 20)).toBe(true);
  });
});

describe("counts of movement from an accelerometer", () => {
  const RATE = 25;
  const minutesOf = (timeline: readonly TimelineEntry[], minutes: number, rateHz = RATE, order = [0, 1, 2]): number[] => {
    const samples = new Int32Array(3 * 60 * minutes * rateHz);
    person({ seed: 5, timeline }).fill(0, 1e6 / rateHz, 60 * minutes * rateHz, samples);
    const turned = samples.map((_, i) => (order[2] === 2 ? 1 : -1) * samples[i - (i % 3) + order[i % 3]]);
    const heard: number[] = [];
    const device = counts(rateHz, (count) => heard.push(count));
    for (let i = 0; i < turned.length; i += 30) device.feed(turned.subarray(i, i + 30), Math.min(30, turned.length - i) / 3);
    return heard;
  };
  const walking = [{ atMs: 0, do: "walk" }] as const;
  const sleeping = [{ atMs: 0, do: "sleep" }] as const;

  it("count a hundred times as much when somebody walks as when somebody sleeps", () => {
    const asleep = minutesOf(sleeping, 10);
    const awake = minutesOf(walking, 4);
    expect(asleep.filter((count) => count === 0).length).toBeGreaterThanOrEqual(6);
    expect(Math.min(...awake.slice(1)) / 100).toBeGreaterThan(asleep[5]);
  });

  it("are what changes above 40 mg, in 16 mg, five looks a second", () => {
    for (const [rateHz, every] of [
      [25, 5],
      [22, 4],
    ]) {
      const heard: number[] = [];
      const device = counts(rateHz, (count) => heard.push(count));
      const looks = Math.floor((60 * rateHz) / every);
      for (let i = 0; i <= looks; i++) {
        // At every second look x is elsewhere, by 200 mg; y always by 40 mg, and what is between the looks does not count.
        const samples = new Int32Array(3 * every).fill(999);
        samples.set([i % 4 < 2 ? 200 : 0, (i % 2) * 40, 0]);
        device.feed(samples, every);
        expect(heard.length).toBe(i < looks ? 0 : 1);
      }
      expect(heard[0]).toBe((200 * (looks / 2)) >> 4);
    }
  });

  it("are nearly the same at 20, 25, 50 and 100 Hz", () => {
    const rates = [20, 25, 50, 100].map((rateHz) => minutesOf(walking, 3, rateHz)[1]);
    for (const count of rates) {
      expect(count / rates[1]).toBeGreaterThan(0.8);
      expect(count / rates[1]).toBeLessThan(1.25);
    }
  });

  it("do not mind which axis is which, nor its sign", () => {
    expect(minutesOf(walking, 2, RATE, [2, 0, 1])).toEqual(minutesOf(walking, 2));
  });

  it("are unknown for a sensor that is frozen or stays at its range, within ten seconds, and known when it heals", () => {
    const heard: number[] = [];
    const device = counts(RATE, (count) => heard.push(count));
    expect(device.doubt()).toBe(STARTING);
    const noise = (from: number, samples: number) => Int32Array.from({ length: 3 * samples }, (_, i) => 4 * ((i + from) % 2));
    for (let i = 0; i < RATE * 30; i += 5) device.feed(Int32Array.of(0, 0, 4000 * (i % 2), ...noise(i, 4)), 5);
    expect(device.doubt()).toBe(CLEAR);
    device.feed(new Int32Array(3 * RATE * 10 + 30).fill(4000), RATE * 10 + 10);
    expect(device.doubt()).toBe(FROZEN);
    device.feed(new Int32Array(3 * RATE * 30).fill(4000), RATE * 30);
    expect(heard).toEqual([UNKNOWN]);
    for (let i = 0; i < RATE * 130; i += 5) device.feed(Int32Array.of(i % 2, 0, 900, ...noise(i, 4)), 5);
    expect(device.doubt()).toBe(CLEAR);
    expect(heard[heard.length - 1]).toBe(0);
  });

  it("are frozen fifty looks behind the first, after a restart as well; and who asks at the end of the minute hears it", () => {
    const asked: number[] = [];
    const device = counts(RATE, () => asked.push(device.doubt()));
    for (let turn = 0; turn < 2; turn++) {
      device.feed(new Int32Array(3 * 250), 250);
      expect(device.doubt()).toBe(CLEAR);
      device.feed(new Int32Array(3), 1);
      expect(device.doubt()).toBe(FROZEN);
      device.restart();
      expect(device.doubt()).toBe(STARTING);
    }
    device.feed(new Int32Array(3 * 1501), 1501);
    expect(asked).toEqual([FROZEN]);
  });

  it("do not count what lies in a gap, and a minute behind it is whole", () => {
    const heard: number[] = [];
    const device = counts(RATE, (count) => heard.push(count));
    const at = (mg: number, seconds: number) =>
      device.feed(
        Int32Array.from({ length: 3 * RATE * seconds }, (_, i) => mg + (Math.floor(i / 15) % 2)),
        RATE * seconds,
      );
    at(0, 30);
    device.restart();
    at(2000, 60);
    expect(heard).toEqual([]);
    at(2000, 1);
    expect(heard).toEqual([0]);
  });

  it("begin a new minute behind a gap, and refuse a rate that they do not know", () => {
    const heard: number[] = [];
    const device = counts(RATE, (count) => heard.push(count));
    device.feed(new Int32Array(3 * RATE * 59), RATE * 59);
    device.restart();
    device.feed(new Int32Array(3 * RATE * 59), RATE * 59);
    expect(heard).toEqual([]);
    expect(device.doubt()).toBe(FROZEN);
    expect(counts(19, () => {}).doubt()).toBe(WRONG_RATE);
    expect(counts(101, () => {}).doubt()).toBe(WRONG_RATE);
  });
});
