/** An air with a receiver in its middle and senders whose frames arrive there as strong as a test wants them. */
import type { LoraChannel } from "@songbai/sdk/board/lora";
import { type AirSettings, type Emission, type LoraAir, loraAir, type Reception } from "@songbai/sim/air/lora-air";
import type { Station } from "@songbai/sim/air/lora-link";
import { type Agenda, agenda } from "@songbai/sim/clock/agenda";

export const QUIET: AirSettings = { loss: 0, corruption: 0, shadowingDb: 0, riceK: undefined };
export const HZ = 486_300_000;
export const HERE: Station = { name: "here", place: { eastM: 0, northM: 0 }, wallsDb: 0 };

export interface AirBench {
  readonly time: Agenda;
  readonly air: LoraAir;
  /** Enters a frame that arrives `HERE` with so many dBm, but for fading. */
  readonly send: (name: string, atUs: number, levelDbm: number, channel: LoraChannel, more?: Partial<Emission>) => void;
  /** Lets all that was entered happen; answers the senders whose frames were received, in the order of their ends. */
  readonly run: () => string[];
  readonly receptions: Reception[];
}

export const sf = (spreadingFactor: number, frequencyHz = HZ, bandwidthKhz = 125): LoraChannel => ({
  frequencyHz,
  spreadingFactor,
  bandwidthKhz,
});

/** `here` receives every frame to its end, whatever else it receives. */
export function airBench(settings: Partial<AirSettings> = {}, seed = 1): AirBench {
  const time = agenda();
  const air = loraAir(time, seed, { ...QUIET, ...settings });
  const stations = new Map<string, Station>();
  const heard: string[] = [];
  const receptions: Reception[] = [];
  air.listen({
    began() {},
    ended(emission) {
      const reception = air.receive(emission, HERE);
      if (reception === undefined) return;
      heard.push(emission.from.name);
      receptions.push(reception);
    },
  });
  return {
    time,
    air,
    receptions,
    send(name, atUs, levelDbm, channel, more = {}) {
      const from = stations.get(name) ?? { name, place: { eastM: 1000, northM: 0 }, wallsDb: 0 };
      stations.set(name, from);
      time.at(atUs, () => {
        const powerDbm = levelDbm + air.lossDb(from, HERE);
        air.send({ from, frame: new Uint8Array(20), channel, powerDbm, down: false, ...more }, () => {});
      });
    },
    run() {
      while (time.step(1e15));
      return heard;
    },
  };
}
