/** By the bits of a fall's reason, lowest first: for hosts and tests; a device sends the numbers. */
export const REASONS = [
  "a hard impact",
  "nothing like it in the two seconds before",
  "the body turned by more than 45 degrees",
  "it is still afterwards",
];
