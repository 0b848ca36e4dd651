/**
 * The fall detector's kernel without objects: one function, no closures that keep state. The baseline that the detector of
 * `sdk/sensing/fall` is measured against; it must find the same falls.
 */
import { AFTER, BEFORE, FEATURES, fallFeatures } from "@songbai/sdk/sensing/fall/features";
import { LIMIT, PLACE, ZERO } from "@songbai/sdk/sensing/fall/history";
import { wrist } from "@songbai/sdk/sensing/fall/wrist";

const STEP_MG = 8;
const TRIGGER = Math.trunc(wrist.triggerMg ** 2 / STEP_MG ** 2);
const SAME_EVENT = 25;
const REFRACTORY = 200;

/** Falls among `samples` (x, y, z in mg, 50 Hz). */
export function flatFalls(samples: Int32Array): number {
  const history = new Int32Array(PLACE + 1);
  const squares = new Int32Array(PLACE + 1);
  const features = new Int32Array(FEATURES);
  const measure = fallFeatures(history);
  let falls = 0;
  let place = 0;
  let deaf = BEFORE + AFTER;
  for (let i = 0; i + 5 < samples.length; i += 6) {
    const first = i === 0;
    let x = (2 * samples[i] + samples[i + 3] + (first ? 0 : samples[i - 3])) / (first ? 3 : 4);
    let y = (2 * samples[i + 1] + samples[i + 4] + (first ? 0 : samples[i - 2])) / (first ? 3 : 4);
    let z = (2 * samples[i + 2] + samples[i + 5] + (first ? 0 : samples[i - 1])) / (first ? 3 : 4);
    x = (Math.floor(x + 0.5) + 4) >> 3;
    y = (Math.floor(y + 0.5) + 4) >> 3;
    z = (Math.floor(z + 0.5) + 4) >> 3;
    if (x > LIMIT) x = LIMIT;
    else if (x < -LIMIT) x = -LIMIT;
    if (y > LIMIT) y = LIMIT;
    else if (y < -LIMIT) y = -LIMIT;
    if (z > LIMIT) z = LIMIT;
    else if (z < -LIMIT) z = -LIMIT;
    history[place] = (x + ZERO) | ((y + ZERO) << 10) | ((z + ZERO) << 20);
    squares[place] = x * x + y * y + z * z;
    const impact = place - AFTER;
    const square = squares[impact & PLACE];
    if (deaf > 0) deaf--;
    if (deaf === 0 && square > TRIGGER && isImpact(squares, impact, square)) {
      measure(impact, features);
      if (wrist.score(features) > 0) {
        falls++;
        deaf = REFRACTORY;
      }
    }
    place = (place + 1) & PLACE;
  }
  return falls;
}

function isImpact(squares: Int32Array, impact: number, square: number): boolean {
  for (let away = 1; away <= SAME_EVENT; away++) {
    if (squares[(impact + away) & PLACE] > square || squares[(impact - away) & PLACE] >= square) return false;
  }
  return true;
}
