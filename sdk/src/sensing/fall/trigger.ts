import type { Ints } from "../../lang/intrinsics.ts";
import { FRAME_HZ } from "./frames.ts";
import { PLACE, SQUARE } from "./history.ts";

/** What lies this close to a stronger frame belongs to the same event. */
const SAME_EVENT = FRAME_HZ;

/** Whether the frame at `at` is an impact: no frame within a second of it is stronger, and of equal ones it is the first. */
export function isImpact(squareZ: Ints, at: number): boolean {
  const square = squareZ[at & PLACE] & SQUARE;
  for (let away = 1; away <= SAME_EVENT; away++) {
    if ((squareZ[(at + away) & PLACE] & SQUARE) > square) return false;
    if ((squareZ[(at - away) & PLACE] & SQUARE) >= square) return false;
  }
  return true;
}
