/** What a device says while it waits for a central (Core Specification Supplement 10, part A 1): flags, services, its name. */
import { type Bytes, textLength } from "../../lang/intrinsics.ts";
import { putText } from "./text.ts";
import { putUuid } from "./uuid.ts";

/** Octets of an advertisement. */
export const MAX_ADVERTISEMENT = 31;
const FLAGS = 0x01;
/** LE General Discoverable, no BR/EDR. */
const DISCOVERABLE = 0x06;
const LONG_UUIDS = 0x07;
const SHORT_NAME = 0x08;
const WHOLE_NAME = 0x09;

/** Writes the advertisement of a service with a UUID of our own; of the name as much as fits. Answers its length. */
export function putAdvertisement(into: Bytes, service: number, name: string): number {
  into[0] = 2;
  into[1] = FLAGS;
  into[2] = DISCOVERABLE;
  into[4] = LONG_UUIDS;
  const end = putUuid(into, 5, service);
  into[3] = (end - 4) & 255;
  const length = putText(into, end + 2, MAX_ADVERTISEMENT - end - 2, name);
  into[end] = (length + 1) & 255;
  into[end + 1] = length < textLength(name) ? SHORT_NAME : WHOLE_NAME;
  return end + 2 + length;
}
