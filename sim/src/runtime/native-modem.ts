/** The modem of a device that runs in the host's own process. It refuses what `sdk/src/link/modem.ts` refuses. */
import { UDP } from "@songbai/sdk/bearer/cellular/transport";
import type { Modem, ModemEvents } from "@songbai/sdk/board/modem";
import type { Bytes } from "@songbai/sdk/lang/intrinsics";
import { BUSY, MISSING, OK } from "@songbai/sdk/lang/result";
import { checkSegment, checkSocket } from "@songbai/sdk/link/limits";
import type { ModemHardware, Program } from "../parts/hardware.ts";

export interface NativeModem extends Pick<Program, "modemAttached" | "modemOpen" | "modemData" | "modemSent"> {
  readonly modem: Modem;
}

export function nativeModem(hardware: ModemHardware): NativeModem {
  let into: Bytes = new Uint8Array(0);
  let events: ModemEvents | undefined;
  let attached = false;
  let socket = false;
  let open = false;
  let sending = false;
  let datagrams = false;

  function drop(): void {
    socket = false;
    open = false;
    sending = false;
  }

  return {
    modem: {
      start(octets, listener) {
        into = octets;
        events = listener;
        return OK;
      },
      attach(on) {
        if (!on) {
          attached = false;
          drop();
        }
        hardware.attach(on);
        return OK;
      },
      open(transport, host, port) {
        if (!attached) return MISSING;
        if (socket) return BUSY;
        const result = checkSocket(transport, port);
        socket = result === OK;
        datagrams = transport === UDP;
        if (socket) hardware.open(transport, host, port);
        return result;
      },
      send(octets, length) {
        if (!open) return MISSING;
        if (sending) return BUSY;
        const result = checkSegment(length);
        sending = result === OK;
        if (sending) hardware.send((octets as Uint8Array).slice(0, length));
        return result;
      },
      close() {
        if (socket) hardware.close();
        drop();
      },
    },
    modemAttached(on) {
      if (events === undefined) return;
      attached = on;
      if (!on) drop();
      events.onAttached(on);
    },
    modemOpen(on) {
      if (events === undefined || !socket) return;
      open = on;
      if (!on) drop();
      events.onOpen(on);
    },
    modemData(octets) {
      if (datagrams && octets.length > into.length) return;
      // Whoever takes a piece may close the socket.
      for (let at = 0; at < octets.length && open; at += into.length) {
        const piece = octets.subarray(at, at + into.length);
        piece.forEach((octet, i) => {
          into[i] = octet;
        });
        events?.onData(piece.length);
      }
    },
    modemSent() {
      if (!sending) return;
      sending = false;
      events?.onSent();
    },
  };
}
