/**
 * Bluetooth controllers on a Unix socket: each connection is one controller of its own, H4 both ways, on the air of a running simulation.
 * A host that wants a serial port gets one from socat: `socat PTY,link=/tmp/hci,raw,echo=0 UNIX-CONNECT:<path>`.
 */
import { chmodSync, lstatSync, unlinkSync } from "node:fs";
import { createServer, connect as dial, type Server, type Socket } from "node:net";
import { stream } from "../../clock/seed.ts";
import { InputError } from "../../scenario/input-error.ts";
import type { BleAir } from "./air.ts";
import { type Controller, controller } from "./controller.ts";

/** `sun_path` of sockaddr_un on Linux, with its end. */
const MOST_PATH_BYTES = 107;

const MOST_UNREAD = 1 << 20;

export interface HciSocket {
  /** Puts the controllers of all who connect on this air, metres away from the device. */
  join(air: BleAir, seed: number, distanceM: number): void;
  close(): void;
}

/** Whether somebody listens there. */
function isServed(path: string): Promise<boolean> {
  return new Promise((resume) => {
    const socket = dial(path, () => {
      socket.destroy();
      resume(true);
    });
    socket.on("error", () => resume(false));
  });
}

/** Makes room for a socket at `path`: what an earlier run has left goes, anything else stays. */
async function clear(path: string): Promise<void> {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined) return;
  if (!there.isSocket()) throw new InputError(`${path} is there and is no socket; name another path.`);
  if (await isServed(path)) throw new InputError(`${path} belongs to a run that goes on; name another path.`);
  unlinkSync(path);
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resume, refuse) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      refuse(new InputError(`No socket can be made at ${path} (${error.code}).`)),
    );
    server.listen(path, resume);
  });
}

/** Opens the socket, for its owner alone. Throws `InputError` where none can be. */
export async function hciSocket(path: string): Promise<HciSocket> {
  if (Buffer.byteLength(path) > MOST_PATH_BYTES) {
    throw new InputError(`The path ${path} is too long for a socket; ${MOST_PATH_BYTES} octets are the most.`);
  }
  await clear(path);
  let open: ((socket: Socket) => Controller) | undefined;
  let hosts = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    if (open === undefined) {
      socket.destroy();
      return;
    }
    const host = open(socket);
    sockets.add(socket);
    socket.on("data", (octets) => host.take(octets as Buffer));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      sockets.delete(socket);
      host.close();
    });
  });
  await listen(server, path);
  chmodSync(path, 0o600);

  return {
    join(air, seed, distanceM) {
      open = (socket) => {
        const random = stream(seed, `host ${++hosts}`);
        return controller({
          air,
          random,
          address: Uint8Array.from({ length: 6 }, () => random() >>> 24),
          distanceM,
          send(packet) {
            if (socket.destroyed) return;
            socket.write(packet);
            // A host that does not read what it asked for.
            if (socket.writableLength > MOST_UNREAD) socket.destroy();
          },
        });
      };
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
