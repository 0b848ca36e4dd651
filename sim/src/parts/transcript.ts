/**
 * The transcript: all that a device does at its board's boundary, in order, with virtual time, as a CBOR sequence (RFC 8742) of
 * arrays [milliseconds, kind, …]. Its SHA-256 is the digest of the run.
 *
 *   ["x", frequency, spreading factor, power, frame]   transmit       ["r", frequency, spreading factor, timeout]   receive
 *   ["y", frequency, spreading factor]                 listen first; all three end with the bandwidth where it is not 125 kHz
 *   ["p", address, octets]  ["e", sector]              flash          ["h", on, off, times]                         haptic
 *   ["a", rate, range, watermark]                      accelerometer (rate 0: stopped)
 *   ["l", event, value]                                log
 */
import { createHash } from "node:crypto";
import { putArray, putInt, putOctets, putText } from "@songbai/sdk/codec/cbor";

const LONGEST_ENTRY = 64;

export interface Transcript {
  add(timeMs: number, kind: string, numbers: readonly number[], octets?: Uint8Array): void;
  readonly entries: () => number;
  /** SHA-256 so far, hexadecimal. */
  digest(): string;
  /** The whole sequence. Only there when it was asked for. */
  bytes(): Uint8Array;
}

export function transcript(keep: boolean): Transcript {
  const hash = createHash("sha256");
  const kept: Uint8Array[] = [];
  let entries = 0;
  return {
    add(timeMs, kind, numbers, octets) {
      const entry = new Uint8Array(LONGEST_ENTRY + (octets?.length ?? 0));
      let end = putArray(entry, 0, 2 + numbers.length + (octets === undefined ? 0 : 1));
      end = putInt(entry, end, timeMs);
      end = putText(entry, end, kind);
      for (const number of numbers) end = putInt(entry, end, number);
      if (octets !== undefined) end = putOctets(entry, end, octets, 0, octets.length);
      const written = entry.subarray(0, end);
      hash.update(written);
      if (keep) kept.push(written);
      entries++;
    },
    entries: () => entries,
    digest: () => hash.copy().digest("hex"),
    bytes: () => Buffer.concat(kept),
  };
}
