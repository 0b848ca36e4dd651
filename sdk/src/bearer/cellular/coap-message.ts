/**
 * CoAP messages (RFC 7252 section 3) with the options of block-wise transfer (RFC 7959).
 *
 *   version 1, type, token length (1) | code (1) | message id (2) | token (0..8) | options | 255 | payload
 */
import { copyBytes, getUint16, putUint16 } from "../../lang/bytes.ts";
import { type Bytes, charCode, textLength } from "../../lang/intrinsics.ts";
import { CORRUPT, OK, type Result } from "../../lang/result.ts";

/** Types, as they stand in the first octet. */
export const CON = 0x40;
export const NON = 0x50;
export const ACK = 0x60;
export const RST = 0x70;

/** Codes: class * 32 + detail. */
export const EMPTY = 0x00;
export const POST = 0x02;
export const CONTINUE = 0x5f;
export const UNAUTHORIZED = 0x81;
export const FORBIDDEN = 0x83;
export const TOO_LARGE = 0x8d;

/** Options that are used. */
export const URI_PATH = 11;
export const CONTENT_FORMAT = 12;
export const BLOCK2 = 23;
export const BLOCK1 = 27;
/** application/octet-stream. */
export const OCTET_STREAM = 42;

export const TOKEN_BYTES = 4;
const HEADER_BYTES = 4;
const PAYLOAD_MARKER = 255;

/** What a message says; offsets are into the octets it was read from. */
export interface CoapMessage {
  /** `CON`, `NON`, `ACK` or `RST`. */
  type: number;
  code: number;
  id: number;
  tokenLength: number;
  /** Values of the block options, number * 16 + more * 8 + size exponent; -1 without. */
  block1: number;
  block2: number;
  /** It holds a critical option that is not understood here: it must not be taken (section 5.4.1). */
  strange: boolean;
  payloadAt: number;
  payloadLength: number;
}

export function newMessage(): CoapMessage {
  return {
    type: CON,
    code: EMPTY,
    id: 0,
    tokenLength: 0,
    block1: -1,
    block2: -1,
    strange: false,
    payloadAt: 0,
    payloadLength: 0,
  };
}

/** A block option's value, 0 to 3 octets; `CORRUPT` when it is longer or of the reserved size. */
function blockValue(bytes: Bytes, at: number, length: number): number {
  if (length > 3) return CORRUPT;
  let value = 0;
  for (let i = 0; i < length; i++) value = (value << 8) | bytes[at + i];
  return (value & 7) === 7 ? CORRUPT : value;
}

/** Notes an option; `CORRUPT` when its value is none. */
function note(message: CoapMessage, option: number, bytes: Bytes, at: number, length: number): Result {
  if (option !== BLOCK1 && option !== BLOCK2) {
    if ((option & 1) === 1) message.strange = true;
    return OK;
  }
  const value = blockValue(bytes, at, length);
  if (value < 0) return CORRUPT;
  // An option that must not be repeated counts as one that is not understood where it is (section 5.4.5).
  if (option === BLOCK1 ? message.block1 >= 0 : message.block2 >= 0) message.strange = true;
  else if (option === BLOCK1) message.block1 = value;
  else message.block2 = value;
  return OK;
}

/** Octets that a nibble of an option's head has behind the head; -1 for the one that is kept free. */
function extended(nibble: number): number {
  return nibble < 13 ? 0 : nibble === 15 ? -1 : nibble - 12;
}

/** What such a nibble stands for (section 3.1). */
function nibbleValue(nibble: number, bytes: Bytes, at: number): number {
  if (nibble < 13) return nibble;
  return nibble === 13 ? bytes[at] + 13 : getUint16(bytes, at) + 269;
}

/** Reads `bytes[0..length)` into `message`; `CORRUPT` when it is no message of version 1. */
export function parseMessage(bytes: Bytes, length: number, message: CoapMessage): Result {
  if (length < HEADER_BYTES || (bytes[0] & 0xc0) !== 0x40) return CORRUPT;
  const tokenLength = bytes[0] & 15;
  message.type = bytes[0] & 0xf0;
  message.code = bytes[1];
  message.id = getUint16(bytes, 2);
  message.tokenLength = tokenLength;
  message.block1 = -1;
  message.block2 = -1;
  message.strange = false;
  message.payloadAt = length;
  message.payloadLength = 0;
  if (tokenLength > 8 || HEADER_BYTES + tokenLength > length) return CORRUPT;
  // Empty is four octets and no more (section 4.1); classes 1, 6 and 7 are kept free (section 12.1).
  if (message.code === EMPTY) return length === HEADER_BYTES ? OK : CORRUPT;
  const kind = message.code >> 5;
  if (kind === 1 || kind > 5 || message.type === RST) return CORRUPT;
  let at = HEADER_BYTES + tokenLength;
  let option = 0;
  while (at < length) {
    const head = bytes[at];
    at += 1;
    if (head === PAYLOAD_MARKER) {
      message.payloadAt = at;
      message.payloadLength = length - at;
      return at < length ? OK : CORRUPT;
    }
    const deltaOctets = extended(head >> 4);
    const sizeOctets = extended(head & 15);
    if (deltaOctets < 0 || sizeOctets < 0 || at + deltaOctets + sizeOctets > length) return CORRUPT;
    option += nibbleValue(head >> 4, bytes, at);
    const size = nibbleValue(head & 15, bytes, at + deltaOctets);
    at += deltaOctets + sizeOctets;
    if (option > 65535 || at + size > length || note(message, option, bytes, at, size) !== OK) return CORRUPT;
    at += size;
  }
  return OK;
}

/** Writes a message without token and options: an acknowledgement or a reset. Answers its length. */
export function putEmpty(into: Bytes, type: number, id: number): number {
  into[0] = type & 255;
  into[1] = EMPTY;
  putUint16(into, 2, id);
  return HEADER_BYTES;
}

/** Writes header and token; answers where options begin. */
export function putHead(into: Bytes, code: number, id: number, token: Bytes): number {
  into[0] = CON | TOKEN_BYTES;
  into[1] = code & 255;
  putUint16(into, 2, id);
  copyBytes(token, 0, into, HEADER_BYTES, TOKEN_BYTES);
  return HEADER_BYTES + TOKEN_BYTES;
}

/** Writes the head of an option, at most 24 above the one before it and at most 268 octets long; answers where its value begins. */
function putOption(into: Bytes, at: number, delta: number, length: number): number {
  const deltaNibble = delta < 13 ? delta : 13;
  const lengthNibble = length < 13 ? length : 13;
  into[at] = ((deltaNibble << 4) | lengthNibble) & 255;
  let next = at + 1;
  if (delta >= 13) {
    into[next] = (delta - 13) & 255;
    next += 1;
  }
  if (length >= 13) {
    into[next] = (length - 13) & 255;
    next += 1;
  }
  return next;
}

/** An option that is an ASCII text. */
export function putTextOption(into: Bytes, at: number, delta: number, text: string): number {
  const length = textLength(text);
  const begin = putOption(into, at, delta, length);
  for (let i = 0; i < length; i++) into[begin + i] = charCode(text, i) & 255;
  return begin + length;
}

/** An option that is a number below 2^24, in as few octets as it takes. */
export function putNumberOption(into: Bytes, at: number, delta: number, value: number): number {
  const length = value === 0 ? 0 : value < 256 ? 1 : value < 65536 ? 2 : 3;
  let next = putOption(into, at, delta, length);
  if (length > 2) {
    into[next] = (value >> 16) & 255;
    next += 1;
  }
  if (length > 1) {
    into[next] = (value >> 8) & 255;
    next += 1;
  }
  if (length > 0) {
    into[next] = value & 255;
    next += 1;
  }
  return next;
}

/** The payload with its marker; answers the message's length. */
export function putPayload(into: Bytes, at: number, from: Bytes, fromAt: number, length: number): number {
  if (length === 0) return at;
  into[at] = PAYLOAD_MARKER;
  copyBytes(from, fromAt, into, at + 1, length);
  return at + 1 + length;
}
