/**
 * @stoprocent/noble over a transport of ours in place of its serial port: what it writes goes to a function, what comes back is handed to
 * it packet by packet. No radio, no kernel Bluetooth, no terminal.
 */
import { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import { connect } from "node:net";
import type { Noble } from "@stoprocent/noble";

export interface HostTransport {
  readonly write: (octets: Uint8Array) => void;
  readonly close: () => void;
}

/** Opens the way to a controller; `packet` takes a whole H4 packet for the host. */
export type OpenTransport = (packet: (octets: Uint8Array) => void) => HostTransport;

const require = createRequire(import.meta.url);
const drivers = new Map<string, () => object>();

/** noble takes its driver from this package by name, and keeps the function that finds it: so ours stands there before noble is loaded. */
const sockets = require("@stoprocent/bluetooth-hci-socket") as { loadDriver: (name: string) => unknown };
const { loadDriver } = sockets;
sockets.loadDriver = (name) => drivers.get(name) ?? loadDriver(name);
export const { withBindings } = require("@stoprocent/noble") as typeof import("@stoprocent/noble");

/** A Bluetooth host of its own. `stop()` ends it. */
export function nobleOver(open: OpenTransport): Noble {
  const name = `transport ${drivers.size}`;
  let transport: HostTransport | undefined;
  // noble calls it with `new`.
  drivers.set(name, function driver() {
    const socket = new EventEmitter();
    return Object.assign(socket, {
      bindRaw() {
        // A turn later, as from a port: noble is not written for answers that come while it asks.
        transport = open((octets) => setImmediate(() => socket.emit("data", Buffer.from(octets))));
      },
      isDevUp: () => transport !== undefined,
      setFilter() {},
      start() {},
      stop: () => transport?.close(),
      write: (octets: Uint8Array) => transport?.write(octets),
    });
  });
  return withBindings("hci", { hciDriver: name } as unknown as Parameters<typeof withBindings>[1]);
}

/** A transport over a Unix socket: cuts what comes into packets. */
export function overSocket(path: string): OpenTransport {
  return (packet) => {
    const socket = connect(path);
    let held = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("data", (octets: Buffer) => {
      held = Buffer.concat([held, octets]);
      for (;;) {
        const isEvent = held[0] === 4;
        const header = isEvent ? 3 : 5;
        if (held.length < header) return;
        const length = header + (isEvent ? held[2] : held.readUInt16LE(3));
        if (held.length < length) return;
        packet(held.subarray(0, length));
        held = held.subarray(length);
      }
    });
    return { write: (octets) => socket.write(octets), close: () => socket.destroy() };
  };
}
