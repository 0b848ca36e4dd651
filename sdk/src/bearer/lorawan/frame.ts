/**
 * LoRaWAN 1.0.4 data frames (TS001-1.0.4 section 4): build, check, encrypt. Little-endian on the air.
 *
 *   MHDR (1) | DevAddr (4) | FCtrl (1) | FCnt (2) | FOpts (0..15) | FPort (0..1) | FRMPayload | MIC (4)
 *
 * Device and network server use the same code, in the two directions.
 */
import type { BlockCipher } from "../../crypto/block.ts";
import { type Cmac, cmac } from "../../crypto/cmac.ts";
import { copyBytes, fillBytes, sameBytes } from "../../lang/bytes.ts";
import { allocBytes, type Bytes } from "../../lang/intrinsics.ts";
import { CORRUPT, FORGED, OK, OUT_OF_RANGE, type Result } from "../../lang/result.ts";

/** Message types (section 4.2.1). */
export const UNCONFIRMED_UP: number = 2;
export const UNCONFIRMED_DOWN: number = 3;
export const CONFIRMED_UP: number = 4;
export const CONFIRMED_DOWN: number = 5;

/** The port of sealed records up and of acknowledgements down. */
export const RECORD_PORT = 11;

/** Directions in B0 and the A blocks. */
export const UPLINK = 0;
export const DOWNLINK = 1;

/** What a frame adds to its payload: MHDR, DevAddr, FCtrl, FCnt, FPort, MIC. */
export const FRAME_OVERHEAD = 13;
export const MAX_FRAME_BYTES = 255;
export const MAX_PAYLOAD_BYTES = 242;

const MAJOR_R1 = 0;
/** Bits of FCtrl (section 4.3.1): what `control` holds; a downlink has FPending in the place of ClassB. */
export const ADR_BIT = 0x80;
export const ADR_ACK_REQUEST_BIT = 0x40;
const CONTROL_BITS = 0xd0;
const ACK_BIT = 0x20;
/** MAC commands that may stand in a frame header. */
export const FOPTS_BYTES = 15;
const FOPTS_MASK = 0x0f;
const HEADER_BYTES = 8;
const MIC_BYTES = 4;
const BLOCK_BYTES = 16;

export interface DataFrame {
  type: number;
  /** As int32. */
  deviceAddress: number;
  acknowledges: boolean;
  /** The other bits of FCtrl. */
  control: number;
  /** FOpts: MAC commands in the clear, `options[0..optionsLength)`. */
  options: Bytes;
  optionsLength: number;
  /** Low 16 bits of the frame counter as sent; all 32 bits once `openFrame` has checked the frame. */
  counter: number;
  /** -1 without one. */
  port: number;
  /** `payload[payloadAt..payloadAt + payloadLength)`. */
  payload: Bytes;
  payloadAt: number;
  payloadLength: number;
}

/** A frame with room for a payload of that many octets, at most what a frame carries. `options`: room for FOpts, its own if not given. */
export function newFrame(payloadBytes: number, options?: Bytes): DataFrame {
  return {
    type: UNCONFIRMED_UP,
    deviceAddress: 0,
    acknowledges: false,
    control: 0,
    options: options === undefined ? allocBytes(FOPTS_BYTES) : options,
    optionsLength: 0,
    counter: 0,
    port: -1,
    payload: allocBytes(payloadBytes),
    payloadAt: 0,
    payloadLength: 0,
  };
}

/** Writes the 32 bits of `value`, least significant octet first. */
export function putLittle(into: Bytes, at: number, value: number): void {
  into[at] = value & 255;
  into[at + 1] = (value >> 8) & 255;
  into[at + 2] = (value >> 16) & 255;
  into[at + 3] = (value >> 24) & 255;
}

function directionOf(type: number): number {
  return type === UNCONFIRMED_DOWN || type === CONFIRMED_DOWN ? DOWNLINK : UPLINK;
}

/** Encrypts and checks the frames of one activated session. */
export interface FrameCodec {
  /** Builds a frame to `into`; answers its length. The payload must leave room for `FRAME_OVERHEAD` in 255 octets. */
  readonly build: (frame: DataFrame, into: Bytes) => number;
  /**
   * Checks the code of the frame that `parseFrame` or `frameInPlace` read from `bytes`, with the 32-bit counter that the receiver
   * expects, and decrypts its payload. `FORGED` when the code does not match.
   */
  readonly open: (frame: DataFrame, bytes: Bytes, length: number, counter: number) => Result;
}

/** A codec under the session keys NwkSKey (codes) and AppSKey (payloads). */
export function frameCodec(network: BlockCipher, application: BlockCipher): FrameCodec {
  const code: Cmac = cmac(network);
  const block = allocBytes(BLOCK_BYTES);

  /** B0 (section 4.4) and A_i (section 4.3.3.1) differ in their first and last octet only. */
  function putBlock(into: Bytes, first: number, frame: DataFrame, counter: number, last: number): void {
    fillBytes(into, 0, BLOCK_BYTES, 0);
    into[0] = first & 255;
    into[5] = directionOf(frame.type) & 255;
    putLittle(into, 6, frame.deviceAddress);
    putLittle(into, 10, counter);
    into[15] = last & 255;
  }

  /** The code over B0 and `bytes[0..length)`, in `block[0..4)`. */
  function authenticate(frame: DataFrame, counter: number, bytes: Bytes, length: number): void {
    putBlock(block, 0x49, frame, counter, length);
    code(bytes, length, block, block);
  }

  /** Encrypts or decrypts in place; port 0 carries MAC commands under the network key (section 4.3.3). */
  function crypt(frame: DataFrame, counter: number, bytes: Bytes, at: number, length: number): void {
    for (let from = 0; from < length; from += BLOCK_BYTES) {
      putBlock(block, 0x01, frame, counter, (from >> 4) + 1);
      if (frame.port === 0) network(block);
      else application(block);
      const start = at + from;
      const count = length - from < BLOCK_BYTES ? length - from : BLOCK_BYTES;
      for (let i = 0; i < count; i++) bytes[start + i] = bytes[start + i] ^ block[i];
    }
  }

  return {
    build: (frame, into) => {
      into[0] = ((frame.type << 5) | MAJOR_R1) & 255;
      putLittle(into, 1, frame.deviceAddress);
      into[5] = (frame.control | (frame.acknowledges ? ACK_BIT : 0) | frame.optionsLength) & 255;
      into[6] = frame.counter & 255;
      into[7] = (frame.counter >> 8) & 255;
      copyBytes(frame.options, 0, into, HEADER_BYTES, frame.optionsLength);
      let length = HEADER_BYTES + frame.optionsLength;
      if (frame.port >= 0) {
        into[length] = frame.port & 255;
        copyBytes(frame.payload, frame.payloadAt, into, length + 1, frame.payloadLength);
        crypt(frame, frame.counter, into, length + 1, frame.payloadLength);
        length += 1 + frame.payloadLength;
      }
      authenticate(frame, frame.counter, into, length);
      copyBytes(block, 0, into, length, MIC_BYTES);
      return length + MIC_BYTES;
    },
    open: (frame, bytes, length, counter) => {
      authenticate(frame, counter, bytes, length - MIC_BYTES);
      if (!sameBytes(block, 0, bytes, length - MIC_BYTES, MIC_BYTES)) return FORGED;
      frame.counter = counter;
      crypt(frame, counter, frame.payload, frame.payloadAt, frame.payloadLength);
      return OK;
    },
  };
}

/** Reads the fields of a data frame; its payload, still encrypted, stays where it is. `CORRUPT` for what is none. */
export function frameInPlace(bytes: Bytes, length: number, frame: DataFrame): Result {
  if (length < HEADER_BYTES + MIC_BYTES || length > bytes.length || length > MAX_FRAME_BYTES) return CORRUPT;
  frame.type = bytes[0] >>> 5;
  if (frame.type < UNCONFIRMED_UP || frame.type > CONFIRMED_DOWN || (bytes[0] & 31) !== MAJOR_R1) return CORRUPT;
  frame.deviceAddress = bytes[1] | (bytes[2] << 8) | (bytes[3] << 16) | (bytes[4] << 24);
  frame.acknowledges = (bytes[5] & ACK_BIT) !== 0;
  frame.control = bytes[5] & CONTROL_BITS;
  frame.counter = bytes[6] | (bytes[7] << 8);
  frame.optionsLength = bytes[5] & FOPTS_MASK;
  const portAt = HEADER_BYTES + frame.optionsLength;
  const end = length - MIC_BYTES;
  if (portAt > end) return CORRUPT;
  copyBytes(bytes, HEADER_BYTES, frame.options, 0, frame.optionsLength);
  frame.port = portAt < end ? bytes[portAt] : -1;
  frame.payload = bytes;
  frame.payloadAt = portAt + 1;
  frame.payloadLength = portAt < end ? end - portAt - 1 : 0;
  return OK;
}

/** Reads a data frame and copies its payload, still encrypted. `CORRUPT`, `OUT_OF_RANGE` for a payload longer than `frame` has room for. */
export function parseFrame(bytes: Bytes, length: number, frame: DataFrame): Result {
  const own = frame.payload;
  const result = frameInPlace(bytes, length, frame);
  frame.payload = own;
  if (result !== OK) return result;
  if (frame.payloadLength > own.length) return OUT_OF_RANGE;
  copyBytes(bytes, frame.payloadAt, own, 0, frame.payloadLength);
  frame.payloadAt = 0;
  return OK;
}

/**
 * The 32-bit counter that the 16 bits of a frame stand for: the next one above `last` (-1: none yet) with these low bits
 * (section 4.3.1.5). It wraps after 2^31 frames, more than a device sends in its life.
 */
export function fullCounter(low: number, last: number): number {
  const candidate = last < 0 ? low : (last & ~0xffff) | low;
  return candidate > last ? candidate : candidate + 0x10000;
}
