import { FRAME_HZ } from "./frames.ts";
import { type History, PLACE, squareOf } from "./history.ts";

/** What lies this close to a stronger frame belongs to the same event. */
export const SAME_EVENT = FRAME_HZ;

/** Whether the frame at `at` is an impact: no frame within a second of it is stronger, and of equal ones it is the first. */
export function isImpact(history: History, at: number): boolean {
  const square = squareOf(history[at & PLACE]);
  for (let away = 1; away <= SAME_EVENT; away++) {
    if (squareOf(history[(at + away) & PLACE]) > square) return false;
    if (squareOf(history[(at - away) & PLACE]) >= square) return false;
  }
  return true;
}
