/**
 * Other people's devices around: class A devices that send a frame now and then and hear nothing. They make the collisions real. Each
 * stands somewhere around the gateway, has the spreading factor that a network server would have given it, and sends at exponential
 * intervals on a channel by lot, so all of them together are pure ALOHA.
 */
import type { Prng } from "@songbai/sdk/lang/prng";
import type { Agenda } from "../clock/agenda.ts";
import { stream } from "../clock/seed.ts";
import { naturalLog } from "./decibel.ts";
import type { LoraAir } from "./lora-air.ts";
import { noiseDbm, snrNeededDb } from "./lora-demodulator.ts";
import type { Place, Station } from "./lora-link.ts";

const POWER_DBM = 14;
/** A network server leaves this much between a device's SNR and what its data rate needs (Semtech's ADR: 10 dB). */
const ADR_MARGIN_DB = 10;
/** SF12 takes longer than CN470's second. */
const MOST_SPREADING = 11;

export interface NeighbourSettings {
  readonly count: number;
  /** From one frame of a device to its next, on average, seconds. */
  readonly everyS: number;
  /** Of a frame, with all that LoRaWAN adds. */
  readonly octets: number;
  /** They stand within so many metres of the gateway. */
  readonly withinM: number;
  readonly wallsDb: number;
  /** All have this one, instead of the network server's choice. */
  readonly spreadingFactor?: number;
}

/** Puts the neighbours on the air. `ended`: a frame of theirs has. */
export function loraNeighbours(
  agenda: Agenda,
  air: LoraAir,
  seed: number,
  settings: NeighbourSettings,
  gateway: Station,
  channelsHz: readonly number[],
  ended: () => void,
): void {
  const frame = new Uint8Array(settings.octets);
  for (let index = 1; index <= settings.count; index++) {
    const name = `neighbour ${index}`;
    const random = stream(seed, `air/${name}`);
    const station: Station = { name, place: somewhere(random, gateway.place, settings.withinM), wallsDb: settings.wallsDb };
    const spreadingFactor = settings.spreadingFactor ?? assigned(POWER_DBM - air.lossDb(station, gateway));
    const next = () => {
      const waitUs = Math.round(-naturalLog(unit(random)) * settings.everyS * 1e6);
      agenda.at(agenda.nowUs() + waitUs, () => {
        const frequencyHz = channelsHz[(random() >>> 1) % channelsHz.length];
        const channel = { frequencyHz, spreadingFactor };
        // A device does not begin a frame during another of its own: the next wait begins at the end.
        air.send({ from: station, frame, channel, powerDbm: POWER_DBM, down: false, foreign: true }, () => {
          ended();
          next();
        });
      });
    };
    next();
  }
}

/** 0 < u < 1. */
const unit = (random: Prng) => ((random() >>> 0) + 0.5) / 2 ** 32;

/** Evenly over the disc. */
function somewhere(random: Prng, { eastM, northM }: Place, withinM: number): Place {
  for (;;) {
    const x = 2 * unit(random) - 1;
    const y = 2 * unit(random) - 1;
    if (x * x + y * y <= 1) return { eastM: eastM + x * withinM, northM: northM + y * withinM };
  }
}

/** The least spreading factor that leaves the margin. */
function assigned(levelDbm: number): number {
  let spreadingFactor = 7;
  const snrDb = levelDbm - noiseDbm({ frequencyHz: 0, spreadingFactor });
  while (spreadingFactor < MOST_SPREADING && snrDb < snrNeededDb(spreadingFactor) + ADR_MARGIN_DB) spreadingFactor++;
  return spreadingFactor;
}
