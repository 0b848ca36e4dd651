/**
 * What the hub says it holds of a device's records in one epoch:
 *
 *   kind and epoch (1) | from (1..5) | held | missing | held | missing …     numbers in LEB128
 *
 * The first octet holds kind 1 in its low and the epoch's low four bits in its high half. `from` is a sequence number that the hub
 * holds, and the runs count downwards from there: so many held, the first of them `from` itself, then so many missing. A held
 * run of 0 stands for all that is left down to 0: the contiguous high-water mark. Of what lies below the last run nothing is said.
 *
 * Missing is also what a device never used, as a restart skips numbers; so runs, not bits: such a gap takes one or two octets. Two
 * gaps and the mark fit the 11 octets of the worst downlink. An acknowledgement stays true for ever, so a replay does no harm;
 * where the bearer does not authenticate it, it travels as a record sealed under the command key.
 */
import { leb128At, leb128End, leb128Length, putLeb128 } from "../codec/leb128.ts";
import type { Bytes } from "../lang/intrinsics.ts";

const KIND = 1;
/** Octets that an acknowledgement may take on any bearer: enough for any `from` and its run. */
export const MAX_ACKNOWLEDGEMENT = 11;

function head(epoch: number): number {
  return KIND | ((epoch & 15) << 4);
}

/**
 * Writes an acknowledgement to `into[0..room)`; answers its length. The hub holds every number below `floor`, `from`, and what
 * `held` says between them. What does not fit is left unsaid, the lowest numbers first: to speak of an old record that has just come
 * again, begin at it. `held` is not asked below `bottom`, nor anything said there unless `floor` reaches it: the hub need not look
 * through a gap of millions.
 */
export function putAcknowledgement(
  into: Bytes,
  room: number,
  epoch: number,
  floor: number,
  bottom: number,
  from: number,
  held: (sequence: number) => boolean,
): number {
  const last = bottom > floor ? bottom : floor;
  into[0] = head(epoch) & 255;
  let at = putLeb128(into, 1, from);
  let next = from;
  let state = true;
  while (next >= 0 && (next >= last || last === floor)) {
    let count = 0;
    while (next - count >= last && held(next - count) === state) count += 1;
    if (state && next - count < floor) count = 0;
    if (at + leb128Length(count) > room) return at;
    at = putLeb128(into, at, count);
    if (count === 0) return at;
    next -= count;
    state = !state;
  }
  return at;
}

/** Whether octets that came down are an acknowledgement, and no command: its CBOR array is never of one item. */
export function isAcknowledgement(bytes: Bytes, length: number): boolean {
  return length > 0 && (bytes[0] & 15) === KIND;
}

/** Whether the acknowledgement `bytes[0..length)` says that the hub holds the record of that epoch and sequence number. */
export function acknowledges(bytes: Bytes, length: number, epoch: number, sequence: number): boolean {
  if (length < 1 || bytes[0] !== head(epoch)) return false;
  let at = leb128End(bytes, 1, length);
  if (at < 0) return false;
  let next = leb128At(bytes, 1, at);
  let held = true;
  while (at < length && sequence <= next) {
    const end = leb128End(bytes, at, length);
    if (end < 0) return false;
    const count = leb128At(bytes, at, end);
    if (count === 0 || sequence > next - count) return held;
    next -= count;
    held = !held;
    at = end;
  }
  return false;
}
