/** What a device operation answers: 0 when it was done, else one of these negative codes. */
export const OK = 0;
/** The part is busy with an earlier request. */
export const BUSY = -1;
/** An argument is outside its range. */
export const OUT_OF_RANGE = -2;
/** Flash: a bit would have to go from 0 to 1 without an erase. */
export const NOT_BLANK = -3;
/** What was read is not what was written, or was never written. */
export const CORRUPT = -4;
/** No room left. */
export const FULL = -5;
/** There is nothing of that name, number or kind. */
export const MISSING = -6;
/** The authentication tag or integrity code does not match. */
export const FORGED = -7;
/** The message is older than one already seen. */
export const REPLAYED = -8;
/** It came too late to be done. */
export const EXPIRED = -9;

/** `OK` or one of the codes above. */
export type Result = number;
