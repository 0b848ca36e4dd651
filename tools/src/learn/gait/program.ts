/**
 * Both feet of a walker, line by line. `!` and words make them: 0, rate, pitch axis, pitch sign (of each foot), range g, range deg/s for
 * foot sensors; 1, rate, range N, cells, and their places (to the side, then towards the toes) for insoles. `l` or `r` and words are samples
 * of that foot, `-l` or `-r` and a word so many that were lost. Words come in threes, filled with zeros.
 */
import { allocInts, charCode, decimal, type Ints, idiv, readSamples, textLength } from "@songbai/sdk/lang/intrinsics";
import { footSteps } from "@songbai/sdk/sensing/gait/foot";
import { insoleSteps } from "@songbai/sdk/sensing/gait/insole";
import { msOf } from "@songbai/sdk/sensing/gait/marks";
import type { Step } from "@songbai/sdk/sensing/gait/step";
import { type Gait, gait, LEFT, RIGHT } from "@songbai/sdk/sensing/gait/walk";

interface FootSensor {
  readonly feed: (samples: Ints, count: number) => void;
  readonly missed: (count: number) => void;
  readonly doubt: () => number;
}

const BANG = 33;
const MINUS = 45;
const R = 114;

const words = allocInts(333);
const now = allocInts(2);
let answer = "";
let rateHz = 100;
let width = 6;
let sensors: FootSensor[] = [];
let both: Gait | undefined;

/** Each number with a comma in front. */
function add(value: number): void {
  answer += `,${decimal(value)}`;
}

function told(foot: number, step: Step): void {
  const strikeMs = msOf(now[foot] - 1, rateHz) - step.agoMs;
  answer += foot === LEFT ? "l" : "r";
  add(strikeMs);
  add(step.swingMs);
  add(step.strideMs);
  add(step.stanceMs);
  add(step.turnDeg);
  add(step.loadDn);
  add(step.forwardMm);
  add(step.sideMm);
  add(step.travelMm);
  answer += ";";
  if (both !== undefined) both.step(foot, step, strikeMs);
}

function newGait(): Gait {
  return gait(
    (walk) => {
      answer += "w";
      add(walk.strides);
      add(walk.cadence);
      add(walk.strideMs);
      add(walk.deviationMs);
      add(walk.variation);
      add(walk.stance);
      add(walk.asymmetry);
      add(walk.leftLoad);
      add(walk.quality);
      answer += ";";
    },
    (turn) => {
      answer += "t";
      add(turn.fromMs);
      add(turn.untilMs);
      add(turn.degrees);
      answer += ";";
    },
  );
}

function make(): void {
  rateHz = words[1];
  now[LEFT] = 0;
  now[RIGHT] = 0;
  both = newGait();
  sensors = [];
  for (let foot = LEFT; foot <= RIGHT; foot++) {
    const of = foot;
    if (words[0] === 0) {
      width = 6;
      sensors.push(
        footSteps({ rateHz, pitchAxis: words[2], pitchSign: words[3 + of], rangeG: words[5], rangeDps: words[6] }, (step) =>
          told(of, step),
        ),
      );
    } else {
      width = words[3];
      const sideMm: number[] = [];
      const forwardMm: number[] = [];
      for (let i = 0; i < width; i++) {
        // The right foot is the left one mirrored.
        sideMm.push(of === RIGHT ? -words[4 + i] : words[4 + i]);
        forwardMm.push(words[4 + width + i]);
      }
      sensors.push(insoleSteps({ rateHz, sideMm, forwardMm, rangeN: words[2] }, (step) => told(of, step)));
    }
  }
}

export function receive(line: string): string {
  answer = "";
  const length = textLength(line);
  if (length === 0) {
    sensors = [];
    both = undefined;
    return answer;
  }
  const kind = charCode(line, 0);
  const from = kind === MINUS ? 2 : 1;
  const count = idiv(length - from, 3);
  readSamples(line, from, words, count);
  if (kind === BANG) {
    make();
    return answer;
  }
  if (both === undefined) return answer;
  const foot = charCode(line, from - 1) === R ? RIGHT : LEFT;
  if (kind === MINUS) {
    now[foot] += words[0];
    sensors[foot].missed(words[0]);
  } else {
    const samples = idiv(count, width);
    now[foot] += samples;
    sensors[foot].feed(words, samples);
  }
  both.tick(msOf(now[foot], rateHz));
  answer += `${foot === LEFT ? "L" : "R"},${decimal(sensors[foot].doubt())};`;
  return answer;
}
