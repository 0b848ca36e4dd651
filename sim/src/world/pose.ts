import type { Vector } from "./vector.ts";

/**
 * Which way is up for the wrist, mg: what its accelerometer reads at rest. x runs along the forearm to the fingers, y across
 * the wrist to the thumb, z out of the watch's face.
 */
export const HANGING: Vector = { x: -960, y: 150, z: 230 };
export const LAP: Vector = { x: -150, y: 100, z: 980 };
export const TABLE: Vector = { x: 60, y: 120, z: 985 };
export const MOUTH: Vector = { x: 820, y: 250, z: 515 };
export const CLAPPING: Vector = { x: 300, y: 900, z: 300 };
export const RAISED_FIST: Vector = { x: 500, y: 150, z: 850 };
export const ARMS_OUT: Vector = { x: -450, y: 150, z: 880 };
export const RUNNING: Vector = { x: 250, y: 900, z: 350 };
export const REACHING: Vector = { x: 880, y: 150, z: 450 };
export const PUSHING_UP: Vector = { x: -650, y: 200, z: 730 };
export const AT_FEET: Vector = { x: -750, y: 350, z: 560 };
export const DOOR_HANDLE: Vector = { x: -150, y: 550, z: 820 };
export const ON_FLOOR: Vector = { x: 450, y: 200, z: 870 };

/** Where the arm rests in bed: on the back, on either side, on the belly. */
export const BED: readonly Vector[] = [
  { x: 0, y: -250, z: 970 },
  { x: 150, y: 300, z: 940 },
  { x: 100, y: 900, z: 420 },
  { x: -300, y: -850, z: 430 },
  { x: 350, y: 600, z: -720 },
];

export type FallDirection = "forwards" | "backwards" | "sideways";

/** The arm thrown out against the fall, and the ways it may come to rest on the floor. */
export const FALLING: Record<FallDirection, { readonly reach: Vector; readonly rest: readonly Vector[] }> = {
  forwards: {
    reach: { x: 150, y: 300, z: 940 },
    rest: [
      { x: -350, y: 300, z: 880 },
      { x: -100, y: 600, z: 790 },
      { x: -200, y: -500, z: 840 },
      { x: 250, y: -850, z: 450 },
    ],
  },
  backwards: {
    reach: { x: -300, y: -450, z: 840 },
    rest: [
      { x: 100, y: 300, z: 950 },
      { x: 250, y: -900, z: 350 },
      { x: 500, y: 850, z: -150 },
    ],
  },
  sideways: {
    reach: { x: -200, y: 850, z: 480 },
    rest: [
      { x: 100, y: 950, z: 300 },
      { x: 200, y: -850, z: 480 },
      { x: 350, y: 500, z: 790 },
    ],
  },
};
