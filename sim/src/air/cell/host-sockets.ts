/** The host's own sockets behind the simulated mobile network: a device of the simulator talks to a real broker or CoAP server. */
import { createSocket } from "node:dgram";
import { connect as connectTcp, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { TLS, UDP } from "@songbai/sdk/bearer/cellular/transport";
import type { FarEnd, FarSocket, SocketEvents } from "./network.ts";

export interface HostSocketsOptions {
  /** In place of the host and the port that the device asks for. */
  readonly to?: { readonly host: string; readonly port: number };
  /** TLS is left out, whatever the device asks for. */
  readonly plain?: boolean;
  /** What a modem would have been provisioned with. */
  readonly tls?: Pick<ConnectionOptions, "ca" | "cert" | "key" | "servername">;
}

function stream(socket: Socket, tell: SocketEvents): FarSocket {
  socket.setNoDelay(true);
  socket.on("data", (octets) => tell.data(new Uint8Array(octets)));
  // An error is told by the close that follows it.
  socket.on("error", () => {});
  socket.once("close", () => tell.closed());
  return { send: (octets) => void socket.write(octets), close: () => void socket.end() };
}

function datagrams(host: string, port: number, tell: SocketEvents): FarSocket {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  let open = true;
  socket.on("message", (octets) => tell.data(new Uint8Array(octets)));
  // A port that nobody listens on is silence, as in the air.
  socket.on("error", () => {});
  socket.connect(port, host);
  const ready = new Promise<void>((resume) => socket.once("connect", resume));
  return {
    send: (octets) => void ready.then(() => (open ? socket.send(octets, () => {}) : undefined)),
    close() {
      if (!open) return;
      open = false;
      socket.close();
    },
  };
}

export function hostSockets({ to, plain = false, tls }: HostSocketsOptions = {}): FarEnd {
  return {
    open(transport, askedHost, askedPort, tell) {
      const { host, port } = to ?? { host: askedHost, port: askedPort };
      if (transport === UDP) return datagrams(host, port, tell);
      return stream(transport === TLS && !plain ? connectTls({ host, port, ...tls }) : connectTcp({ host, port }), tell);
    },
  };
}
