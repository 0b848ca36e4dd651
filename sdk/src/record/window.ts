/**
 * The receive window of one device and epoch: which of the last 1024 sequence numbers have come. Late records are legal, as a
 * device stores and forwards; what is older than the window is for the store's unique key to judge.
 */
import { allocInts } from "../lang/intrinsics.ts";

const WINDOW = 1024;
const MASK = WINDOW - 1;

/** What the window says of a sequence number. */
export const FRESH = 0;
export const DUPLICATE = 1;
export const OLDER = 2;

export interface ReceiveWindow {
  /** Judges a sequence number. Only call `accept` once its record has passed its tag. */
  readonly judge: (sequence: number) => number;
  readonly accept: (sequence: number) => void;
}

export function receiveWindow(): ReceiveWindow {
  const seen = allocInts(WINDOW);
  let highest = -1;

  function judge(sequence: number): number {
    if (sequence > highest) return FRESH;
    if (sequence <= highest - WINDOW) return OLDER;
    // Each slot holds the sequence number it was last set by, plus one.
    return seen[sequence & MASK] === sequence + 1 ? DUPLICATE : FRESH;
  }

  return {
    judge,
    accept: (sequence) => {
      if (sequence > highest) highest = sequence;
      if (sequence > highest - WINDOW) seen[sequence & MASK] = sequence + 1;
    },
  };
}
