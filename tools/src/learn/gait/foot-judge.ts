/** A walk of foot sensors, held against the steps that people marked. */
import type { LineProgram } from "../sense/runtimes.ts";
import { type FootWalk, RANGE_DPS, RANGE_G, type Span } from "./foot-recordings.ts";
import { type FootName, type Told, type ToldStep, type ToldTurn, walked } from "./host.ts";
import { paired } from "./measure.ts";

/** As near is the same step, s. */
export const NEAR_S = 0.2;
/** The sensor on the instep: y goes through both ankles, a swing reads positive on both feet. */
const PITCH_AXIS = 1;
const PITCH_SIGN = 1;

export interface JudgedFoot {
  readonly walk: FootWalk;
  readonly told: Told;
  /** Marked steps with those that were found for them, by foot. */
  readonly pairs: readonly { readonly foot: FootName; readonly marked: Span; readonly found: ToldStep }[];
  readonly missed: readonly { readonly foot: FootName; readonly marked: Span }[];
  readonly wrong: readonly ToldStep[];
  readonly turn: ToldTurn | undefined;
}

export function judgeFoot(walk: FootWalk, device: LineProgram): JudgedFoot {
  const setup = [0, walk.rateHz, PITCH_AXIS, PITCH_SIGN, PITCH_SIGN, RANGE_G, RANGE_DPS];
  const told = walked(device, setup, 6, walk.rateHz, walk.feet);
  const { truth } = walk;
  if (truth === undefined) return { walk, told, pairs: [], missed: [], wrong: [], turn: undefined };
  const near = NEAR_S * walk.rateHz;
  const each = walk.feet.map(({ foot }) => {
    const found = told.steps.filter((step) => step.foot === foot);
    const pairs = paired(truth.steps[foot], found, (marked, step) => within(strikeOf(step, walk) - marked[1], near));
    return {
      pairs: pairs.map(([marked, step]) => ({ foot, marked, found: step })),
      missed: truth.steps[foot].filter((marked) => !pairs.some(([of]) => of === marked)).map((marked) => ({ foot, marked })),
      wrong: found.filter((step) => !pairs.some(([, of]) => of === step)),
    };
  });
  const { turn } = truth;
  const turns =
    turn === undefined ? [] : told.turns.filter((one) => at(one.endMs, walk) > turn[0] && at(one.startMs, walk) < turn[1]);
  return {
    walk,
    told,
    pairs: each.flatMap((one) => one.pairs),
    missed: each.flatMap((one) => one.missed),
    wrong: each.flatMap((one) => one.wrong),
    turn: turns.sort((a, b) => Math.abs(b.degrees) - Math.abs(a.degrees))[0],
  };
}

function within(distance: number, most: number): number | undefined {
  return Math.abs(distance) <= most ? Math.abs(distance) : undefined;
}

/** ms as samples of the recording. */
export function at(ms: number, { rateHz }: FootWalk): number {
  return (ms * rateHz) / 1000;
}

function strikeOf(step: ToldStep, walk: FootWalk): number {
  return at(step.endMs, walk);
}
