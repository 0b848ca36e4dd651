/** A walk in insoles with eight and with four cells, held against the total force of the eight. */
import type { LineProgram } from "../sense/runtimes.ts";
import { type FootName, type FootSignal, type Told, walked } from "./host.ts";
import { CELLS, FORWARD_MM, FOUR, type InsoleWalk, RANGE_N, SIDE_MM } from "./insole-recordings.ts";
import { paired } from "./measure.ts";
import { worsened } from "./worse.ts";

/** The reference: the total rises over the first, N, having been below the second before. */
const UP_N = 25;
const DOWN_N = 20;
/** Neither stance nor swing is shorter, s. */
const PHASE_S = 0.1;
/** And a stance bears this, N. */
const BORNE_N = 100;
const NEAR_MS = 200;

export interface Sole {
  readonly name: string;
  readonly told: Told;
  /** Detected less true, ms. */
  readonly errors: readonly number[];
  readonly missed: number;
  readonly wrong: number;
}

export interface JudgedInsole {
  readonly walk: InsoleWalk;
  readonly strikes: Record<FootName, readonly number[]>;
  readonly soles: readonly Sole[];
}

export function judgeInsole(walk: InsoleWalk, place: number, device: LineProgram): JudgedInsole {
  const strikes = { left: strikesOf(walk.total.left, walk.rateHz), right: strikesOf(walk.total.right, walk.rateHz) };
  const four = walk.feet.map(({ foot, values }) => ({ foot, values: only(values, FOUR) }));
  const bad = four.map(({ foot, values }, side) => ({
    foot,
    values: worsened(values, FOUR.length, walk.rateHz, 2 * place + side + 1),
  }));
  const sole = (name: string, cells: readonly number[], feet: readonly FootSignal[]): Sole => {
    const places = [...cells.map((cell) => SIDE_MM[cell]), ...cells.map((cell) => FORWARD_MM[cell])];
    const told = walked(device, [1, walk.rateHz, RANGE_N, cells.length, ...places], cells.length, walk.rateHz, feet);
    const pairs = walk.feet.map(({ foot }) => {
      const found = told.steps.filter((step) => step.foot === foot);
      const both = paired(strikes[foot], found, (strike, { endMs }) =>
        Math.abs(endMs - strike) <= NEAR_MS ? Math.abs(endMs - strike) : undefined,
      );
      return { both, missed: strikes[foot].length - both.length, wrong: found.length - both.length };
    });
    return {
      name,
      told,
      errors: pairs.flatMap(({ both }) => both.map(([strike, { endMs }]) => endMs - strike)),
      missed: pairs.reduce((all, one) => all + one.missed, 0),
      wrong: pairs.reduce((all, one) => all + one.wrong, 0),
    };
  };
  const all = Array.from({ length: CELLS }, (_, i) => i);
  return { walk, strikes, soles: [sole("8", all, walk.feet), sole("4", FOUR, four), sole("4, noise and drift", FOUR, bad)] };
}

function only(values: Float64Array, cells: readonly number[]): Float64Array {
  const into = new Float64Array((values.length / CELLS) * cells.length);
  for (let i = 0; i < into.length; i++) into[i] = values[Math.floor(i / cells.length) * CELLS + cells[i % cells.length]];
  return into;
}

/** Heel strikes of a total force, ms: not the first contact, before which nobody knows a swing. */
export function strikesOf(total: Float64Array, rateHz: number): number[] {
  const strikes: number[] = [];
  const shortest = PHASE_S * rateHz;
  let down = total[0] > UP_N;
  let since = 0;
  let lifted = -1;
  let most = 0;
  for (let i = 1; i < total.length; i++) {
    if (down) {
      most = Math.max(most, total[i]);
      if (!(total[i] < DOWN_N)) continue;
      down = false;
      if (i - since < shortest || most < BORNE_N) {
        if (strikes.at(-1) === (1000 * since) / rateHz) strikes.pop();
      } else lifted = i;
    } else if (total[i] > UP_N) {
      down = true;
      most = total[i];
      if (lifted < 0 || i - lifted < shortest) continue;
      since = i;
      strikes.push((1000 * i) / rateHz);
    }
  }
  return strikes;
}
