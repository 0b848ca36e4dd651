/** Why the signal cannot be judged: then the detector is silent, and says so. Texts for engineers: `DOUBTS` of sensing/fall/texts. */

/** Nothing speaks against the signal. */
export const CLEAR = 0;
/** The detector does not know this sampling rate. */
export const WRONG_RATE = 1;
/** The signal has just begun, or begun again. */
export const STARTING = 2;
/** The values do not change. */
export const FROZEN = 3;
/** The values stay at the end of the range. */
export const SATURATED = 4;
/** Gravity is missing: the sensor, or what stands between, takes it off. */
export const NO_GRAVITY = 5;
/** The device flew freely, and lies stiller than anybody's body: thrown, or fallen from a table. */
export const NOT_WORN = 6;
