/** The virtual gateway on a real UDP socket, between a simulated device and a network server that may be anywhere. */
import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { InputError } from "../scenario/input-error.ts";
import type { Downlink, NetworkServer } from "./gateway.ts";
import { type Scheduled, virtualGateway } from "./virtual-gateway.ts";

/** PROTOCOL.TXT leaves the times to the gateway; Semtech's forwarder takes these. */
const PULL_MS = 10_000;
const REPORT_MS = 30_000;
/** RX1 opens after one second, and a gateway wants the frame before: a server that says nothing until then says nothing. */
const PATIENCE_MS = 900;

/** Locally administered, so that it is nobody's. */
export const VIRTUAL_EUI = "02736f6e67626169";

export interface UdpGateway extends NetworkServer {
  readonly later: () => Promise<Downlink | undefined>;
  readonly close: () => void;
}

export interface UdpGatewayOptions {
  readonly host: string;
  readonly port: number;
  readonly subBand: number;
  readonly eui?: string;
  /** How long the server has for an answer, ms of wall time. */
  readonly patienceMs?: number;
  readonly log?: (sentence: string) => void;
}

/** Opens the socket and the way to the server. Throws `InputError` for a host that nobody knows. */
export async function udpGateway(options: UdpGatewayOptions): Promise<UdpGateway> {
  const { host, port, subBand, eui = VIRTUAL_EUI, patienceMs = PATIENCE_MS, log = () => {} } = options;
  const server = await lookup(host).catch(() => {
    throw new InputError(`The network server's host ${host} is not known here.`);
  });
  const socket = createSocket(server.family === 6 ? "udp6" : "udp4");
  let nowUs = 0;
  let answer: ((scheduled: Scheduled | undefined) => void) | undefined;
  const gateway = virtualGateway({ eui, subBand, send: (datagram) => socket.send(datagram, port, server.address) });

  socket.on("error", (error) => log(`The gateway's socket failed: ${error.message}.`));
  socket.on("message", (datagram, from) => {
    if (from.address !== server.address || from.port !== port) return;
    const scheduled = gateway.take(datagram, nowUs);
    if (scheduled !== undefined) answer?.(scheduled);
  });
  await new Promise<void>((resume) => socket.bind(0, resume));
  const report = () => gateway.report(`${new Date().toISOString().slice(0, 19).replace("T", " ")} GMT`);
  gateway.pull();
  report();
  const timers = [setInterval(gateway.pull, PULL_MS), setInterval(report, REPORT_MS)];

  return {
    uplink(reception, timeS) {
      nowUs = Math.round(timeS * 1e6);
      gateway.hear(reception, nowUs);
      return {};
    },
    later: () =>
      new Promise((resume) => {
        const settle = (scheduled: Scheduled | undefined) => {
          clearTimeout(timer);
          answer = undefined;
          resume(
            scheduled === undefined
              ? undefined
              : { frame: scheduled.frame, channel: scheduled.channel, delayMs: scheduled.delayUs / 1000 },
          );
        };
        const timer = setTimeout(() => settle(undefined), patienceMs);
        answer = settle;
      }),
    close() {
      for (const timer of timers) clearInterval(timer);
      socket.close();
    },
  };
}
