/** What a bearer of a device is made of. */
import type { Bearer } from "../bearer/bearer.ts";
import type { Board } from "../board/board.ts";
import type { Identity } from "../identity/identity.ts";
import type { Bytes } from "../lang/intrinsics.ts";
import type { Counters } from "../store/counters.ts";
import type { Epochs } from "../store/epochs.ts";
import type { Manifest } from "./manifest.ts";

export interface Wiring {
  readonly board: Board;
  readonly manifest: Manifest;
  readonly identity: Identity;
  readonly counters: Counters;
  /** The epoch ledger, which outlives the counters. */
  readonly epochs: Epochs;
  /** The way is open now: what waits may go. */
  readonly onReady: () => void;
  /** A command has come down, `octets[0..length)`, still sealed; the octets are the bearer's, for this call only. */
  readonly onCommand: (octets: Bytes, length: number) => void;
  /**
   * The network has told the time: seconds since 1970, the bits of an unsigned 32-bit number. It sets the clock of a device that does not
   * know the time, and moves no other, as a network is trusted with less than the platform.
   */
  readonly onTime: (epochSeconds: number) => void;
}

/** Makes a bearer; `undefined` where the device has no key for it. The build refuses a board without the radio. */
export type BearerMaker = (wiring: Wiring) => Bearer | undefined;
