import type { Bytes } from "../lang/intrinsics.ts";
import type { Result } from "../lang/result.ts";

/** What a BLE radio tells the device. */
export interface BleEvents {
  /** A central has connected; advertising has ended with it. */
  readonly onConnect: () => void;
  readonly onDisconnect: () => void;
  /** An attribute protocol PDU of that length has come, in the octets that `start` was given. */
  readonly onPdu: (length: number) => void;
  /** The PDU sent last has left: there is room for the next. */
  readonly onSent: () => void;
}

/**
 * A Bluetooth Low Energy peripheral, one central at a time. The board has the host's lower layers (HCI, L2CAP, pairing) and hands over
 * PDUs of the attribute protocol, channel 4 (Core Specification 5.4, Vol 3, Part F); `bearer/ble` is the server above them.
 */
export interface Ble {
  /** Switches the radio on; PDUs go to `into`, which must hold the longest that the server offers as its MTU. */
  readonly start: (into: Bytes, events: BleEvents) => Result;
  /**
   * Advertises connectably with `data[0..length)`, up to 31 octets of AD structures, every `intervalMs` (20..10240; 0 stops). A
   * connection ends it. `BUSY` while connected, `OUT_OF_RANGE`.
   */
  readonly advertise: (data: Bytes, length: number, intervalMs: number) => Result;
  /** Sends `pdu[0..length)`, 1 to 247 octets. `BUSY` until `onSent`, `MISSING` without a connection, `OUT_OF_RANGE`. */
  readonly send: (pdu: Bytes, length: number) => Result;
  readonly disconnect: () => void;
  /** Security mode 1 level of the connection: 1 plain, 2 encrypted, 3 authenticated too, 4 by LE Secure Connections. */
  readonly securityLevel: () => number;
}
