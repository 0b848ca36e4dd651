import type { Bytes } from "../lang/intrinsics.ts";
import type { Result } from "../lang/result.ts";

/**
 * What became of a record: whether the hub acknowledged it, and `answer[0..length)` if there was one, an acknowledgement
 * (`record/acknowledgement.ts`) that may speak of others too. The octets are the bearer's, for this call only.
 */
export type Sent = (acknowledged: boolean, answer: Bytes, length: number) => void;

/** A way to the hub. It carries sealed records and brings acknowledgements back. */
export interface Bearer {
  readonly name: string;
  /** What a record costs in energy, beside what it costs on another bearer: the outbox prefers the cheap. */
  readonly cost: number;
  /** Whether a record sent now has a chance: joined, connected, attached. */
  readonly isReady: () => boolean;
  /**
   * Something waits that this bearer could carry were it ready, urgent or not; `urgent` is false again when nothing urgent waits any
   * more. A bearer that can make itself easier to reach does; others leave it out.
   */
  readonly wanted?: (urgent: boolean) => void;
  /** Longest record that fits one message now, octets. */
  readonly maxPayload: () => number;
  /** Sends a record. One at a time: `BUSY` until `done` was called. `OUT_OF_RANGE` when it is longer than `maxPayload`. */
  readonly send: (record: Bytes, length: number, done: Sent) => Result;
}
