/** Sentences for the codes of the fall detector, for hosts and tests: a device sends the numbers. */

/** By the codes of sensing/fall/doubt. */
export const DOUBTS = [
  "nothing speaks against the signal",
  "the sampling rate is outside 20..100 Hz",
  "the signal has just begun",
  "the values do not change: a frozen sensor, or a device that nobody wears",
  "the values stay at the end of the sensor's range",
  "gravity is missing from the values",
  "the device flew freely and lies stiller than a body: nobody wears it",
];

/** By the bits of a fall's reason, lowest first. */
export const REASONS = [
  "a hard impact",
  "nothing like it in the two seconds before",
  "the body turned by more than 45 degrees",
  "it is still afterwards",
];
