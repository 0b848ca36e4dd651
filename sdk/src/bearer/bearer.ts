import type { Bytes } from "../lang/intrinsics.ts";
import type { Result } from "../lang/result.ts";

/** A way to the hub. It carries sealed records and brings acknowledgements back. */
export interface Bearer {
  readonly name: string;
  /** Longest record that fits one message now, octets. */
  readonly maxPayload: () => number;
  /**
   * Sends a record; `done` says whether the hub acknowledged it. One at a time: `BUSY` until `done` was called.
   * `OUT_OF_RANGE` when it is longer than `maxPayload`.
   */
  readonly send: (record: Bytes, length: number, done: (acknowledged: boolean) => void) => Result;
}
