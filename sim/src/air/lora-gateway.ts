/**
 * A gateway on the air: a concentrator like Semtech's SX1301 with eight channels of 125 kHz, each for all spreading factors, and eight
 * demodulators between them (data sheet, section 4.2: a ninth frame at a time is lost), one more for a wide channel, and one
 * transmitter. It is half duplex: while it sends it hears nothing, and what it was hearing is gone.
 */
import type { LoraChannel } from "@songbai/sdk/board/lora";
import type { Agenda } from "../clock/agenda.ts";
import { airtimeUs } from "./airtime.ts";
import { GATEWAY_POWER_DBM } from "./gateway.ts";
import type { Emission, LoraAir, Reception } from "./lora-air.ts";
import { bandwidthOf, spareUs } from "./lora-demodulator.ts";
import type { Station } from "./lora-link.ts";

const DEMODULATORS = 8;
/** Of the wide channel. */
const WIDE_DEMODULATORS = 1;

export interface LoraGateway {
  readonly station: Station;
  /** Takes a frame to send after `delayUs`; false when its transmitter is taken then. */
  readonly send: (frame: Uint8Array, channel: LoraChannel, delayUs: number) => boolean;
}

export interface LoraGatewayOptions {
  readonly agenda: Agenda;
  readonly air: LoraAir;
  readonly station: Station;
  /** Its channels of 125 kHz; `undefined`: whatever is sent on, still eight frames at a time. */
  readonly channelsHz: readonly number[] | undefined;
  /** A frame of the devices came whole. */
  readonly heard: (reception: Reception) => void;
}

interface Span {
  readonly fromUs: number;
  readonly toUs: number;
}

export function loraGateway({ agenda, air, station, channelsHz, heard }: LoraGatewayOptions): LoraGateway {
  /** What the demodulators are locked on. */
  const locked = new Set<Emission>();
  /** What the transmitter has before it. */
  let orders: Span[] = [];

  const isOurs = (channel: LoraChannel) =>
    channelsHz === undefined || (bandwidthOf(channel) === 125 && channelsHz.includes(channel.frequencyHz));

  function isSending(fromUs: number, toUs: number): boolean {
    return orders.some((order) => order.fromUs < toUs && fromUs < order.toUs);
  }

  function hasDemodulator(channel: LoraChannel): boolean {
    const isWide = bandwidthOf(channel) !== 125;
    let taken = 0;
    for (const one of locked) if ((bandwidthOf(one.channel) !== 125) === isWide) taken++;
    return taken < (isWide ? WIDE_DEMODULATORS : DEMODULATORS);
  }

  air.listen({
    began(emission) {
      if (emission.down) return;
      if (!isOurs(emission.channel)) air.missed(emission, "channel");
      else if (!air.isAudible(emission, station)) air.missed(emission, "weak");
      else if (isSending(emission.fromUs + spareUs(emission.channel), emission.toUs)) air.missed(emission, "deaf");
      else if (!hasDemodulator(emission.channel)) air.missed(emission, "busy");
      else locked.add(emission);
    },
    ended(emission) {
      if (!locked.delete(emission)) return;
      const reception = air.receive(emission, station);
      if (reception !== undefined) heard(reception);
    },
  });

  function begin(frame: Uint8Array, channel: LoraChannel): void {
    for (const emission of locked) air.missed(emission, "deaf");
    locked.clear();
    air.send({ from: station, frame, channel, powerDbm: GATEWAY_POWER_DBM, down: true }, () => {});
  }

  return {
    station,
    send(frame, channel, delayUs) {
      const fromUs = agenda.nowUs() + delayUs;
      const toUs = fromUs + Math.round(airtimeUs(frame.length, channel.spreadingFactor, false, channel.bandwidthKhz));
      orders = orders.filter((order) => order.toUs > agenda.nowUs());
      if (isSending(fromUs, toUs)) return false;
      orders.push({ fromUs, toUs });
      agenda.at(fromUs, () => begin(frame, channel));
      return true;
    },
  };
}
