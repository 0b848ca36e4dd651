/**
 * A cellular modem on the board link.
 *
 *   events   M t 0|1          out of the network, in it
 *            O t 0|1          the socket is closed, open
 *            I t octets       data
 *            U t              what was sent last has been taken
 *   effects  m 0|1            leave the network, attach
 *            o transport port host   open a socket
 *            d octets         send
 *            q                close the socket
 */
import type { Modem, ModemEvents } from "../board/modem.ts";
import { allocBytes, type Bytes, decimal } from "../lang/intrinsics.ts";
import { BUSY, MISSING, OK } from "../lang/result.ts";
import { checkSegment, checkSocket } from "./limits.ts";
import { type LineReader, sextets } from "./line.ts";
import type { LinkPart } from "./part.ts";

const KIND_ATTACHED = 77;
const KIND_OPEN = 79;
const KIND_DATA = 73;
const KIND_TAKEN = 85;
/** A transport. */
const UDP = 2;

export function modemOnLink(reader: LineReader, effect: (line: string) => void): LinkPart<Modem> {
  let into: Bytes = allocBytes(0);
  let events: ModemEvents | undefined;
  let attached = false;
  /** A socket was asked for; it is open once the host has said so. */
  let socket = false;
  let open = false;
  let sending = false;
  let datagrams = false;

  function drop(): void {
    socket = false;
    open = false;
    sending = false;
  }

  function attach(listener: ModemEvents): void {
    attached = reader.int() === 1;
    if (!attached) drop();
    listener.onAttached(attached);
  }

  function opened(listener: ModemEvents): void {
    if (!socket) return;
    open = reader.int() === 1;
    if (!open) drop();
    listener.onOpen(open);
  }

  function data(listener: ModemEvents): void {
    if (datagrams) {
      const length = reader.octets(into);
      if (length <= into.length) listener.onData(length);
      return;
    }
    let length = reader.piece(into);
    // Whoever takes a piece may close the socket.
    while (length > 0 && open) {
      listener.onData(length);
      length = reader.piece(into);
    }
  }

  return {
    capability: {
      start: (octets, listener) => {
        into = octets;
        events = listener;
        return OK;
      },
      attach: (on) => {
        if (!on) {
          attached = false;
          drop();
        }
        effect(on ? "m 1" : "m 0");
        return OK;
      },
      open: (transport, host, port) => {
        if (!attached) return MISSING;
        if (socket) return BUSY;
        const result = checkSocket(transport, port);
        socket = result === OK;
        datagrams = transport === UDP;
        if (socket) effect(`o ${decimal(transport)} ${decimal(port)} ${host}`);
        return result;
      },
      send: (octets, length) => {
        if (!open) return MISSING;
        if (sending) return BUSY;
        const result = checkSegment(length);
        sending = result === OK;
        if (sending) effect(`d ${sextets(octets, 0, length)}`);
        return result;
      },
      close: () => {
        if (socket) effect("q");
        drop();
      },
    },
    handle: (kind) => {
      const listener = events;
      if (listener === undefined) return;
      if (kind === KIND_ATTACHED) attach(listener);
      else if (kind === KIND_OPEN) opened(listener);
      else if (kind === KIND_DATA && open) data(listener);
      else if (kind === KIND_TAKEN && sending) {
        sending = false;
        listener.onSent();
      }
    },
  };
}
