// A portable program around the room `position`: what tests/sensing/position.test.ts feeds on every runtime.
import { allocBytes, charCode, decimal, textLength, textSlice } from "@songbai/sdk/lang/intrinsics";
import { geofence } from "@songbai/sdk/sensing/position/geofence";
import { nmeaReader } from "@songbai/sdk/sensing/position/nmea";
import { rooms } from "@songbai/sdk/sensing/position/room";
import { scan } from "@songbai/sdk/sensing/position/scan";

const reader = nmeaReader();
let crossed = "";
const fences = geofence(
  [
    { latitude: 399042000, longitude: 1164074000, radiusM: 200 },
    { latitude: 399042000, longitude: 1164074000, radiusM: 0, corners: [-300, -100, 300, -100, 300, 100, 0, 10, -300, 100] },
  ],
  (fence, side) => {
    crossed += decimal(fence) + (side === 1 ? "in" : "out");
  },
);
const places = rooms([0, 0, 1, 2]);
const heard = scan(3);
const octets = allocBytes(64);

/** "$…" a sentence; "r" and three characters: a beacon, its level, seconds; "w" and characters: an access point. */
export function receive(line: string): string {
  const kind = charCode(line, 0);
  crossed = "";
  if (kind === 36) {
    const { fix } = reader;
    if (!reader.read(line)) return "-";
    fences.feed(fix);
    return `${decimal(fix.latitude)} ${decimal(fix.longitude)} ${decimal(fix.accuracyM)} ${decimal(fix.timeS)} ${crossed}`;
  }
  if (kind === 114) {
    const atMs = (charCode(line, 3) - 48) * 1000;
    places.heard(charCode(line, 1) - 48, -charCode(line, 2), atMs);
    const { value, quality, doubt } = places.where(atMs);
    return `${decimal(value)} ${decimal(quality)} ${decimal(doubt)}`;
  }
  for (let i = 0; i < 6; i++) octets[i] = charCode(textSlice(line, 1, textLength(line)), i) & 252;
  heard.wifi(octets, 0, -charCode(line, 7), false);
  heard.cell(460, charCode(line, 1), charCode(line, 2), charCode(line, 3), -charCode(line, 4));
  const length = heard.write(octets, 0, 40);
  let text = "";
  for (let i = 0; i < length; i++) text += `${decimal(octets[i])},`;
  return text;
}
