/** The air of a scenario: where its device, its gateways and its neighbours are, from what the scenario file says. */
import type { Agenda } from "../clock/agenda.ts";
import { ratioOf } from "./decibel.ts";
import type { NetworkServer } from "./gateway.ts";
import { type LoraAir, loraAir } from "./lora-air.ts";
import type { Place, Station } from "./lora-link.ts";
import { loraNeighbours } from "./lora-neighbours.ts";
import { type LoraNetwork, loraNetwork } from "./lora-network.ts";
import { subBandHz } from "./sub-band.ts";

/** Walls of a house and the wearer's body. */
const INDOOR_DB = 12;
/** Steady over scattered power on a street within sight (3GPP TR 38.901, table 7.5-6, UMi and UMa: 9 dB). */
const RICE_DB = 9;
/** The sub-band of the neighbours where a scenario names none. */
const SUB_BAND = 10;

/** The `air` of a scenario. What it does not say is not there: no fading, no shadowing, no neighbours. */
export interface SiteSettings {
  /** From the device to its gateway, metres, where `gateways` does not say more. */
  readonly distanceM: number;
  /** Share of frames lost for reasons of their own, 0..1, each way. */
  readonly loss: number;
  /** Share of frames with one bit changed, 0..1, each way. */
  readonly corruption: number;
  /** `rician`: the gateway is in sight, or nearly; `rayleigh`: it is not. */
  readonly fading?: "rician" | "rayleigh";
  /** Standard deviation from one place to the next, dB. */
  readonly shadowingDb?: number;
  /** As seen from the device. */
  readonly gateways?: readonly Place[];
  /** CN470 sub-band, 0..11: the gateways have its eight channels and no others. */
  readonly subBand?: number;
  readonly neighbours?: {
    readonly count: number;
    readonly everyS: number;
    readonly octets: number;
    /** Around the first gateway. */
    readonly withinM: number;
  };
}

/** What a device's radio is connected to. */
export interface LoraSite {
  readonly air: LoraAir;
  readonly network: LoraNetwork;
  readonly station: Station;
}

/** Seeded; `server` stands behind the gateways. */
export function loraSite(agenda: Agenda, seed: number, settings: SiteSettings, server: NetworkServer): LoraSite {
  const { loss, corruption, fading, shadowingDb = 0, subBand, neighbours } = settings;
  const riceK = fading === undefined ? undefined : fading === "rayleigh" ? 0 : ratioOf(RICE_DB);
  const air = loraAir(agenda, seed, { loss, corruption, shadowingDb, riceK });
  const places = settings.gateways ?? [{ eastM: settings.distanceM, northM: 0 }];
  const channelsHz = subBand === undefined ? undefined : subBandHz(subBand);
  const network = loraNetwork(
    agenda,
    air,
    places.map((place) => ({ place, channelsHz })),
    server,
  );
  if (neighbours !== undefined) {
    const gateway = { name: "gateway 1", place: places[0], wallsDb: 0 };
    const crowd = { ...neighbours, wallsDb: INDOOR_DB };
    loraNeighbours(agenda, air, seed, crowd, gateway, subBandHz(subBand ?? SUB_BAND), network.discard);
  }
  return { air, network, station: { name: "device", place: { eastM: 0, northM: 0 }, wallsDb: INDOOR_DB } };
}
