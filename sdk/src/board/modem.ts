import type { Bytes } from "../lang/intrinsics.ts";
import type { Result } from "../lang/result.ts";

/** What a modem tells the device. */
export interface ModemEvents {
  /** The network has taken the device in, or it is out of coverage. */
  readonly onAttached: (attached: boolean) => void;
  /** The socket is open; `false`: it could not be opened, or has been closed by anybody but the device. */
  readonly onOpen: (open: boolean) => void;
  /**
   * That many octets have come, in those that `start` was given. A stream comes in pieces, the next one when this has returned; a datagram
   * comes whole, or not at all where it is longer.
   */
  readonly onData: (length: number) => void;
  /** What was sent last has been taken: there is room for more. */
  readonly onSent: () => void;
}

/** A cellular modem with one socket. */
export interface Modem {
  /** `into`: as many octets as the device takes at a time. */
  readonly start: (into: Bytes, events: ModemEvents) => Result;
  /** Switches the radio on and registers, or leaves the network. On already and not registered: searches now, whatever it would rest. */
  readonly attach: (on: boolean) => Result;
  /** Opens a socket to a host by name or address; `transport`: 0 TCP, 1 TLS, 2 UDP. `BUSY` while one is open, `MISSING` when not attached, `OUT_OF_RANGE`. */
  readonly open: (transport: number, host: string, port: number) => Result;
  /** Sends `octets[0..length)`, 1 to 512. `BUSY` until `onSent`, `MISSING` without an open socket, `OUT_OF_RANGE`. */
  readonly send: (octets: Bytes, length: number) => Result;
  /** Closes the socket; `onOpen` is not called for it. */
  readonly close: () => void;
}
