/** How far the lower back turned while the feet say that somebody did: nobody who stands still turns it. */
import { at } from "./foot-judge.ts";
import type { FootWalk } from "./foot-recordings.ts";
import type { ToldTurn } from "./host.ts";

/** The trunk may be so much ahead of the feet or behind them, s. */
const AROUND_S = 0.6;

/** Degrees about the vertical, to the left positive; undefined where nobody recorded it. */
export function trunkTurned(walk: FootWalk, turn: ToldTurn): number | undefined {
  const { back, rateHz } = walk;
  if (back === undefined) return undefined;
  const from = Math.max(0, Math.round(at(turn.startMs, walk) - AROUND_S * rateHz));
  const to = Math.min(back.length / 6, Math.round(at(turn.endMs, walk) + AROUND_S * rateHz));
  const up = [0, 0, 0];
  const turned = [0, 0, 0];
  let rates = [0, 0, 0];
  for (let i = from; i < to; i++) {
    const sample = Array.from(back.subarray(6 * i, 6 * i + 6));
    const lost = sample.some(Number.isNaN);
    // What the radio lost went on as it was.
    if (!lost) rates = sample.slice(3);
    for (let axis = 0; axis < 3; axis++) {
      if (!lost) up[axis] += sample[axis];
      turned[axis] += rates[axis];
    }
  }
  const length = Math.hypot(...up);
  if (length === 0) return undefined;
  const along = turned.reduce((sum, value, axis) => sum + value * up[axis], 0);
  return along / length / 10 / rateHz;
}
