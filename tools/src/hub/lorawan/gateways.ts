/**
 * The server's side of the Semtech UDP protocol: acknowledges, gathers copies, hands frames to the network server, and sends its answer
 * down through the gateway that heard best. The protocol authenticates nobody, so a datagram moves only what is bounded here.
 */
import { type Downlink, GATEWAY_POWER_DBM, type UplinkOutcome } from "@songbai/sim/air/gateway";
import { type Datagram, decodeDatagram, encodeDatagram, type Heard, type TxError } from "@songbai/sim/air/semtech";
import { type Gathered, gathering } from "./duplicates.ts";
import type { Heard as HeardByAll, Push } from "./server.ts";

/** Gateways whose way down is remembered; the one that was silent for longest is forgotten first. */
const MOST_GATEWAYS = 256;
const MOST_SECONDS = 256;
/** How often there is a look at what is due for devices that listen all the time. */
const DUE_EVERY_MS = 1000;

export interface Peer {
  readonly address: string;
  readonly port: number;
}

export interface GatewayCounts {
  readonly datagrams: number;
  /** Datagrams that are none of the protocol's. */
  readonly malformed: number;
  /** Frames, each counted once however many gateways heard it. */
  readonly frames: number;
  readonly copies: number;
  readonly downlinks: number;
  /** Downlinks that a gateway would not send. */
  readonly refused: number;
  /** Ways down that are remembered. */
  readonly gateways: number;
}

export interface GatewayServer {
  /** Takes a datagram, on the caller's clock in ms. */
  readonly take: (datagram: Uint8Array, from: Peer, nowMs: number) => void;
  /** Serves the frames that have been gathered for long enough; about every 20 ms. */
  readonly tick: (nowMs: number) => void;
  readonly counts: () => GatewayCounts;
}

/** What stands behind the gateways. */
export interface FrameServer {
  readonly uplink: (heard: HeardByAll, timeS: number) => UplinkOutcome;
  /** Frames for devices that listen all the time. */
  readonly due?: (timeS: number) => Push[];
}

export interface GatewayServerOptions {
  readonly server: FrameServer;
  readonly send: (datagram: Uint8Array, to: Peer) => void;
  /** Seconds since 1970 at a moment of the caller's clock. */
  readonly timeS: (nowMs: number) => number;
  readonly log?: (sentence: string) => void;
}

interface Copy {
  readonly gateway: string;
  readonly heard: Heard;
}

export function gatewayServer({ server, send, timeS, log = () => {} }: GatewayServerOptions): GatewayServer {
  const copies = gathering<Copy>();
  /** Where a gateway pulls from, by EUI. */
  const ways = new Map<string, Peer>();
  /** Second windows of downlinks that no gateway has answered for yet, by token, oldest first. */
  const seconds = new Map<number, { readonly gateway: string; readonly again: () => void }>();
  let token = 0;
  let dueMs = Number.NEGATIVE_INFINITY;
  const counts = { datagrams: 0, malformed: 0, frames: 0, copies: 0, downlinks: 0, refused: 0 };

  function remember(gateway: string, from: Peer): void {
    ways.delete(gateway);
    ways.set(gateway, from);
    if (ways.size > MOST_GATEWAYS) ways.delete(ways.keys().next().value as string);
  }

  function serve({ sinceMs, copies: gathered }: Gathered<Copy>): void {
    counts.frames++;
    counts.copies += gathered.length;
    const [{ gateway, heard }] = gathered;
    const gateways = new Set(gathered.map((one) => one.gateway)).size;
    const { downlink } = server.uplink({ ...heard, gateways, gateway }, timeS(sinceMs));
    if (downlink === undefined) return;
    const best = gathered.find(({ gateway }) => ways.has(gateway));
    if (best === undefined) return;
    sendDown(best, downlink);
  }

  function sendDown({ gateway, heard }: Copy, downlink: Downlink): void {
    const way = ways.get(gateway);
    if (way === undefined) return;
    token = (token + 1) & 0xffff;
    const { frame, channel, delayMs, otherwise } = downlink;
    const tmst = (heard.tmst + delayMs * 1000) % 2 ** 32;
    const order = { tmst, channel, rfch: 0, powerDbm: GATEWAY_POWER_DBM, inverted: true, crc: false, frame };
    counts.downlinks++;
    seconds.delete(token);
    if (otherwise !== undefined) {
      seconds.set(token, { gateway, again: () => sendDown({ gateway, heard }, { frame, ...otherwise }) });
      if (seconds.size > MOST_SECONDS) seconds.delete(seconds.keys().next().value as number);
    }
    send(encodeDatagram({ kind: "pull-resp", token, send: order }), way);
  }

  function pushDue(nowMs: number): void {
    if (server.due === undefined || nowMs < dueMs) return;
    dueMs = nowMs + DUE_EVERY_MS;
    for (const { gateway, channel, frame } of server.due(timeS(nowMs))) {
      const way = ways.get(gateway);
      if (way === undefined) continue;
      token = (token + 1) & 0xffff;
      seconds.delete(token);
      counts.downlinks++;
      const order = { channel, rfch: 0, powerDbm: GATEWAY_POWER_DBM, inverted: true, crc: false, frame };
      send(encodeDatagram({ kind: "pull-resp", token, send: order }), way);
    }
  }

  /** A gateway says what became of a downlink; one that it could not send has its second window. */
  function settle(answer: number, gateway: string, error: TxError): void {
    if (error !== "NONE") {
      counts.refused++;
      log(`The gateway ${gateway} did not send a downlink: ${error}.`);
    }
    const second = seconds.get(answer);
    if (second?.gateway !== gateway) return;
    seconds.delete(answer);
    if (error !== "NONE") second.again();
  }

  function act(datagram: Datagram, from: Peer, nowMs: number): void {
    switch (datagram.kind) {
      case "push-data":
        send(encodeDatagram({ kind: "push-ack", token: datagram.token }), from);
        for (const heard of datagram.heard) {
          const { gateway } = datagram;
          for (const full of copies.offer(heard.frame, heard.snrDb, { gateway, heard }, nowMs)) serve(full);
        }
        break;
      case "pull-data":
        remember(datagram.gateway, from);
        send(encodeDatagram({ kind: "pull-ack", token: datagram.token }), from);
        break;
      case "tx-ack":
        settle(datagram.token, datagram.gateway, datagram.error);
        break;
      default:
        // A server's own kinds: nobody sends them to a server.
        counts.malformed++;
    }
  }

  return {
    take(octets, from, nowMs) {
      counts.datagrams++;
      const datagram = decodeDatagram(octets);
      if (datagram === undefined) counts.malformed++;
      else act(datagram, from, nowMs);
    },
    tick(nowMs) {
      for (const gathered of copies.due(nowMs)) serve(gathered);
      pushDue(nowMs);
    },
    counts: () => ({ ...counts, gateways: ways.size }),
  };
}
