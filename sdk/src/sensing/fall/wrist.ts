import type { Ints } from "../../lang/intrinsics.ts";
import { idiv } from "../../lang/intrinsics.ts";
import { EFFORT, LIGHT, SHAKING, STIR, TURN } from "./features.ts";
import type { FallPosition } from "./position.ts";

/**
 * Weights of a logistic regression on the WEDA-FALL wrist recordings (Marques & Moreno), each axis held to ±4 g as there, all falls
 * acted by young adults. 100 is one logit an octave.
 */
const WEIGHT_SHAKING = 139; // how hard the half second on either side shook: squared change from frame to frame
const WEIGHT_TURN = 50; // how far the forearm turned from just before to just after the impact
const WEIGHT_STIR = -15; // moving on at the end of the window: who fell lies still, who clapped does not
const WEIGHT_EFFORT = -77; // peaks in the second before: jogging, clapping and hitting come in series
const WEIGHT_LIGHT = -22; // the lightest moment around the impact: who falls is weightless for a moment
const BIAS = -874304;

function score(features: Ints): number {
  const sum =
    WEIGHT_SHAKING * features[SHAKING] +
    WEIGHT_TURN * features[TURN] +
    WEIGHT_STIR * features[STIR] +
    WEIGHT_EFFORT * features[EFFORT] +
    WEIGHT_LIGHT * features[LIGHT];
  return idiv(sum + BIAS, 100);
}

/** A bracelet or watch on either wrist. */
export const wrist: FallPosition = { rangeG: 4, triggerMg: 1800, score };
