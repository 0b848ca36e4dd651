import type { LoraChannel } from "@songbai/sdk/board/lora";
import { airtimeUs, symbolUs } from "../air/airtime.ts";
import { type Downlink as Answer, GATEWAY_POWER_DBM, type NetworkServer, type UplinkOutcome } from "../air/gateway.ts";
import type { LoraAir } from "../air/lora-air.ts";
import type { Agenda } from "../clock/agenda.ts";
import type { Meter } from "./power.ts";

/** Symbols of a preamble that a receiver must still hear to lock on. */
const LOCK_SYMBOLS = 5;

export interface RadioPart {
  transmit(frame: Uint8Array, channel: LoraChannel, powerDbm: number): void;
  receive(channel: LoraChannel, timeoutMs: number): void;
  /** An answer to the uplink that ended now. */
  answer(downlink: Answer): void;
  /** Power off: what was under way is forgotten. */
  reset(): void;
}

/** A downlink on the air. */
interface Downlink {
  readonly frame: Uint8Array;
  readonly channel: LoraChannel;
  readonly fromUs: number;
  readonly toUs: number;
}

/** A LoRa radio, simulated, with the gateway at the other end of the air. */
export function radio(
  agenda: Agenda,
  air: LoraAir,
  server: NetworkServer,
  meter: Meter,
  timeS: () => number,
  tell: {
    sent(): void;
    received(frame: Uint8Array | undefined): void;
    outcome(outcome: UplinkOutcome | undefined, frame: Uint8Array, channel: LoraChannel): void;
  },
): RadioPart {
  let downlinks: Downlink[] = [];
  /** Counts power-ons: what an earlier life of the device began does not reach the present one. */
  let life = 0;

  function answer({ frame, channel, delayMs }: Answer): void {
    const heard = air.carry(frame, channel, GATEWAY_POWER_DBM);
    if (heard === undefined) return;
    const fromUs = agenda.nowUs() + delayMs * 1000;
    const toUs = fromUs + Math.round(airtimeUs(frame.length, channel.spreadingFactor, false));
    downlinks.push({ frame: heard.frame, channel, fromUs, toUs });
  }

  return {
    transmit(frame, channel, powerDbm) {
      const durationUs = Math.round(airtimeUs(frame.length, channel.spreadingFactor, true));
      const now = life;
      meter.spend("lora transmit", durationUs);
      agenda.at(agenda.nowUs() + durationUs, () => {
        const reception = air.carry(frame, channel, powerDbm);
        const outcome = reception === undefined ? undefined : server.uplink(reception, timeS());
        tell.outcome(outcome, frame, channel);
        if (outcome?.downlink !== undefined) answer(outcome.downlink);
        if (now === life) tell.sent();
      });
    },
    receive(channel, timeoutMs) {
      const openUs = agenda.nowUs();
      const closeUs = openUs + timeoutMs * 1000;
      const lateUs = (12.25 - LOCK_SYMBOLS) * symbolUs(channel.spreadingFactor);
      const now = life;
      downlinks = downlinks.filter((one) => one.toUs > openUs);
      const heard = downlinks.find(
        (one) =>
          one.channel.frequencyHz === channel.frequencyHz &&
          one.channel.spreadingFactor === channel.spreadingFactor &&
          one.fromUs + lateUs >= openUs &&
          one.fromUs + LOCK_SYMBOLS * symbolUs(channel.spreadingFactor) <= closeUs,
      );
      const endUs = heard === undefined ? closeUs : Math.max(heard.toUs, openUs);
      meter.spend("lora receive", endUs - openUs);
      agenda.at(endUs, () => {
        if (now === life) tell.received(heard?.frame);
      });
    },
    answer,
    reset: () => {
      life++;
      downlinks = [];
    },
  };
}
