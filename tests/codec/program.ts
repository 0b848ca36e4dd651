// Portable TypeScript, run on every runtime by the tests beside it.
import {
  ARRAY,
  intOf,
  isNull,
  isTrue,
  MAP,
  NEGATIVE,
  newHead,
  OCTETS,
  putArray,
  putBoolean,
  putHead,
  putInt,
  putMap,
  putNull,
  putOctets,
  readHead,
  skipItem,
  TEXT,
  UNSIGNED,
} from "@songbai/sdk/codec/cbor";
import { crc32c } from "@songbai/sdk/codec/crc32c";
import { copyBytes } from "@songbai/sdk/lang/bytes";
import { type Bytes, decimal } from "@songbai/sdk/lang/intrinsics";
import { hexOf, octetsOf, wordsOf } from "../support/words.ts";

const head = newHead();
let to = 0;

/** Reads a sound item and writes it again to `into[to..]`; answers the position after it. */
function copyItem(from: Bytes, at: number, end: number, into: Bytes): number {
  let next = readHead(from, at, end, head);
  const major = head.major;
  const argument = head.argument;
  if (major === UNSIGNED && argument < 0) to = putHead(into, to, major, argument);
  else if (major === UNSIGNED || (major === NEGATIVE && argument >= 0)) to = putInt(into, to, intOf(head));
  else if (major === NEGATIVE) to = putHead(into, to, major, argument);
  else if (major === OCTETS) to = putOctets(into, to, from, next, argument);
  else if (major === TEXT) {
    to = putHead(into, to, major, argument);
    copyBytes(from, next, into, to, argument);
    to += argument;
  } else if (major === ARRAY) to = putArray(into, to, argument);
  else if (major === MAP) to = putMap(into, to, argument);
  else if (isNull(head)) to = putNull(into, to);
  else to = putBoolean(into, to, isTrue(head));
  if (major === OCTETS || major === TEXT) return next + argument;
  const items = major === ARRAY ? argument : major === MAP ? argument + argument : 0;
  for (let i = 0; i < items; i++) next = copyItem(from, next, end, into);
  return next;
}

/**
 *   crc OCTETS    their CRC-32C, decimal
 *   item OCTETS   where the item ends, or why it is refused, and what it is when read and written again
 */
export function receive(line: string): string {
  const words = wordsOf(line);
  const octets = octetsOf(words[1], 0);
  if (words[0] === "crc") return decimal(crc32c(0, octets, 0, octets.length));
  const end = skipItem(octets, 0, octets.length);
  if (end < 0) return decimal(end);
  const copy = octetsOf("-", end + 8);
  to = 0;
  copyItem(octets, 0, end, copy);
  return `${decimal(end)} ${hexOf(copy, to)}`;
}
