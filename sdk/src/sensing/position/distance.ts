/** Places close to each other, on a plane: an error below 0.2 % up to 30 km and 75 degrees of latitude. */
import { type Ints, idiv } from "../../lang/intrinsics.ts";
import { squareRoot } from "../integer.ts";

/** Farther than this is `FAR`, m. */
export const FAR = 30000;

/** cos x 4096 of every fifth degree, 0 to 90: the curve between two is followed by a straight line. */
const COSINES: readonly number[] = [
  4096, 4080, 4034, 3956, 3849, 3712, 3547, 3355, 3138, 2896, 2633, 2349, 2048, 1731, 1401, 1060, 711, 357, 0,
];
const FIVE_DEGREES = 50000000;

/** cos x 4096 of a latitude, degrees x 10^7. */
export function cosine(latitude: number): number {
  const angle = latitude < 0 ? -latitude : latitude;
  const place = idiv(angle, FIVE_DEGREES);
  if (place >= 18) return 0;
  const part = idiv(angle - place * FIVE_DEGREES, 50000);
  return COSINES[place] - idiv((COSINES[place] - COSINES[place + 1]) * part, 1000);
}

/** What the two longitudes may differ by, degrees x 2 x 10^-7: 30 km at 75 degrees of latitude. */
const WIDEST = 6000000;

/** Metres of a difference of latitude, degrees x 10^7; `FAR` and `-FAR` beyond. 10^-7 degrees are 11.12 mm on a sphere of 6371 km. */
function metres(difference: number): number {
  if (difference > 2700000) return FAR;
  if (difference < -2700000) return -FAR;
  return idiv(difference * 100, 8993);
}

/**
 * East and north of `to` as seen from `from`, m, into `into[0]` and `into[1]`; each `FAR` or `-FAR` at most. Across the date line as
 * well.
 */
export function offset(fromLat: number, fromLon: number, toLat: number, toLon: number, into: Ints): void {
  into[1] = metres(toLat - fromLat);
  // The difference of two longitudes does not fit int32.
  const half = idiv(toLon, 2) - idiv(fromLon, 2);
  const turned = half > 900000000 ? half - 1800000000 : half < -900000000 ? half + 1800000000 : half;
  const scale = cosine(idiv(fromLat, 2) + idiv(toLat, 2));
  if (turned > WIDEST) into[0] = FAR;
  else if (turned < -WIDEST) into[0] = -FAR;
  else if (turned < 400000 && turned > -400000) into[0] = metres(idiv(turned * scale, 2048));
  else into[0] = metres(idiv(idiv(turned, 16) * scale, 128));
}

/** Of east and north, m; `FAR` for all that is farther. */
export function lengthOf(way: Ints): number {
  const east = way[0];
  const north = way[1];
  if (east >= FAR || east <= -FAR || north >= FAR || north <= -FAR) return FAR;
  const length = squareRoot(east * east + north * north);
  return length > FAR ? FAR : length;
}
