/**
 * The fall detector's kernel without objects: one function, no closures that keep state. The baseline that the detector of
 * `sdk/sensing/fall` is measured against; it must find the same falls.
 */
import type { Ints } from "@songbai/sdk/lang/intrinsics";
import { CLEAR } from "@songbai/sdk/sensing/doubt";
import { AFTER, BEFORE, BEFORE_LEAST, FEATURES, fallFeatures } from "@songbai/sdk/sensing/fall/features";
import { LIMIT, newHistory, PLACE, SQUARE } from "@songbai/sdk/sensing/fall/history";
import { wrist } from "@songbai/sdk/sensing/fall/wrist";

const STEP_MG = 8;
const TRIGGER = 16 * Math.trunc(wrist.triggerMg ** 2 / (16 * STEP_MG ** 2));
const SAME_EVENT = 25;
const REFRACTORY = 200;

/** Falls among `samples` (x, y, z in mg, 50 Hz). */
export function flatFalls(samples: Int32Array): number {
  const history = newHistory();
  const { xy, squareZ } = history;
  const features = new Int32Array(FEATURES);
  const measure = fallFeatures(history, 976);
  let falls = 0;
  let place = 0;
  let deaf = BEFORE_LEAST + AFTER + 1;
  let frame = 0;
  for (let i = 0; i + 5 < samples.length; i += 6) {
    let x = ((((i === 0 ? 0 : samples[i - 3]) + 2 * samples[i] + samples[i + 3] + 2) >> 2) + 4) >> 3;
    let y = ((((i === 0 ? 0 : samples[i - 2]) + 2 * samples[i + 1] + samples[i + 4] + 2) >> 2) + 4) >> 3;
    let z = ((((i === 0 ? 0 : samples[i - 1]) + 2 * samples[i + 2] + samples[i + 5] + 2) >> 2) + 4) >> 3;
    if (x > LIMIT) x = LIMIT;
    else if (x < -LIMIT) x = -LIMIT;
    if (y > LIMIT) y = LIMIT;
    else if (y < -LIMIT) y = -LIMIT;
    if (z > LIMIT) z = LIMIT;
    else if (z < -LIMIT) z = -LIMIT;
    xy[place] = x + y * 32768;
    squareZ[place] = x * x + y * y + z * z + z * 1048576;
    const impact = place - AFTER;
    const square = squareZ[impact & PLACE] & SQUARE;
    if (deaf > 0) deaf--;
    if (deaf === 0 && square > TRIGGER && isImpact(squareZ, impact, square)) {
      if (measure(impact, Math.min(BEFORE, frame - AFTER), features) === CLEAR && wrist.score(features) > 0) {
        falls++;
        deaf = REFRACTORY;
      }
    }
    place = (place + 1) & PLACE;
    frame++;
  }
  return falls;
}

function isImpact(squareZ: Ints, impact: number, square: number): boolean {
  for (let away = 1; away <= SAME_EVENT; away++) {
    if ((squareZ[(impact + away) & PLACE] & SQUARE) > square) return false;
    if ((squareZ[(impact - away) & PLACE] & SQUARE) >= square) return false;
  }
  return true;
}
