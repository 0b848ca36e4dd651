/** Why a signal cannot be judged: then a sense says nothing, or `UNKNOWN`, and why. Texts for engineers: `DOUBTS` of sensing/texts. */

/** Nothing speaks against the signal. */
export const CLEAR = 0;
/** The sense does not know this sampling rate. */
export const WRONG_RATE = 1;
/** The signal has just begun, or begun again. */
export const STARTING = 2;
/** The values do not change. */
export const FROZEN = 3;
/** The values stay at the end of the range. */
export const SATURATED = 4;
/** Gravity is missing: the sensor, or what stands between, takes it off. */
export const NO_GRAVITY = 5;
/** Nobody wears the device: it flew freely, lies stiller than anybody's body, or its sensor sees no skin. */
export const NOT_WORN = 6;
/** The wearer moves more than the signal bears. */
export const MOVING = 7;
/** Too little of what is looked for in the signal. */
export const WEAK = 8;
/** Samples are missing. */
export const GAP = 9;
/** The values contradict each other: two ways to the same figure do not meet. */
export const INCONSISTENT = 10;
