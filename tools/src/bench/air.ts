/** What arrives on the simulator's air: by distance, and among many who send. */
import type { LoraChannel } from "@songbai/sdk/board/lora";
import { airtimeUs } from "@songbai/sim/air/airtime";
import { ratioOf } from "@songbai/sim/air/decibel";
import { loraAir } from "@songbai/sim/air/lora-air";
import { loraGateway } from "@songbai/sim/air/lora-gateway";
import type { Station } from "@songbai/sim/air/lora-link";
import { loraNeighbours } from "@songbai/sim/air/lora-neighbours";
import { agenda } from "@songbai/sim/clock/agenda";

const FRAMES = 2000;
const OCTETS = 25;
const DEVICE_DBM = 14;
/** Walls of the house and the wearer's body. */
const WALLS_DB = 12;
const RICE_DB = 9;
const GATEWAY: Station = { name: "gateway", place: { eastM: 0, northM: 0 }, wallsDb: 0 };
const CHANNELS_HZ = Array.from({ length: 8 }, (_, index) => 486_300_000 + index * 200_000);

export type Fading = "none" | "rician" | "rayleigh";
const K: Readonly<Record<Fading, number | undefined>> = { none: undefined, rician: ratioOf(RICE_DB), rayleigh: 0 };

const settings = (fading: Fading) => ({ loss: 0, corruption: 0, shadowingDb: 0, riceK: K[fading] });

/** Share of the frames of a device that its gateway does not receive, 0..1. */
export function lossAt(distanceM: number, spreadingFactor: number, fading: Fading): number {
  const time = agenda();
  const air = loraAir(time, 1, settings(fading));
  const from: Station = { name: "device", place: { eastM: distanceM, northM: 0 }, wallsDb: WALLS_DB };
  const channel: LoraChannel = { frequencyHz: CHANNELS_HZ[0], spreadingFactor };
  let heard = 0;
  const one = () => {
    heard++;
  };
  loraGateway({ agenda: time, air, station: GATEWAY, channelsHz: undefined, heard: one });
  const frame = { from, frame: new Uint8Array(OCTETS), channel, powerDbm: DEVICE_DBM, down: false };
  for (let i = 0; i < FRAMES; i++) time.at(i * 2e6, () => air.send(frame, () => {}));
  while (time.step(FRAMES * 2e6));
  return 1 - heard / FRAMES;
}

/** Share of the frames that a gateway with eight channels receives from so many neighbours, each with a frame every minute. */
export function heardAmong(count: number, spreadingFactor: number | undefined): number {
  const time = agenda();
  const air = loraAir(time, 1, settings("rayleigh"));
  let heard = 0;
  let ended = 0;
  const one = () => {
    heard++;
  };
  loraGateway({ agenda: time, air, station: GATEWAY, channelsHz: CHANNELS_HZ, heard: one });
  const own = spreadingFactor === undefined ? {} : { spreadingFactor };
  const crowd = { count, everyS: 60, octets: OCTETS, withinM: 500, wallsDb: WALLS_DB, ...own };
  loraNeighbours(time, air, 1, crowd, GATEWAY, CHANNELS_HZ, () => {
    ended++;
  });
  while (ended < 4 * FRAMES) time.step(1e15);
  return heard / ended;
}

/** What pure ALOHA without capture would let through, 0..1. */
export function alohaAmong(count: number, spreadingFactor: number): number {
  const frameS = airtimeUs(OCTETS, spreadingFactor, true) / 1e6;
  return Math.exp((-2 * frameS * count) / 60 / CHANNELS_HZ.length);
}
