/** The LoRaWAN network server of one device: checks what comes up, answers what must be answered. */
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
import { aes128 } from "@songbai/sdk/crypto/aes";
import { OK } from "@songbai/sdk/lang/result";
import type { Credentials } from "../provision/demo.ts";

const MAX_DOWNLINK_BYTES = 64;

export type Uplink =
  | { readonly payload: Uint8Array; readonly confirmed: boolean; readonly port: number }
  | { readonly rejected: string };

export interface Network {
  /** Checks a frame and takes its payload out, or says in a sentence why not. */
  open(frame: Uint8Array): Uplink;
  /** The acknowledgement of the frame opened last. */
  acknowledgement(): Uint8Array;
}

export function network(credentials: Credentials): Network {
  const codec = frameCodec(aes128(credentials.networkKey), aes128(credentials.applicationKey));
  const up = newFrame(MAX_PAYLOAD_BYTES);
  const down = newFrame(MAX_PAYLOAD_BYTES);
  let lastUp = -1;
  let nextDown = 0;

  return {
    open(frame) {
      if (parseFrame(frame, frame.length, up) !== OK || (up.type !== UNCONFIRMED_UP && up.type !== CONFIRMED_UP)) {
        return { rejected: "the frame is no LoRaWAN data uplink" };
      }
      if (up.deviceAddress !== credentials.deviceAddress) {
        return { rejected: "the frame comes from a device address that is not enrolled" };
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
    acknowledgement() {
      const bytes = new Uint8Array(MAX_DOWNLINK_BYTES);
      down.type = UNCONFIRMED_DOWN;
      down.deviceAddress = credentials.deviceAddress;
      down.acknowledges = true;
      down.counter = nextDown++;
      return bytes.slice(0, codec.build(down, bytes));
    },
  };
}
