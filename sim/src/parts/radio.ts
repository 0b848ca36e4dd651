/** A LoRa radio, simulated, on the air that it shares with gateways and neighbours. */
import type { LoraChannel } from "@songbai/sdk/board/lora";
import { airtimeUs, symbolUs } from "../air/airtime.ts";
import type { UplinkOutcome } from "../air/gateway.ts";
import type { Emission, LoraAir } from "../air/lora-air.ts";
import { bandwidthOf, LOCK_SYMBOLS, spareUs } from "../air/lora-demodulator.ts";
import type { Station } from "../air/lora-link.ts";
import type { LoraNetwork } from "../air/lora-network.ts";
import { loraRules } from "../air/lora-rules.ts";
import type { Agenda } from "../clock/agenda.ts";
import type { Meter } from "./power.ts";

/** `Lora.clear`: nothing above -80 dBm in 200 kHz for 5 ms (LoRa Basics Modem, region CN470). */
const SENSE_US = 5000;
const SENSE_KHZ = 200;
const SENSE_DBM = -80;

export interface RadioPart {
  transmit(frame: Uint8Array, channel: LoraChannel, powerDbm: number): void;
  receive(channel: LoraChannel, timeoutMs: number): void;
  sense(channel: LoraChannel): void;
  /** Power off: what was under way is forgotten. A frame that is on the air stays there. */
  reset(): void;
}

/** What the radio is connected to. */
export interface RadioOptions {
  readonly agenda: Agenda;
  readonly air: LoraAir;
  readonly network: LoraNetwork;
  readonly station: Station;
  readonly meter: Meter;
  readonly tell: {
    sent(): void;
    received(frame: Uint8Array | undefined): void;
    sensed(clear: boolean): void;
    outcome(outcome: UplinkOutcome | undefined): void;
    /** It sent what the law does not allow. */
    violation(sentence: string): void;
  };
}

/** A window in which the radio listens, until it closes or a frame has ended that it has locked on. */
interface Listening {
  readonly channel: LoraChannel;
  readonly openUs: number;
  readonly closeUs: number;
  readonly closing: number;
  locked?: Emission;
}

export function radio({ agenda, air, network, station, meter, tell }: RadioOptions): RadioPart {
  const rules = loraRules();
  let listening: Listening | undefined;
  /** What the radio hears of before it sends, and that somebody was there. */
  let sensing: { readonly channel: LoraChannel; busy: boolean } | undefined;
  /** Counts power-ons: what an earlier life of the device began does not reach the present one. */
  let life = 0;

  function isBusy(channel: LoraChannel): boolean {
    return air.levelDbm(station, channel.frequencyHz, SENSE_KHZ) >= SENSE_DBM;
  }

  function finish(frame: Uint8Array | undefined): void {
    if (listening === undefined) return;
    agenda.cancel(listening.closing);
    meter.spend("lora receive", agenda.nowUs() - listening.openUs);
    listening = undefined;
    tell.received(frame);
  }

  /** Locks on a frame if its preamble falls into the window and is to be heard. */
  function tryToLock(emission: Emission): void {
    if (listening === undefined || listening.locked !== undefined || !emission.down) return;
    const { channel, openUs, closeUs, closing } = listening;
    const symbol = symbolUs(channel.spreadingFactor, bandwidthOf(channel));
    const isTuned =
      emission.channel.frequencyHz === channel.frequencyHz &&
      emission.channel.spreadingFactor === channel.spreadingFactor &&
      bandwidthOf(emission.channel) === bandwidthOf(channel);
    if (!isTuned || emission.fromUs + spareUs(channel) < openUs || emission.fromUs + LOCK_SYMBOLS * symbol > closeUs) return;
    if (!air.isAudible(emission, station)) {
      air.missed(emission, "weak");
      return;
    }
    agenda.cancel(closing);
    listening.locked = emission;
  }

  air.listen({
    began(emission) {
      tryToLock(emission);
      if (sensing !== undefined && isBusy(sensing.channel)) sensing.busy = true;
    },
    ended(emission) {
      if (listening?.locked === emission) finish(air.receive(emission, station)?.frame);
    },
  });

  return {
    transmit(frame, channel, powerDbm) {
      const now = life;
      const lengthUs = Math.round(airtimeUs(frame.length, channel.spreadingFactor, true, channel.bandwidthKhz));
      meter.spend("lora transmit", lengthUs);
      const wrong = rules.check(channel, agenda.nowUs(), lengthUs);
      if (wrong !== undefined) tell.violation(wrong);
      air.send({ from: station, frame, channel, powerDbm, down: false }, () => {
        tell.outcome(network.deliver());
        if (now === life) tell.sent();
      });
    },
    receive(channel, timeoutMs) {
      const openUs = agenda.nowUs();
      const closeUs = openUs + timeoutMs * 1000;
      listening = { channel, openUs, closeUs, closing: agenda.at(closeUs, () => finish(undefined)) };
      for (const emission of air.now()) tryToLock(emission);
    },
    sense(channel) {
      const now = life;
      const sense = { channel, busy: isBusy(channel) };
      sensing = sense;
      meter.spend("lora receive", SENSE_US);
      agenda.at(agenda.nowUs() + SENSE_US, () => {
        if (now !== life) return;
        sensing = undefined;
        tell.sensed(!sense.busy);
      });
    },
    reset() {
      life++;
      if (listening !== undefined) {
        agenda.cancel(listening.closing);
        meter.spend("lora receive", agenda.nowUs() - listening.openUs);
      }
      listening = undefined;
      sensing = undefined;
    },
  };
}
