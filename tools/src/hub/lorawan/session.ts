/** One LoRaWAN session at the network: checks what comes up, builds what goes down, keeps both counters. */
import {
  ADR_ACK_REQUEST_BIT,
  ADR_BIT,
  CONFIRMED_DOWN,
  CONFIRMED_UP,
  frameCodec,
  fullCounter,
  MAX_FRAME_BYTES,
  MAX_PAYLOAD_BYTES,
  newFrame,
  parseFrame,
  UNCONFIRMED_DOWN,
  UNCONFIRMED_UP,
} from "@songbai/sdk/bearer/lorawan/frame";
import { aes128 } from "@songbai/sdk/crypto/aes";
import { OK } from "@songbai/sdk/lang/result";
import type { StoredSession } from "../store/device.ts";

/** Why most frames are refused: it may be another's at the same address. */
export const FAILS_MIC = "the frame fails its integrity code (MIC)";
/** Where MHDR, DevAddr (little-endian) stand in a data frame. */
const ADDRESS_AT = 1;
const ADDRESS_END = 5;
/** FPending in FCtrl of a downlink. */
const PENDING_BIT = 0x10;
/** A frame that is repeated comes again within NbTrans windows and pauses; what comes later was recorded. */
const REPEATS_WITHIN_S = 60;

/** A data frame that is the device's. */
export interface Uplink {
  readonly counter: number;
  /** Sent again with the same counter, as NbTrans has it. */
  readonly repeated: boolean;
  readonly confirmed: boolean;
  /** The last confirmed downlink has arrived. */
  readonly acknowledges: boolean;
  /** The network may set rate and power; the device asks for any sign of it. */
  readonly adaptive: boolean;
  readonly asksForSign: boolean;
  /** MAC commands, of the header or of port 0. */
  readonly commands: Uint8Array;
  /** -1 without one. */
  readonly port: number;
  readonly payload: Uint8Array;
}

export interface DownFrame {
  readonly counter: number;
  readonly confirmed: boolean;
  readonly acknowledges: boolean;
  /** More waits for the device. */
  readonly pending: boolean;
  /** MAC commands in the header, 15 octets at most; none with port 0. */
  readonly options: Uint8Array;
  /** -1 without one. */
  readonly port: number;
  readonly payload: Uint8Array;
}

export interface NetworkSession {
  readonly stored: StoredSession;
  /** Checks a frame and takes it apart, or says in a sentence why not. `transmissions`: NbTrans that the device may have. */
  readonly open: (frame: Uint8Array, timeS: number, transmissions: number) => Uplink | { readonly rejected: string };
  /** Takes a frame counter for a downlink; it must be stored before the frame leaves. */
  readonly takeCounter: () => number;
  readonly build: (frame: DownFrame) => Uint8Array;
  /** Counters: of the last frame up, of the next down. */
  readonly counters: () => { readonly frameUp: number; readonly frameDown: number };
}

/** The device address that a frame names, int32; `undefined` when it is too short to name one. */
export function addressOf(frame: Uint8Array): number | undefined {
  if (frame.length < ADDRESS_END) return undefined;
  return new DataView(frame.buffer, frame.byteOffset).getInt32(ADDRESS_AT, true);
}

export function networkSession(stored: StoredSession): NetworkSession {
  const codec = frameCodec(aes128(stored.networkKey), aes128(stored.applicationKey));
  const up = newFrame(MAX_PAYLOAD_BYTES);
  const down = newFrame(MAX_PAYLOAD_BYTES);
  let { frameUp, frameDown } = stored;
  /** Of the last frame, if this hub has heard it: when, and how often since. */
  let heardS = Number.NEGATIVE_INFINITY;
  let repeats = 0;

  function isRepeat(counter: number, timeS: number, transmissions: number): boolean {
    return counter === frameUp && timeS - heardS <= REPEATS_WITHIN_S && repeats < transmissions - 1;
  }

  return {
    stored,
    open(frame, timeS, transmissions) {
      if (parseFrame(frame, frame.length, up) !== OK || (up.type !== UNCONFIRMED_UP && up.type !== CONFIRMED_UP)) {
        return { rejected: "the frame is no LoRaWAN data uplink" };
      }
      const counter = fullCounter(up.counter, frameUp);
      const earlier = counter - 0x10000;
      let repeated = false;
      if (codec.open(up, frame, frame.length, counter) !== OK) {
        const replayed = earlier >= 0 && codec.open(up, frame, frame.length, earlier) === OK;
        repeated = replayed && isRepeat(earlier, timeS, transmissions);
        if (!repeated) {
          return { rejected: replayed ? `frame ${earlier} was seen before` : FAILS_MIC };
        }
      }
      if (up.port === 0 && up.optionsLength > 0) return { rejected: "the frame has MAC commands in two places" };
      if (repeated) repeats++;
      else {
        frameUp = counter;
        heardS = timeS;
        repeats = 0;
      }
      const payload = (up.payload as Uint8Array).slice(0, up.payloadLength);
      return {
        counter: repeated ? earlier : counter,
        repeated,
        confirmed: up.type === CONFIRMED_UP,
        acknowledges: up.acknowledges,
        adaptive: (up.control & ADR_BIT) !== 0,
        asksForSign: (up.control & ADR_ACK_REQUEST_BIT) !== 0,
        commands: up.port === 0 ? payload : (up.options as Uint8Array).slice(0, up.optionsLength),
        port: up.port,
        payload,
      };
    },
    takeCounter: () => frameDown++,
    build({ counter, confirmed, acknowledges, pending, options, port, payload }) {
      const bytes = new Uint8Array(MAX_FRAME_BYTES);
      down.type = confirmed ? CONFIRMED_DOWN : UNCONFIRMED_DOWN;
      down.deviceAddress = stored.deviceAddress;
      down.acknowledges = acknowledges;
      // The network steers the rate of every device that lets it (TS001-1.0.4 section 4.3.1.1).
      down.control = ADR_BIT | (pending ? PENDING_BIT : 0);
      down.counter = counter;
      (down.options as Uint8Array).set(options);
      down.optionsLength = options.length;
      down.port = port;
      (down.payload as Uint8Array).set(payload);
      down.payloadLength = payload.length;
      return bytes.slice(0, codec.build(down, bytes));
    },
    counters: () => ({ frameUp, frameDown }),
  };
}
