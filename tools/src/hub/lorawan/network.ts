/** The LoRaWAN network server of one device: checks what comes up, builds what goes down. */
import {
  CONFIRMED_UP,
  frameCodec,
  fullCounter,
  MAX_PAYLOAD_BYTES,
  newFrame,
  parseFrame,
  UNCONFIRMED_DOWN,
  UNCONFIRMED_UP,
} from "@songbai/sdk/bearer/lorawan/frame";
import { RECORD_PORT } from "@songbai/sdk/bearer/lorawan/lorawan";
import { aes128 } from "@songbai/sdk/crypto/aes";
import { OK } from "@songbai/sdk/lang/result";
import type { EnrolledDevice } from "../store/device.ts";

const MAX_DOWNLINK_BYTES = 64;
/** Where MHDR, DevAddr (little-endian) stand in a data frame. */
const ADDRESS_AT = 1;
const ADDRESS_END = 5;

export type Uplink =
  | { readonly payload: Uint8Array; readonly confirmed: boolean; readonly port: number }
  | { readonly rejected: string };

export interface Network {
  readonly device: EnrolledDevice;
  /** Checks a frame and takes its payload out, or says in a sentence why not. */
  readonly open: (frame: Uint8Array) => Uplink;
  /** Takes a frame counter for a downlink; it must be stored before the frame leaves. */
  readonly takeCounter: () => number;
  /** The frame that acknowledges an uplink, with a payload for the device. */
  readonly acknowledgement: (counter: number, payload: Uint8Array) => Uint8Array;
  /** Counters: of the last frame up, of the next down. */
  readonly counters: () => readonly [up: number, down: number];
}

/** The device address that a frame names, int32; `undefined` when it is too short to name one. */
export function addressOf(frame: Uint8Array): number | undefined {
  if (frame.length < ADDRESS_END) return undefined;
  return new DataView(frame.buffer, frame.byteOffset).getInt32(ADDRESS_AT, true);
}

export function network(device: EnrolledDevice): Network {
  const codec = frameCodec(aes128(device.networkKey), aes128(device.applicationKey));
  const up = newFrame(MAX_PAYLOAD_BYTES);
  const down = newFrame(MAX_PAYLOAD_BYTES);
  let lastUp = device.frameUp;
  let nextDown = device.frameDown;

  return {
    device,
    open(frame) {
      if (parseFrame(frame, frame.length, up) !== OK || (up.type !== UNCONFIRMED_UP && up.type !== CONFIRMED_UP)) {
        return { rejected: "the frame is no LoRaWAN data uplink" };
      }
      const low = up.counter;
      const counter = fullCounter(low, lastUp);
      if (codec.open(up, frame, frame.length, counter) !== OK) {
        const earlier = counter - 0x10000;
        const replayed = earlier >= 0 && codec.open(up, frame, frame.length, earlier) === OK;
        return { rejected: replayed ? `frame ${earlier} was seen before` : "the frame fails its integrity code (MIC)" };
      }
      lastUp = counter;
      return {
        payload: (up.payload as Uint8Array).slice(0, up.payloadLength),
        confirmed: up.type === CONFIRMED_UP,
        port: up.port,
      };
    },
    takeCounter: () => nextDown++,
    acknowledgement(counter, payload) {
      const bytes = new Uint8Array(MAX_DOWNLINK_BYTES);
      down.type = UNCONFIRMED_DOWN;
      down.deviceAddress = device.deviceAddress;
      down.acknowledges = true;
      down.counter = counter;
      down.port = payload.length === 0 ? -1 : RECORD_PORT;
      (down.payload as Uint8Array).set(payload);
      down.payloadLength = payload.length;
      return bytes.slice(0, codec.build(down, bytes));
    },
    counters: () => [lastUp, nextDown],
  };
}
