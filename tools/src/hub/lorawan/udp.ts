/** The hub's UDP socket for gateways. */
import { createSocket } from "node:dgram";
import { InputError } from "@songbai/sim/scenario/input-error";
import { type FrameServer, type GatewayCounts, gatewayServer } from "./gateways.ts";

const TICK_MS = 20;

export interface UdpServer {
  readonly port: number;
  readonly counts: () => GatewayCounts;
  readonly close: () => Promise<void>;
}

export interface UdpServerOptions {
  readonly server: FrameServer;
  /** 0: any free one. */
  readonly port: number;
  readonly address: string;
  readonly log: (sentence: string) => void;
}

/** Listens. Throws `InputError` when the port cannot be had. */
export async function listenUdp({ server, port, address, log }: UdpServerOptions): Promise<UdpServer> {
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  const gateways = gatewayServer({
    server,
    send: (datagram, to) => socket.send(datagram, to.port, to.address, () => {}),
    timeS: (atMs) => (Date.now() - performance.now() + atMs) / 1000,
    log,
  });
  /** A store that fails takes the frame again when the device repeats it. */
  function guarded(act: (nowMs: number) => void): void {
    try {
      act(performance.now());
    } catch (error) {
      log(error instanceof Error ? error.message : String(error));
    }
  }
  await new Promise<void>((resume, refuse) => {
    socket.once("error", (error: NodeJS.ErrnoException) =>
      refuse(new InputError(`The hub cannot listen on UDP port ${port} of ${address} (${error.code}).`)),
    );
    socket.bind(port, address, resume);
  });
  socket.removeAllListeners("error");
  socket.on("error", (error) => log(`The hub's UDP socket failed: ${error.message}.`));
  socket.on("message", (datagram, from) => guarded((nowMs) => gateways.take(datagram, from, nowMs)));
  const ticks = setInterval(() => guarded(gateways.tick), TICK_MS);
  return {
    port: socket.address().port,
    counts: gateways.counts,
    close: () => {
      clearInterval(ticks);
      return new Promise((resume) => socket.close(() => resume()));
    },
  };
}
