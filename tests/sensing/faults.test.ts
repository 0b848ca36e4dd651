import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { activity } from "@songbai/sdk/sensing/activity/activity";
import { CLEAR, FROZEN, INCONSISTENT, WRONG_RATE } from "@songbai/sdk/sensing/doubt";
import { fallDetector } from "@songbai/sdk/sensing/fall/detector";
import { wrist } from "@songbai/sdk/sensing/fall/wrist";
import { heartRate } from "@songbai/sdk/sensing/heart/heart-rate";
import { type Paced, paced, type Sampled } from "@songbai/sdk/sensing/pace";
import { UNKNOWN } from "@songbai/sdk/sensing/reading";
import { rhythm } from "@songbai/sdk/sensing/rhythm/rhythm";
import { fibrillation } from "@songbai/sdk/sensing/rhythm/table";
import { counts } from "@songbai/sdk/sensing/sleep/counts";
import { MAXIM_FINGER } from "@songbai/sdk/sensing/spo2/curve";
import { oxygen } from "@songbai/sdk/sensing/spo2/spo2";
import { bodyTemperature, CORE } from "@songbai/sdk/sensing/temperature/temperature";
import { wear } from "@songbai/sdk/sensing/wear/wear";
import { pulse } from "@songbai/sim/world/pulse";
import { FAULTS, type Held, SENSES } from "./faults.ts";
import { noise, RATE, rested, walked } from "./gait.ts";

const PAGE = "docs/senses/faults.md";
const FULL = 262_143;

/** Infrared and red of a finger, 90 s. */
const FINGER = (() => {
  const light = new Int32Array(2 * 90 * RATE);
  pulse({ seed: 4, timeline: [{ atMs: 0, bpm: 72, spo2: 97, perfusion: 200 }] }).fill(0, 1e6 / RATE, 90 * RATE, light);
  return light;
})();
const WRIST = rested(90);

interface Bench {
  readonly sense: Sampled;
  readonly width: number;
  readonly signal: Int32Array;
  /** Values that were told. */
  readonly told: () => number;
}

/** Each sense with a signal that it judges; `told` counts values. */
const BENCHES: Record<string, () => Bench> = {
  falls: () => ({ sense: fallDetector({ rateHz: RATE, position: wrist }, () => {}), width: 3, signal: WRIST, told: () => 0 }),
  heart: () => counting(4, lit, (say) => heartRate({ rateHz: RATE, fullScale: FULL, skin: 4000 }, ({ value }) => say(value))),
  rhythm: () =>
    counting(
      1,
      FINGER.filter((_, i) => i % 2 === 0),
      (say) => rhythm({ rateHz: RATE, fullScale: FULL, falling: true, score: fibrillation }, ({ value }) => say(value)),
    ),
  oxygen: () =>
    counting(2, FINGER, (say) =>
      oxygen({ rateHz: RATE, fullScale: FULL, skin: 4000, curve: MAXIM_FINGER }, ({ value }) => say(value)),
    ),
  "steps, activity": () =>
    counting(3, WRIST, (say) =>
      activity({ rateHz: RATE, body: { height: 160, mass: 60, age: 75, female: true } }, ({ value }) => say(value)),
    ),
  wear: () => ({ sense: wear({ rateHz: RATE }), width: 3, signal: WRIST, told: () => 0 }),
  sleep: () => counting(3, WRIST, (say) => counts(RATE, say)),
};

const lit = Int32Array.from({ length: 4 * 90 * RATE }, (_, i) =>
  i % 4 === 0 ? FINGER[i / 2] : i % 4 === 3 ? 1000 + noise(i) : noise(i),
);

function counting(width: number, signal: Int32Array, make: (say: (value: number) => void) => Sampled): Bench {
  let told = 0;
  const sense = make((value) => {
    if (value !== UNKNOWN) told++;
  });
  return { sense, width, signal, told: () => told };
}

describe("a clock that is off by a twelfth", () => {
  it.each(Object.keys(BENCHES))(
    "is known within ten seconds before %s, which tells nothing until it is right again",
    (name) => {
      const { sense, width, signal, told } = BENCHES[name]();
      let restarts = 0;
      const before: Paced = paced(RATE, {
        feed: sense.feed,
        restart: () => {
          restarts++;
          sense.restart();
        },
      });
      let at = 0;
      let ms = -500;
      /** Feeds so many seconds; answers the first of them behind which the doubt is this. */
      const run = (seconds: number, perBatch: number, wanted: number): number => {
        let first = Number.POSITIVE_INFINITY;
        for (let i = 0; i < 5 * seconds; i++, at += 5) {
          ms += perBatch;
          before.feed(signal.subarray(width * (at % (90 * RATE)), width * (at % (90 * RATE)) + 5 * width), 5, ms);
          if (before.doubt() === wanted) first = Math.min(first, (i + 1) / 5);
        }
        return first;
      };
      expect(run(65, 200, WRONG_RATE)).toBe(Number.POSITIVE_INFINITY);
      expect(restarts).toBe(0);
      const known = told();
      if (!["falls", "wear"].includes(name)) expect(known).toBeGreaterThan(0);
      expect(run(12, 218, WRONG_RATE)).toBeLessThanOrEqual(10);
      const silent = told();
      run(10, 218, WRONG_RATE);
      expect([told(), restarts]).toEqual([silent, 1]);
      expect(run(90, 197, CLEAR)).toBeLessThanOrEqual(10);
      if (known > 0) expect(told()).toBeGreaterThan(silent);
    },
  );

  it("is not a FIFO that is read late, a drift of four percent or a clock that stood, but one that drops", () => {
    const before = paced(RATE, { feed: () => {}, restart: () => {} });
    const none = new Int32Array(100);
    let ms = 0x7fffff00 | 0;
    const run = (batches: number, count: number, perBatch: number) => {
      for (let i = 0; i < batches; i++) {
        ms = (ms + perBatch) | 0;
        before.feed(none, count, ms);
      }
      return before.doubt();
    };
    expect(run(20, 32, 1280)).toBe(CLEAR);
    expect(run(200, 5, 208)).toBe(CLEAR);
    expect(run(1, 5, 60_000)).toBe(CLEAR);
    expect(run(100, 5, 200)).toBe(CLEAR);
    // A tenth of the samples is missing.
    expect(run(60, 9, 400)).toBe(WRONG_RATE);
    expect(run(60, 10, 400)).toBe(CLEAR);
  });
});

describe("a fault of", () => {
  it("channels that are exchanged: no oxygen is told of a healthy finger, and again when they are right", () => {
    let said: { value: number; doubt: number } = { value: 0, doubt: 0 };
    const sense = oxygen({ rateHz: RATE, fullScale: FULL, skin: 4000, curve: MAXIM_FINGER }, ({ value, doubt }) => {
      said = { value, doubt };
    });
    sense.feed(FINGER.subarray(0, 2 * 20 * RATE), 20 * RATE);
    expect(Math.abs(said.value - 970)).toBeLessThan(30);
    const exchanged = FINGER.map((_, i) => FINGER[i ^ 1]);
    for (let at = 20; at < 40; at++) {
      sense.feed(exchanged.subarray(2 * at * RATE, 2 * (at + 1) * RATE), RATE);
      if (at >= 30) expect(said).toEqual({ value: UNKNOWN, doubt: INCONSISTENT });
    }
    sense.feed(FINGER.subarray(2 * 40 * RATE, 2 * 50 * RATE), 10 * RATE);
    expect(Math.abs(said.value - 970)).toBeLessThan(30);
  });

  const worn = () => {
    const sense = wear({ rateHz: RATE });
    sense.feed(walked({ cadence: 100, steps: 30, arm: 200 }), 28 * RATE);
    expect(sense.doubt()).toBe(CLEAR);
    return sense;
  };

  it("an accelerometer at the end of its range: nobody knows within ten seconds whether it is worn, and again when it heals", () => {
    const sense = worn();
    sense.feed(
      rested(10, () => [4000, -4000, 4000]),
      10 * RATE,
    );
    expect(sense.doubt()).toBe(FROZEN);
    sense.feed(rested(4), 4 * RATE);
    expect(sense.doubt()).toBe(CLEAR);
  });

  it("axes in another order: worn all the same", () => {
    const walk = walked({ cadence: 100, steps: 30, arm: 200 });
    const sense = wear({ rateHz: RATE });
    sense.feed(
      walk.map((_, i) => -walk[i - (i % 3) + ((i + 1) % 3)]),
      walk.length / 3,
    );
    expect(sense.doubt()).toBe(CLEAR);
  });

  it("a thermometer that repeats itself for six hours: unknown, and known again four minutes after it heals", () => {
    let said = { value: 0, doubt: -1 };
    const sense = bodyTemperature({ site: CORE, periodS: 60 }, ({ value, doubt }) => {
      said = { value, doubt };
    });
    const feed = (minutes: number, centi: (minute: number) => number) => {
      for (let i = 0; i < minutes; i++) sense.feed(centi(i), true);
      return said;
    };
    expect(feed(6 * 60, () => 3650)).toEqual({ value: 3650, doubt: CLEAR });
    expect(feed(1, () => 3650)).toEqual({ value: UNKNOWN, doubt: FROZEN });
    expect(feed(3, (i) => 3651 + (i % 2)).value).toBe(UNKNOWN);
    expect(feed(1, () => 3650)).toEqual({ value: 3650, doubt: CLEAR });
    expect(feed(20 * 60, (i) => 3650 + Number(i % 300 === 0)).doubt).toBe(CLEAR);
  });
});

describe("the table of faults", () => {
  it("has a test that is there for each sense and fault, or the reason why there is none", () => {
    const missing = Object.entries(SENSES).flatMap(([sense, cells]) => {
      expect(cells.length).toBe(FAULTS.length);
      return cells.flatMap((cell, i) => ("why" in cell || isThere(cell) ? [] : [`${sense}, ${FAULTS[i]}: ${cell.test}`]));
    });
    expect(missing).toEqual([]);
  });

  it(`stands in ${PAGE} (SONGBAI_WRITE_DOCS=1 writes it)`, () => {
    const of = (cell: Held) => ("why" in cell ? `- (${cell.why})` : cell.file.replace(/^tests\/sensing\/|\.test\.ts$/g, ""));
    const table = [
      `| | ${FAULTS.join(" | ")} |`,
      `|---${"|---".repeat(FAULTS.length)}|`,
      ...Object.entries(SENSES).map(([sense, cells]) => `| ${sense} | ${cells.map(of).join(" | ")} |`),
      "",
    ].join("\n");
    const page = readFileSync(PAGE, "utf8").replace(
      /(<!-- faults:[^>]*-->\n)[\s\S]*?(<!-- end of faults -->)/,
      (_, head, tail) => `${head}${table}${tail}`,
    );
    if (process.env.SONGBAI_WRITE_DOCS === "1") writeFileSync(PAGE, page);
    expect(readFileSync(PAGE, "utf8")).toBe(page);
    expect(page).toContain(table);
  });
});

/** The name stands in a line of the file that names a test. */
function isThere({ file, test }: { readonly file: string; readonly test: string }): boolean {
  return readFileSync(file, "utf8")
    .split("\n")
    .some((line) => line.includes(test) && /^\s*(it|describe|\[|"|test)/.test(line));
}
