/** By the codes of sensing/doubt: for hosts and tests; a device sends the numbers. */
export const DOUBTS = [
  "nothing speaks against the signal",
  "the sampling rate is outside what the sense knows",
  "the signal has just begun",
  "the values do not change: a frozen sensor, or a device that nobody wears",
  "the values stay at the end of the sensor's range",
  "gravity is missing from the values",
  "nobody wears it: it flew freely, lies stiller than a body, or sees no skin",
  "the wearer moves more than the signal bears",
  "too little of what is looked for is in the signal",
  "samples are missing",
  "the values contradict each other",
];
