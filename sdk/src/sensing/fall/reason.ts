import type { Ints } from "../../lang/intrinsics.ts";
import { COSINE_B1_A1, RELATIVE_CHANGE_A3, RELATIVE_MOST_BEFORE } from "./features.ts";

/** The impact reached 3 g. */
export const HARD = 1;
/** In the two seconds before there was nothing of 7/10 of its magnitude. */
export const SUDDEN = 2;
/** The mean acceleration of half a second turned by more than 45 degrees. */
export const TURNED = 4;
/** Two seconds later it shakes less than 1/32 of what it did at the impact. */
export const STILL = 8;

/** What is plain to see around an impact: a sum of the bits above. The score knows more; this is for those who read it. */
export function fallReason(features: Ints, impactMg: number): number {
  let reason = 0;
  if (impactMg >= 3000) reason += HARD;
  if (features[RELATIVE_MOST_BEFORE] < 512) reason += SUDDEN;
  if (features[COSINE_B1_A1] < 1536) reason += TURNED;
  if (features[RELATIVE_CHANGE_A3] < 8) reason += STILL;
  return reason;
}
