/** Time as the device knows it. */
export interface Clock {
  /** Milliseconds since boot, int32; wraps after 24.8 days, so compare by `(a - b) | 0`. */
  readonly uptimeMs: () => number;
  /** Seconds since 1970-01-01 UTC as the bits of an unsigned 32-bit number; 0 while the time is unknown. */
  readonly epochSeconds: () => number;
}

/** One-shot timers. */
export interface Timers {
  /** Calls `fire` once after `delayMs` (0..2^31-1). Timers due together fire in the order they were set. Returns an id above 0. */
  readonly after: (delayMs: number, fire: () => void) => number;
  /** Forgets a timer. An id that has fired or is unknown is ignored. */
  readonly cancel: (id: number) => void;
}
