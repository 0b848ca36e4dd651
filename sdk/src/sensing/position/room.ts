/** In which room the wearer is, by the beacons of the home: each room's loudest, smoothed, and no change for a little louder. */
import { allocInts } from "../../lang/intrinsics.ts";
import { CLEAR, INCONSISTENT, STARTING, WEAK } from "../doubt.ts";
import { type Reading, UNKNOWN } from "../reading.ts";

export interface Rooms {
  /** Heard beacon number `beacon` at `rssi` dBm, at `atMs` of a clock that only goes forward. */
  readonly heard: (beacon: number, rssi: number, atMs: number) => void;
  /** The room at `atMs`: `value` is its number. */
  readonly where: (atMs: number) => Reading;
}

/** A beacon that was not heard for so long is out of reach. */
const GONE_MS = 10000;
/** Weaker than this is the neighbour's flat. */
const WEAKEST_DBM = -95;
/** Another room must be so much louder: a hand between two antennas takes 5 dB and more. */
const LOUDER_DB = 6;
const NEVER = -1;

/** `roomOf` says for each beacon the number of its room, 0 or more. Smoothing: a quarter of each new value. */
export function rooms(roomOf: readonly number[]): Rooms {
  const reading: Reading = { value: UNKNOWN, quality: 0, doubt: STARTING };
  /** dBm x 16, and when it was heard last. */
  const levels = allocInts(roomOf.length);
  const heardMs = allocInts(roomOf.length);
  for (let i = 0; i < roomOf.length; i++) heardMs[i] = NEVER;
  let current = UNKNOWN;

  function isNear(beacon: number, atMs: number): boolean {
    return heardMs[beacon] !== NEVER && atMs - heardMs[beacon] <= GONE_MS && levels[beacon] >= WEAKEST_DBM * 16;
  }

  /** The loudest beacon in reach that is, or is not, of room `room`; -1 without one. */
  function loudest(atMs: number, room: number, same: boolean): number {
    let best = -1;
    for (let i = 0; i < roomOf.length; i++) {
      if (!isNear(i, atMs) || (roomOf[i] === room) !== same) continue;
      if (best < 0 || levels[i] > levels[best]) best = i;
    }
    return best;
  }

  function unknown(doubt: number): Reading {
    current = UNKNOWN;
    reading.value = UNKNOWN;
    reading.quality = 0;
    reading.doubt = doubt;
    return reading;
  }

  function anyHeard(): boolean {
    for (let i = 0; i < roomOf.length; i++) if (heardMs[i] !== NEVER) return true;
    return false;
  }

  return {
    heard: (beacon, rssi, atMs) => {
      if (beacon < 0 || beacon >= roomOf.length || rssi >= 0 || rssi < -127) return;
      const silent = heardMs[beacon] === NEVER || atMs - heardMs[beacon] > GONE_MS;
      levels[beacon] = silent ? rssi * 16 : levels[beacon] + ((rssi * 16 - levels[beacon]) >> 2);
      heardMs[beacon] = atMs;
    },
    where: (atMs) => {
      const here = current === UNKNOWN ? -1 : loudest(atMs, current, true);
      const there = loudest(atMs, current, false);
      if (here < 0 && there < 0) return unknown(anyHeard() ? WEAK : STARTING);
      let best = here;
      if (here < 0 || (there >= 0 && levels[there] - levels[here] >= LOUDER_DB * 16)) best = there;
      const room = roomOf[best];
      const rival = loudest(atMs, room, false);
      const margin = rival < 0 ? LOUDER_DB * 32 : levels[best] - levels[rival];
      // Just come into reach between two rooms: either would be a guess.
      if (here < 0 && margin < 32) return unknown(INCONSISTENT);
      current = room;
      reading.value = room;
      reading.doubt = CLEAR;
      reading.quality = margin >= LOUDER_DB * 32 ? 95 : margin <= 0 ? 50 : 50 + ((margin * 45) >> 8);
      return reading;
    },
  };
}
