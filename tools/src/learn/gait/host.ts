/** Two feet streamed as their devices would: FIFO by FIFO, what is lost told, into senses that have seen nothing else. */
import { UNKNOWN } from "@songbai/sdk/sensing/reading";
import type { LineProgram } from "../sense/runtimes.ts";
import { lineOfWords } from "../words.ts";

export const FEET = ["left", "right"] as const;
export type FootName = (typeof FEET)[number];

/** Samples of a foot on an even grid; rows that are NaN were lost. */
export interface FootSignal {
  readonly foot: FootName;
  /** Values a sample, one behind the other; integers as the sense takes them. */
  readonly values: Float64Array;
}

/** Times in ms since the first place of the grid. */
export interface ToldStep {
  readonly foot: FootName;
  readonly startMs: number;
  readonly endMs: number;
  readonly strideMs: number | null;
  readonly stanceMs: number | null;
  readonly turnDeg: number | null;
  readonly loadN: number | null;
  readonly forwardMm: number | null;
  readonly sideMm: number | null;
  readonly travelMm: number | null;
}

export interface ToldWalk {
  readonly strides: number;
  readonly cadence: number;
  readonly strideMs: number;
  readonly deviationMs: number | null;
  readonly variationPercent: number | null;
  readonly stancePercent: number;
  readonly asymmetryPercent: number | null;
  readonly leftLoadPercent: number | null;
  readonly quality: number;
}

export interface ToldTurn {
  readonly startMs: number;
  readonly endMs: number;
  readonly degrees: number;
}

export interface Told {
  readonly steps: readonly ToldStep[];
  readonly walks: readonly ToldWalk[];
  readonly turns: readonly ToldTurn[];
  /** Codes of sensing/doubt that were said, by foot, in the order in which they came. */
  readonly doubts: readonly (readonly [FootName, number])[];
}

/** Samples that a FIFO hands over at a time. */
const BATCH = 20;
/** A walk's end is heard behind this rest. */
const REST_S = 4;

export function walked(
  device: LineProgram,
  setup: readonly number[],
  width: number,
  rateHz: number,
  feet: readonly FootSignal[],
): Told {
  const told = {
    steps: [] as ToldStep[],
    walks: [] as ToldWalk[],
    turns: [] as ToldTurn[],
    doubts: [] as [FootName, number][],
  };
  const call = (line: string) => {
    for (const part of device.call(line).split(";").slice(0, -1)) hear(part, told);
  };
  device.call("");
  device.call(`!${lineOfWords(setup)}`);
  const longest = Math.max(...feet.map(({ values }) => values.length / width));
  for (let from = 0; from < longest; from += BATCH) {
    for (const { foot, values } of feet) {
      const letter = foot[0];
      const end = Math.min(from + BATCH, values.length / width);
      for (let at = from; at < end; ) {
        const lost = Number.isNaN(values[at * width]);
        let to = at + 1;
        while (to < end && Number.isNaN(values[to * width]) === lost) to++;
        call(lost ? `-${letter}${lineOfWords([to - at])}` : `${letter}${lineOfWords(values.subarray(at * width, to * width))}`);
        at = to;
      }
    }
  }
  for (let at = 0; at < REST_S * rateHz; at += BATCH) {
    for (const { foot } of feet) call(`-${foot[0]}${lineOfWords([BATCH])}`);
  }
  return told;
}

function hear(
  part: string,
  told: { steps: ToldStep[]; walks: ToldWalk[]; turns: ToldTurn[]; doubts: [FootName, number][] },
): void {
  const [kind, ...numbers] = part.split(",");
  const n = numbers.map(Number);
  const known = (value: number) => (value === UNKNOWN ? null : value);
  const tenth = (value: number) => (value === UNKNOWN ? null : value / 10);
  if (kind === "l" || kind === "r") {
    told.steps.push({
      foot: kind === "l" ? "left" : "right",
      startMs: n[0] - n[1],
      endMs: n[0],
      strideMs: known(n[2]),
      stanceMs: known(n[3]),
      turnDeg: known(n[4]),
      loadN: tenth(n[5]),
      forwardMm: known(n[6]),
      sideMm: known(n[7]),
      travelMm: known(n[8]),
    });
  } else if (kind === "w") {
    told.walks.push({
      strides: n[0],
      cadence: n[1] / 10,
      strideMs: n[2],
      deviationMs: known(n[3]),
      variationPercent: tenth(n[4]),
      stancePercent: n[5] / 10,
      asymmetryPercent: tenth(n[6]),
      leftLoadPercent: tenth(n[7]),
      quality: n[8],
    });
  } else if (kind === "t") told.turns.push({ startMs: n[0], endMs: n[1], degrees: n[2] });
  else {
    const foot = kind === "L" ? "left" : "right";
    const last = told.doubts.findLast(([of]) => of === foot);
    if (last === undefined || last[1] !== n[0]) told.doubts.push([foot, n[0]]);
  }
}
