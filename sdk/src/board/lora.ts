import type { Bytes } from "../lang/intrinsics.ts";
import type { Result } from "../lang/result.ts";

/** Modulation of one LoRa frame: coding rate 4/5, preamble 8, public sync word 0x34. */
export interface LoraChannel {
  readonly frequencyHz: number;
  /** 7..12. */
  readonly spreadingFactor: number;
  /** 125 (where it is not said), 250 or 500 kHz. */
  readonly bandwidthKhz?: number;
}

/** A LoRa radio. One request at a time. */
export interface Lora {
  /** Sends `frame[0..length)` (upright IQ, with CRC); `onDone` when the last symbol is out. `BUSY`, `OUT_OF_RANGE`. */
  readonly transmit: (frame: Bytes, length: number, channel: LoraChannel, powerDbm: number, onDone: () => void) => Result;
  /**
   * Listens for one frame (inverted IQ, no CRC) for `timeoutMs`; a frame whose preamble began in time is received to its end.
   * `onFrame` gets its length, or `MISSING` when none came; what is longer than `into` is cut there. `BUSY`, `OUT_OF_RANGE`.
   */
  readonly receive: (into: Bytes, channel: LoraChannel, timeoutMs: number, onFrame: (length: number) => void) => Result;
  /**
   * Hears whether nobody sends there: below -80 dBm for 5 ms. A radio that cannot tell leaves it out, and nothing is heard first then.
   * `BUSY`, `OUT_OF_RANGE`.
   */
  readonly clear?: (channel: LoraChannel, done: (clear: boolean) => void) => Result;
}
