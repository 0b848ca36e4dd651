import type { Bytes } from "../../lang/intrinsics.ts";
import type { Result } from "../../lang/result.ts";

/** Sends octets over the modem's socket; `BUSY` until the session's `sent` was called. They are the modem's until then. */
export type SocketSend = (octets: Bytes, length: number) => Result;

/** What a session tells. It tells nothing after `onFailed` or `onEnded`, until it is opened again. */
export interface SessionEvents {
  /** Records may go. */
  readonly onUp: () => void;
  /** The record is no longer under way: the far end has answered, or will not. What the hub holds comes by `onDown`, before this. */
  readonly onSettled: () => void;
  /** `octets[0..length)` came down; for this call only. */
  readonly onDown: (octets: Bytes, length: number) => void;
  /** The socket is worth nothing. `refused`: the far end wants nothing of this device, and trying again soon changes nothing. */
  readonly onFailed: (refused: boolean) => void;
  /** It has said goodbye. */
  readonly onEnded: () => void;
}

/** A protocol over one socket: MQTT over a stream, CoAP over datagrams. Nothing is allocated for what is sent or comes. */
export interface Session {
  /** The socket is open: goes to work. */
  readonly opened: () => void;
  /** What came; of a datagram socket one datagram. */
  readonly data: (octets: Bytes, length: number) => void;
  /** The octets given to `SocketSend` are out. */
  readonly sent: () => void;
  /** The socket is gone: forgets what was under way, and tells nothing. */
  readonly closed: () => void;
  /** Longest record that may go now. */
  readonly maxPayload: () => number;
  /** Sends a record, which stays untouched until `onSettled`. `BUSY`: another one is under way, or the session is not up. */
  readonly send: (record: Bytes, length: number) => Result;
  /** Says goodbye. */
  readonly end: () => void;
}

/** Octets that may come down in one message: a command frame (`record/command.ts`), in whatever suite. */
export const MAX_DOWN = 64;
/** Octets that a modem takes at a time. */
export const MAX_SEND = 512;
