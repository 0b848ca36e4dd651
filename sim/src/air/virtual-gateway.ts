/**
 * A gateway with the eight channels of one CN470 sub-band (RP001) that forwards what it hears by the Semtech UDP protocol and sends what
 * it is told to. It keeps no time of its own: its counter is whatever clock the caller gives it, and wraps after 2^32 us as a
 * concentrator's does.
 */
import type { LoraChannel } from "@songbai/sdk/board/lora";
import { airtimeUs } from "./airtime.ts";
import type { Reception } from "./lora-air.ts";
import { bandwidthOf } from "./lora-demodulator.ts";
import { decodeDatagram, encodeDatagram, type Send, type TxError } from "./semtech.ts";
import { subBandHz } from "./sub-band.ts";

/** A concentrator needs this long to load a frame (packet_forwarder, jitqueue.c: TX_JIT_DELAY 30 ms, TX_START_DELAY 1.5 ms). */
const LEAD_US = 31_500;
/** Nothing is kept for longer than the protocol's longest wait, a class B beacon period and two more (TX_MAX_ADVANCE_DELAY). */
const ADVANCE_US = 3 * 128_000_000;
/** Between two frames (TX_MARGIN_DELAY). */
const MARGIN_US = 1000;
const QUEUE = 32;
/** RP001: 48 channels down from 500.3 MHz; they contain RX2. */
const DOWN_HZ = { least: 500_300_000, most: 509_700_000, step: 200_000 };
/** 50 mW e.r.p. are 17 dBm, 19.15 dBm e.i.r.p. (MIIT notice 52/2019). */
const MOST_POWER_DBM = 19;

/** A frame that the gateway will send. */
export interface Scheduled {
  readonly frame: Uint8Array;
  readonly channel: LoraChannel;
  readonly powerDbm: number;
  /** From now to the first symbol, microseconds. */
  readonly delayUs: number;
}

export interface VirtualGateway {
  /** Forwards what it heard, when it is on one of its channels and it is not sending itself. */
  readonly hear: (reception: Reception, nowUs: number) => void;
  /** Takes a datagram of the server; answers the frame that it has accepted to send. */
  readonly take: (datagram: Uint8Array, nowUs: number) => Scheduled | undefined;
  /** Keeps the way from the server open; every 10 s. */
  readonly pull: () => void;
  /** Gives an account of itself; every 30 s. `time` as the protocol has it. */
  readonly report: (time: string) => void;
}

export interface GatewayOptions {
  /** EUI-64, 16 hexadecimal digits in lower case. */
  readonly eui: string;
  readonly subBand: number;
  /** Hands a datagram to the network. */
  readonly send: (datagram: Uint8Array) => void;
}

/** `counter` minus `now`, as the shortest way round the circle of 2^32. */
const ahead = (counter: number, nowUs: number) => ((counter >>> 0) - (nowUs % 2 ** 32)) | 0;

export function virtualGateway({ eui, subBand, send }: GatewayOptions): VirtualGateway {
  const channels = subBandHz(subBand);
  /** When the transmitter is busy, on the caller's clock. */
  let busy: { readonly fromUs: number; readonly toUs: number }[] = [];
  /** Pushes that were sent and not acknowledged, the youngest few. */
  const waiting = new Set<number>();
  let token = 0;
  let [rxnb, rxfw, pushes, acknowledged, dwnb, txnb] = [0, 0, 0, 0, 0, 0];

  function nextToken(): number {
    token = (token + 1) & 0xffff;
    return token;
  }

  function push(datagram: Parameters<typeof encodeDatagram>[0]): void {
    pushes++;
    waiting.add(datagram.token);
    for (const oldest of waiting) {
      if (waiting.size <= QUEUE) break;
      waiting.delete(oldest);
    }
    send(encodeDatagram(datagram));
  }

  function judge(order: Send, nowUs: number): TxError | Scheduled {
    const { channel, powerDbm, frame, crc } = order;
    const { frequencyHz, spreadingFactor, bandwidthKhz } = channel;
    if (frequencyHz < DOWN_HZ.least || frequencyHz > DOWN_HZ.most || (frequencyHz - DOWN_HZ.least) % DOWN_HZ.step !== 0) {
      return "TX_FREQ";
    }
    if (powerDbm > MOST_POWER_DBM) return "TX_POWER";
    const delayUs = order.tmst === undefined ? LEAD_US : ahead(order.tmst, nowUs);
    if (delayUs < LEAD_US) return "TOO_LATE";
    if (delayUs > ADVANCE_US) return "TOO_EARLY";
    const fromUs = nowUs + delayUs;
    const toUs = fromUs + airtimeUs(frame.length, spreadingFactor, crc, bandwidthKhz);
    busy = busy.filter((one) => one.toUs >= nowUs);
    const overlaps = busy.some((one) => fromUs < one.toUs + MARGIN_US && one.fromUs < toUs + MARGIN_US);
    if (overlaps || busy.length >= QUEUE) return "COLLISION_PACKET";
    busy.push({ fromUs, toUs });
    return { frame, channel, powerDbm, delayUs };
  }

  return {
    hear({ frame, channel, rssiDbm, snrDb }, nowUs) {
      const chan = bandwidthOf(channel) === 125 ? channels.indexOf(channel.frequencyHz) : -1;
      if (chan < 0) return;
      const fromUs = nowUs - airtimeUs(frame.length, channel.spreadingFactor, true);
      // Half duplex: it hears nothing of a frame while it sends.
      if (busy.some((one) => one.fromUs < nowUs && fromUs < one.toUs)) return;
      rxnb++;
      rxfw++;
      const tmst = Math.round(nowUs) % 2 ** 32;
      const heard = { tmst, channel, chan, rfch: chan >> 2, rssiDbm, snrDb, frame };
      push({ kind: "push-data", token: nextToken(), gateway: eui, heard: [heard] });
    },
    take(octets, nowUs) {
      const datagram = decodeDatagram(octets);
      if (datagram?.kind === "push-ack" && waiting.delete(datagram.token)) acknowledged++;
      if (datagram?.kind !== "pull-resp") return undefined;
      dwnb++;
      const judged = judge(datagram.send, nowUs);
      const refused = typeof judged === "string";
      send(encodeDatagram({ kind: "tx-ack", token: datagram.token, gateway: eui, error: refused ? judged : "NONE" }));
      if (refused) return undefined;
      txnb++;
      return judged;
    },
    pull: () => send(encodeDatagram({ kind: "pull-data", token: nextToken(), gateway: eui })),
    report(time) {
      const ackr = pushes === 0 ? 100 : Math.round((1000 * acknowledged) / pushes) / 10;
      const status = { time, rxnb, rxok: rxnb, rxfw, ackr, dwnb, txnb };
      push({ kind: "push-data", token: nextToken(), gateway: eui, heard: [], status });
    },
  };
}
