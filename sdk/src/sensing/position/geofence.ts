/** Fences around places: home, the park, the road that is too far. A fix that could be on either side of a fence changes nothing. */
import { allocInts, type Ints, idiv } from "../../lang/intrinsics.ts";
import { squareRoot } from "../integer.ts";
import { FAR, lengthOf, offset } from "./distance.ts";
import type { Fix } from "./nmea.ts";

export interface Fence {
  /** Of a circle its middle, of a polygon any place inside or near: degrees x 10^7. */
  readonly latitude: number;
  readonly longitude: number;
  /** Of a circle, m, up to 20,000; 0 for a polygon. */
  readonly radiusM: number;
  /** East and north of each corner from the middle, m, up to 10,000, in order around it; three corners or more. */
  readonly corners?: readonly number[];
}

/** On which side the wearer is. */
export const SIDE_UNKNOWN = 0;
export const INSIDE = 1;
export const OUTSIDE = 2;

export interface Geofence {
  readonly feed: (fix: Fix) => void;
  /** `SIDE_UNKNOWN` before the first fixes that leave no doubt. */
  readonly side: (fence: number) => number;
}

/** Fixes in a row that must agree before the side changes: one may be a reflection off a house. */
const CONFIRM = 3;
/** A fix as vague as this says nothing, m. */
const VAGUE_M = 500;

/** Signed way from the edge of a polygon to a place, m: below 0 inside. */
function fromPolygon(corners: readonly number[], east: number, north: number): number {
  const count = corners.length >> 1;
  let inside = false;
  let nearest = FAR;
  for (let i = 0; i < count; i++) {
    const k = i + 1 < count ? i + 1 : 0;
    const ax = corners[2 * i] - east;
    const ay = corners[2 * i + 1] - north;
    const dx = corners[2 * k] - corners[2 * i];
    const dy = corners[2 * k + 1] - corners[2 * i + 1];
    const by = ay + dy;
    // The edge crosses the line that runs east from the place.
    if (ay > 0 !== by > 0 && (dy > 0 ? dx * ay < ax * dy : dx * ay > ax * dy)) inside = !inside;
    const way = toSegment(ax, ay, dx, dy);
    if (way < nearest) nearest = way;
  }
  return inside ? -nearest : nearest;
}

/** From the origin to the nearest place of a segment that begins at a and goes d, m. */
function toSegment(ax: number, ay: number, dx: number, dy: number): number {
  const square = dx * dx + dy * dy;
  const along = -(ax * dx + ay * dy);
  let x = ax;
  let y = ay;
  if (along >= square) {
    x += dx;
    y += dy;
  } else if (along > 0) {
    const share = idiv(along, idiv(square, 1024) + 1);
    x += idiv(dx * share, 1024);
    y += idiv(dy * share, 1024);
  }
  return squareRoot(x * x + y * y);
}

/** Tells `onCross` of each fence (by its place in `fences`) that the wearer has come into or left; not of the side it begins with. */
export function geofence(fences: readonly Fence[], onCross: (fence: number, side: number) => void): Geofence {
  const way: Ints = allocInts(2);
  const sides = allocInts(fences.length);
  /** How many fixes in a row said the other side. */
  const against = allocInts(fences.length);

  /** From the edge of the fence, m, below 0 inside. */
  function beyond(fence: Fence, fix: Fix): number {
    offset(fence.latitude, fence.longitude, fix.latitude, fix.longitude, way);
    const length = lengthOf(way);
    if (fence.corners === undefined) return length - fence.radiusM;
    // Corners and places farther than this would leave int32 when they are multiplied.
    return length >= 2 * VAGUE_M * 10 ? length : fromPolygon(fence.corners, way[0], way[1]);
  }

  function judge(place: number, fix: Fix): void {
    const far = beyond(fences[place], fix);
    const seen = far > fix.accuracyM ? OUTSIDE : -far > fix.accuracyM ? INSIDE : SIDE_UNKNOWN;
    if (seen === SIDE_UNKNOWN) return;
    if (seen === sides[place]) {
      against[place] = 0;
      return;
    }
    against[place] += 1;
    if (against[place] < CONFIRM) return;
    against[place] = 0;
    const before = sides[place];
    sides[place] = seen;
    if (before !== SIDE_UNKNOWN) onCross(place, seen);
  }

  return {
    side: (place) => sides[place],
    feed: (fix) => {
      if (fix.accuracyM > VAGUE_M) return;
      for (let i = 0; i < fences.length; i++) judge(i, fix);
    },
  };
}
