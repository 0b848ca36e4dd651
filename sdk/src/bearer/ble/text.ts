/** A characteristic that is a text. */
import { type Bytes, charCode, textLength } from "../../lang/intrinsics.ts";
import { type Characteristic, MAX_VALUE, READ } from "./gatt.ts";

/** Writes `text`, as much of it as fits `room`; answers how many octets. */
export function putText(into: Bytes, at: number, room: number, text: string): number {
  const size = textLength(text) < room ? textLength(text) : room;
  for (let i = 0; i < size; i++) into[at + i] = charCode(text, i) & 255;
  return size;
}

/** ASCII; what is longer than `MAX_VALUE` is cut there. */
export function textCharacteristic(uuid: number, text: string): Characteristic {
  return { uuid, properties: READ, read: (into) => putText(into, 0, MAX_VALUE, text) };
}
