/**
 * What a modem hears around it, for a server that knows where it stands: Wi-Fi access points and mobile cells, the loudest first, in
 * few octets. Where a place is private or moves, its access point is left out.
 */
import { allocBytes, type Bytes } from "../../lang/intrinsics.ts";

/** The kinds of an entry, its first octet. */
export const WIFI = 1;
export const CELL = 2;

/** Octets of an entry: kind, level (dBm + 256), and a BSSID or MCC, MNC, area and cell. */
export const WIFI_BYTES = 8;
export const CELL_BYTES = 12;

export interface Scan {
  /** Forgets what was heard. */
  readonly begin: () => void;
  /** An access point: six octets of `bssid` from `at`, `rssi` in dBm; `optedOut` where its name ends in `_nomap`. */
  readonly wifi: (bssid: Bytes, at: number, rssi: number, optedOut: boolean) => void;
  /** A cell: mobile country and network code, area (LAC or TAC, 16 bits), cell identity (28 bits), level in dBm. */
  readonly cell: (mcc: number, mnc: number, area: number, identity: number, rssi: number) => void;
  /** Writes the loudest entries that fit into `most` octets; answers the octets written. */
  readonly write: (into: Bytes, at: number, most: number) => number;
}

interface Entry {
  kind: number;
  rssi: number;
  readonly body: Bytes;
}

/** Keeps the `places` loudest of each kind. Allocates at the start only. */
export function scan(places: number): Scan {
  const entries: Entry[] = [];
  for (let i = 0; i < 2 * places; i++) entries.push({ kind: 0, rssi: 0, body: allocBytes(CELL_BYTES - 2) });

  function isSame(entry: Entry, body: Bytes, from: number, length: number): boolean {
    for (let i = 0; i < length; i++) if (entry.body[i] !== body[from + i]) return false;
    return true;
  }

  /** Where to keep it: what is there already, an empty place, or the quietest of its kind that is quieter; -1 for nowhere. */
  function placeFor(kind: number, rssi: number, body: Bytes, from: number, length: number): number {
    const first = kind === WIFI ? 0 : places;
    let quietest = -1;
    for (let i = first; i < first + places; i++) {
      const entry = entries[i];
      if (entry.kind !== 0 && isSame(entry, body, from, length)) return rssi > entry.rssi ? i : -1;
      if (quietest < 0 || entry.kind === 0 || entry.rssi < entries[quietest].rssi) {
        if (quietest < 0 || entries[quietest].kind !== 0) quietest = i;
      }
    }
    return entries[quietest].kind === 0 || entries[quietest].rssi < rssi ? quietest : -1;
  }

  function keep(kind: number, rssi: number, body: Bytes, from: number, length: number): void {
    if (rssi >= 0 || rssi < -255) return;
    const place = placeFor(kind, rssi, body, from, length);
    if (place < 0) return;
    const entry = entries[place];
    entry.kind = kind;
    entry.rssi = rssi;
    for (let i = 0; i < length; i++) entry.body[i] = body[from + i];
  }

  const cellBody = allocBytes(CELL_BYTES - 2);

  return {
    begin: () => {
      for (const entry of entries) entry.kind = 0;
    },
    wifi: (bssid, at, rssi, optedOut) => {
      // Bit 0: a group, no access point. Bit 1: made up by a phone or a train, here today and there tomorrow.
      if (optedOut || (bssid[at] & 3) !== 0) return;
      keep(WIFI, rssi, bssid, at, 6);
    },
    cell: (mcc, mnc, area, identity, rssi) => {
      if (mcc < 1 || mcc > 999 || mnc < 0 || mnc > 999 || area < 0 || area > 65535 || identity < 0) return;
      cellBody[0] = (mcc >> 8) & 255;
      cellBody[1] = mcc & 255;
      cellBody[2] = (mnc >> 8) & 255;
      cellBody[3] = mnc & 255;
      cellBody[4] = (area >> 8) & 255;
      cellBody[5] = area & 255;
      cellBody[6] = (identity >> 24) & 255;
      cellBody[7] = (identity >> 16) & 255;
      cellBody[8] = (identity >> 8) & 255;
      cellBody[9] = identity & 255;
      keep(CELL, rssi, cellBody, 0, CELL_BYTES - 2);
    },
    write: (into, at, most) => {
      let end = at;
      // Entries that were written are marked by the sign of their kind.
      for (;;) {
        let best = -1;
        for (let i = 0; i < entries.length; i++) {
          if (entries[i].kind > 0 && (best < 0 || entries[i].rssi > entries[best].rssi)) best = i;
        }
        if (best < 0) break;
        const entry = entries[best];
        const length = entry.kind === WIFI ? 6 : CELL_BYTES - 2;
        if (end + length + 2 - at <= most) {
          into[end] = entry.kind & 255;
          into[end + 1] = (entry.rssi + 256) & 255;
          for (let i = 0; i < length; i++) into[end + 2 + i] = entry.body[i];
          end += length + 2;
        }
        entry.kind = -entry.kind;
      }
      for (const entry of entries) if (entry.kind < 0) entry.kind = -entry.kind;
      return end - at;
    },
  };
}
