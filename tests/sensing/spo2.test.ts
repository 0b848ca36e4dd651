import { describe, expect, it } from "@jest/globals";
import {
  CLEAR,
  FROZEN,
  INCONSISTENT,
  MOVING,
  NOT_WORN,
  SATURATED,
  STARTING,
  WEAK,
  WRONG_RATE,
} from "@songbai/sdk/sensing/doubt";
import { UNKNOWN } from "@songbai/sdk/sensing/reading";
import { MAXIM_FINGER, MAXM86161_FINGER, type OxygenCurve, oxygenAt } from "@songbai/sdk/sensing/spo2/curve";
import { pulseRate } from "@songbai/sdk/sensing/spo2/pulse-rate";
import { type Oxygen, oxygen } from "@songbai/sdk/sensing/spo2/spo2";
import { type PulseEntry, pulse } from "@songbai/sim/world/pulse";

/** The simulator's: 110 - 25 R. */
const LINE: OxygenCurve = {
  first: 360,
  step: 40,
  points: Array.from({ length: 40 }, (_, i) => 1100 - 25 * (0.36 + 0.04 * i) * 10),
};

interface Said extends Oxygen {
  readonly atS: number;
}

type Light = readonly [infrared: number, red: number];

function readings(
  seconds: number,
  timeline: readonly PulseEntry[],
  of: (light: Light, second: number) => Light = (light) => light,
  { rateHz = 25, curve = LINE, seed = 4, declaredHz = 0 } = {},
) {
  const finger = pulse({ seed, timeline: [{ perfusion: 150, bpm: 72, ...timeline[0] }, ...timeline.slice(1)] });
  const light = new Int32Array(2);
  const said: Said[] = [];
  let at = 0;
  const sense = oxygen(
    { rateHz: declaredHz === 0 ? rateHz : declaredHz, fullScale: 524_287, skin: 10_000, curve },
    (reading) => {
      said.push({ ...reading, atS: at / rateHz });
    },
  );
  const feed = (until: number) => {
    for (; at < until * rateHz; at++) {
      finger.fill((at * 1_000_000) / rateHz, 1_000_000 / rateHz, 1, light);
      sense.feed(Int32Array.from(of([light[0], light[1]], at / rateHz)), 1);
    }
  };
  feed(seconds);
  return { said, sense, feed, finger };
}

describe("sensing/spo2", () => {
  it("reads the oxygen and the rate of a finger within 1.5 %, after two seconds", () => {
    for (const spo2 of [98, 90, 80, 72]) {
      const { said } = readings(20, [{ atMs: 0, spo2 }]);
      expect(said[0].atS).toBeLessThan(2.2);
      const late = said.filter(({ atS }) => atS > 6);
      expect(late.length).toBeGreaterThanOrEqual(13);
      for (const { value, quality } of late) {
        expect(Math.abs(value / 10 - spo2)).toBeLessThanOrEqual(1.5);
        expect(quality).toBeGreaterThan(80);
      }
      expect(Math.abs(late[late.length - 1].rate / 10 - 72)).toBeLessThan(5);
    }
  });

  it("follows a fall of the oxygen", () => {
    const { said, finger } = readings(90, [{ atMs: 0 }, { atMs: 20_000, spo2: 82 }]);
    for (const { value, atS } of said.filter(({ atS }) => atS > 6)) {
      expect(Math.abs(value / 10 - finger.spo2At(1000 * (atS - 2.5)))).toBeLessThan(2);
    }
    expect(said[said.length - 1].value).toBeLessThan(840);
  });

  it("is the same at any rate from 20 to 100 Hz, and knows no other", () => {
    for (const rateHz of [20, 32, 50, 64, 100]) {
      const { said } = readings(10, [{ atMs: 0, spo2: 88 }], undefined, { rateHz });
      expect(Math.abs(said[said.length - 1].value / 10 - 88)).toBeLessThanOrEqual(1.5);
      expect(Math.abs(said[said.length - 1].rate / 10 - 72)).toBeLessThan(6);
    }
    const { said } = readings(0.2, [{ atMs: 0 }], undefined, { declaredHz: 101 });
    expect(said[0]).toMatchObject({ value: UNKNOWN, doubt: WRONG_RATE });
  });

  it("bears light of any level that the sensor has", () => {
    for (const scale of [0.3, 1, 5]) {
      const { said } = readings(10, [{ atMs: 0, spo2: 90 }], ([i, r]) => [Math.round(i * scale), Math.round(r * scale)]);
      expect(Math.abs(said[said.length - 1].value / 10 - 90)).toBeLessThanOrEqual(1.5);
    }
  });

  it("is not moved by a clock that is 3 % off, but for the rate", () => {
    const { said } = readings(10, [{ atMs: 0, spo2: 90 }], undefined, { rateHz: 33, declaredHz: 32 });
    expect(Math.abs(said[said.length - 1].value / 10 - 90)).toBeLessThanOrEqual(1.5);
  });

  for (const [name, fault, doubt] of [
    ["a frozen infrared channel", ([, r]: Light) => [90_000, r], FROZEN],
    ["a frozen red channel", ([i]: Light) => [i, 70_000], FROZEN],
    ["a saturated red channel", ([i]: Light) => [i, 524_287], SATURATED],
    ["a finger that is gone", ([i, r]: Light) => [i >> 6, r >> 6], NOT_WORN],
    [
      "light without a pulse",
      (_: Light, second: number) => [90_000 + (Math.round(second * 25 * 7) % 5), 70_000 + (Math.round(second * 25 * 3) % 4)],
      WEAK,
    ],
    [
      "channels that do not go together",
      ([i]: Light, second: number) => [i, 70_000 + (Math.round(second * 25 * 211) % 997)],
      WEAK,
    ],
    ["a curve that is another sensor's", ([i, r]: Light) => [i, 80_000 + ((r - 80_000) >> 3)], INCONSISTENT],
    [
      "a sensor that is torn about",
      ([i, r]: Light, second: number) => (Math.floor(4 * second) % 2 === 0 ? [i, r] : [i * 1.1, r * 1.1]),
      MOVING,
    ],
  ] as const) {
    it(`knows ${name} within ten seconds, and is back ten seconds after it heals`, () => {
      const { said } = readings(40, [{ atMs: 0, spo2: 95 }], (light, second) => {
        if (second < 15 || second >= 27) return light;
        const [i, r] = fault(light, second);
        return [Math.round(i), Math.round(r)];
      });
      const faulty = said.filter(({ atS }) => atS >= 15 && atS < 27);
      const unknown = faulty.findIndex(({ value }) => value === UNKNOWN);
      expect(faulty[unknown].atS).toBeLessThan(21);
      expect(faulty.slice(unknown).every(({ value }) => value === UNKNOWN)).toBe(true);
      expect(faulty[faulty.length - 1].doubt).toBe(doubt);
      const healed = said.find(({ atS, doubt: now }) => atS > 27.5 && now === CLEAR);
      expect(healed?.atS).toBeLessThan(35);
      expect(Math.abs(said[said.length - 1].value / 10 - 95)).toBeLessThanOrEqual(1.5);
    });
  }

  it("begins anew where the sensor sets its light, and calls it no movement", () => {
    const { said } = readings(30, [{ atMs: 0, spo2: 90 }], ([i, r], second) =>
      second < 12 ? [i, r] : [Math.round(1.3 * i), Math.round(1.3 * r)],
    );
    expect(said.map(({ doubt }) => doubt).filter((doubt) => doubt !== CLEAR)).toEqual([]);
    for (const { value, atS } of said) if (atS > 16) expect(Math.abs(value / 10 - 90)).toBeLessThanOrEqual(1.5);
  });

  it("believes no pulse of less than 0.01 % of the light, however much both channels agree", () => {
    const faint = ([i, r]: Light): Light => [90_000 + Math.round((i - 98_000) / 150), 80_000 + Math.round((r - 79_000) / 150)];
    const { said } = readings(10, [{ atMs: 0, spo2: 85 }], faint);
    expect(said.map(({ doubt }) => doubt)).toEqual([WEAK]);
  });

  it("forgets what was before a movement and before a gap", () => {
    const { said, sense, feed } = readings(10, [{ atMs: 0, spo2: 95 }]);
    sense.moved();
    expect(said[said.length - 1]).toMatchObject({ value: UNKNOWN, doubt: MOVING, ratio: UNKNOWN, rate: UNKNOWN });
    const before = said.length;
    feed(11.8);
    expect(said).toHaveLength(before);
    feed(13);
    expect(said[said.length - 1]).toMatchObject({ doubt: CLEAR });
    sense.restart();
    expect(said[said.length - 1]).toMatchObject({ value: UNKNOWN, doubt: STARTING });
  });
});

describe("the pulse rate", () => {
  /** Tenths of bpm after each second of a wave of 1 Hz at 25 Hz, `size` at its second. */
  const rates = (seconds: number, wave: (phase: number) => number, size: (second: number) => number = () => 300) => {
    const beats = pulseRate(25, 1);
    return Array.from({ length: seconds }, (_, second) => {
      for (let i = 0; i < 25; i++) beats.feed(Math.round(size(second) * wave(i / 25)));
      return beats.rate();
    });
  };

  it("takes no notch for a beat", () => {
    // Up to 1, down to -0.2 and up again to 0.5, down to -1.
    const notched = (phase: number) =>
      phase < 0.3
        ? Math.sin((phase / 0.3) * Math.PI)
        : phase < 0.5
          ? -0.2
          : phase < 0.7
            ? 0.5
            : -Math.sin(((phase - 0.7) / 0.3) * Math.PI);
    for (const rate of rates(20, notched).slice(8)) expect(Math.abs(rate - 600)).toBeLessThan(10);
  });

  it("is unknown two beats after the last one", () => {
    const found = rates(
      20,
      (phase) => Math.sin(2 * Math.PI * phase),
      (second) => (second < 10 ? 300 : 0),
    );
    expect(found[9]).not.toBe(UNKNOWN);
    expect(found.slice(12)).toEqual(found.slice(12).map(() => UNKNOWN));
  });

  it("finds a pulse again that has become a fifth of what it was", () => {
    const found = rates(
      40,
      (phase) => Math.sin(2 * Math.PI * phase),
      (second) => (second < 15 ? 1000 : 200),
    );
    for (const rate of found.slice(30)) expect(Math.abs(rate - 600)).toBeLessThan(10);
  });
});

describe("the published curves", () => {
  it("of MAXM86161 is 112 - 35 R to 0.1 %, from 100 % down to 67.5 %", () => {
    for (let ratio = 343; ratio < 1271; ratio += 7) {
      expect(Math.abs(oxygenAt(MAXM86161_FINGER, ratio) / 10 - (112 - 0.035 * ratio))).toBeLessThan(0.11);
    }
    expect([313, 314, 1270, 1271].map((ratio) => oxygenAt(MAXM86161_FINGER, ratio))).toEqual([UNKNOWN, 1000, 676, UNKNOWN]);
  });

  it("of MAX30101 is that of application note 6845 to 0.1 %", () => {
    for (let ratio = 380; ratio < 1390; ratio += 7) {
      const r = ratio / 1000;
      const spo2 = 1.5958422 * r * r - 34.6596622 * r + 112.6898759;
      expect(Math.abs(oxygenAt(MAXIM_FINGER, ratio) / 10 - spo2)).toBeLessThan(0.16);
    }
  });

  it("ends at 100 %, and knows nothing beyond its ends", () => {
    expect(oxygenAt(MAXIM_FINGER, 342)).toBe(1000);
    expect(oxygenAt(MAXIM_FINGER, 341)).toBe(UNKNOWN);
    expect(oxygenAt(MAXIM_FINGER, 342 + 50 * 21 - 1)).toBeGreaterThan(674);
    expect(oxygenAt(MAXIM_FINGER, 342 + 50 * 21)).toBe(UNKNOWN);
  });
});
