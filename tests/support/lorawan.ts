/** What the demo device of seed 1 sends over LoRaWAN. */
import { CONFIRMED_UP, type DataFrame, frameCodec, newFrame, RECORD_PORT } from "@songbai/sdk/bearer/lorawan/frame";
import { aes128 } from "@songbai/sdk/crypto/aes";
import { sender } from "./fleet.ts";

export const WANG = sender(1);

/** A confirmed frame up. */
export function dataFrame(payload: Uint8Array, counter: number): Uint8Array {
  const { deviceAddress, networkKey, applicationKey } = WANG.credentials;
  const frame: DataFrame = { ...newFrame(242), type: CONFIRMED_UP, deviceAddress, counter, port: RECORD_PORT };
  (frame.payload as Uint8Array).set(payload);
  frame.payloadLength = payload.length;
  const bytes = new Uint8Array(255);
  return bytes.slice(0, frameCodec(aes128(networkKey), aes128(applicationKey)).build(frame, bytes));
}
