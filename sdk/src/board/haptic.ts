/** A vibration motor. */
export interface Haptic {
  /** Buzzes `times` times for `onMs`, with `offMs` between; replaces what was playing. `times` 0 stops. */
  readonly buzz: (onMs: number, offMs: number, times: number) => void;
}
