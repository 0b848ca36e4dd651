/** A value that a sense does not stand behind: outside the range of all of them, as 0x8000 of Bluetooth's temperature is. */
export const UNKNOWN = -32768;

/** What a sense says. A sense reuses one object: copy what is to be kept. */
export interface Reading {
  /** In the unit that the sense says, or `UNKNOWN`. */
  value: number;
  /** How far it can be relied on, percent; 0 with `UNKNOWN`. */
  quality: number;
  /** Why it is unknown, a code of sensing/doubt; `CLEAR` with a value. */
  doubt: number;
}
