/**
 * The mobile network between a device's modem and a server: coverage that comes and goes by the scenario's times, latency, lost
 * packets. A stream loses nothing but time, as TCP sends again what is lost; a datagram is gone.
 */
import { TLS, UDP } from "@songbai/sdk/bearer/cellular/transport";
import type { Prng } from "@songbai/sdk/lang/prng";
import type { Agenda } from "../../clock/agenda.ts";
import { chance } from "../../clock/seed.ts";

export interface CellSettings {
  /** From device to server, ms; the same back. */
  readonly latencyMs: number;
  /** Share of packets lost, 0..1, each way. */
  readonly loss: number;
  /** Without coverage, in order, milliseconds of the scenario. */
  readonly outages: readonly { readonly fromMs: number; readonly toMs: number }[];
}

export const GOOD_CELL: CellSettings = { latencyMs: 80, loss: 0, outages: [] };

/** What one end of a connection tells the other. */
export interface SocketEvents {
  data(octets: Uint8Array): void;
  closed(): void;
}

export interface FarSocket {
  send(octets: Uint8Array): void;
  close(): void;
}

/** The servers behind the network. `undefined`: nobody answers there. */
export interface FarEnd {
  open(transport: number, host: string, port: number, tell: SocketEvents): FarSocket | undefined;
}

export interface CellNetwork {
  readonly covered: () => boolean;
  /** Called whenever coverage has come or gone. */
  watch(changed: (covered: boolean) => void): void;
  /** Opens a connection; `opened` is told once, before anything else. What comes after an outage began is lost, and `closed` is not told. */
  open(transport: number, host: string, port: number, tell: SocketEvents & { opened(open: boolean): void }): FarSocket;
  readonly counts: () => { readonly packets: number; readonly lost: number };
}

/** TCP's first time-out (RFC 6298); it doubles. After so many the packet is through: longer holes are outages. */
const RETRANSMISSION_MS = 1000;
const MOST_RETRANSMISSIONS = 4;
/** TCP's handshake, and TLS 1.3 behind it: whole ways there and back. */
const HANDSHAKE = 1;
const TLS_HANDSHAKE = 2;

export function cellNetwork(agenda: Agenda, settings: CellSettings, random: Prng, far: FarEnd): CellNetwork {
  const listeners: ((covered: boolean) => void)[] = [];
  /** Ends with each outage what was under way. */
  let hole = 0;
  let covered = true;
  let packets = 0;
  let lost = 0;

  function set(on: boolean): void {
    covered = on;
    if (!on) hole++;
    for (const listener of listeners) listener(on);
  }

  for (const { fromMs, toMs } of settings.outages) {
    agenda.at(fromMs * 1000, () => set(false));
    agenda.at(toMs * 1000, () => set(true));
  }

  function isLost(): boolean {
    packets++;
    const gone = chance(random, settings.loss);
    if (gone) lost++;
    return gone;
  }

  /** How long a segment of a stream takes, ms. */
  function streamMs(): number {
    let ms = settings.latencyMs;
    for (let tries = 0; tries < MOST_RETRANSMISSIONS && isLost(); tries++) ms += RETRANSMISSION_MS << tries;
    return ms;
  }

  return {
    covered: () => covered,
    watch: (changed) => listeners.push(changed),
    counts: () => ({ packets, lost }),
    open(transport, host, port, tell) {
      const datagrams = transport === UDP;
      const born = hole;
      let socket: FarSocket | undefined;
      let alive = true;
      let upUs = 0;
      let downUs = 0;

      const here = () => alive && hole === born;
      /** Lets something happen at the other end, in the order in which it was sent. */
      function up(happen: () => void): void {
        if (datagrams && isLost()) return;
        upUs = Math.max(upUs, agenda.nowUs() + (datagrams ? settings.latencyMs : streamMs()) * 1000);
        // What is on its way when the device hangs up still arrives.
        agenda.at(upUs, () => {
          if (hole === born) happen();
        });
      }
      function down(happen: () => void): void {
        if (datagrams && isLost()) return;
        downUs = Math.max(downUs, agenda.nowUs() + (datagrams ? settings.latencyMs : streamMs()) * 1000);
        agenda.at(downUs, () => {
          if (here()) happen();
        });
      }

      const ways = datagrams ? 0 : transport === TLS ? HANDSHAKE + TLS_HANDSHAKE : HANDSHAKE;
      const openUs = agenda.nowUs() + 2 * ways * settings.latencyMs * 1000 + 1000;
      agenda.at(openUs, () => {
        if (!here()) return;
        socket = far.open(transport, host, port, {
          data: (octets) => down(() => tell.data(octets)),
          closed: () => down(() => tell.closed()),
        });
        tell.opened(socket !== undefined);
      });
      listeners.push((on) => {
        // The server finds out in its own time; here it is spared the wait.
        if (!on && alive && socket !== undefined) socket.close();
        if (!on) alive = false;
      });

      return {
        send(octets) {
          if (here()) up(() => socket?.send(octets));
        },
        close() {
          if (here()) up(() => socket?.close());
          alive = false;
        },
      };
    },
  };
}
