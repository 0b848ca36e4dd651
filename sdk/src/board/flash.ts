import type { Bytes } from "../lang/intrinsics.ts";
import type { Result } from "../lang/result.ts";

/** NOR flash: an erased octet is 0xFF, programming only clears bits, erasing takes a whole sector. */
export interface Flash {
  readonly sizeBytes: number;
  readonly sectorBytes: number;
  /** Reads `length` octets at `address` to `into[at..]`. `OUT_OF_RANGE` when the range leaves the part. */
  readonly read: (address: number, into: Bytes, at: number, length: number) => Result;
  /** Programs `length` octets of `from[at..]`. `NOT_BLANK` when a bit would have to rise; then nothing is programmed. */
  readonly program: (address: number, from: Bytes, at: number, length: number) => Result;
  /** Erases the sector with this number (0-based). */
  readonly erase: (sector: number) => Result;
}
