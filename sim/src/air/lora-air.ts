/**
 * The air that LoRa stations share: who sends when, and what of it arrives where. Frames that overlap in time and frequency disturb each
 * other (`lora-demodulator.ts`) as strong as they arrive (`lora-link.ts`); beside that a scenario may lose or change frames.
 *
 * A frame's fate at a receiver comes from a random stream of its own, named by sender, frame and receiver: another sender, another
 * receiver or another draw changes nothing there.
 */
import type { LoraChannel } from "@songbai/sdk/board/lora";
import type { Prng } from "@songbai/sdk/lang/prng";
import type { Agenda } from "../clock/agenda.ts";
import { chance, stream } from "../clock/seed.ts";
import { airtimeUs } from "./airtime.ts";
import { decibel, ratioOf } from "./decibel.ts";
import { bandwidthOf, noiseDbm, overlap, snrNeededDb, spareUs, survives } from "./lora-demodulator.ts";
import { type LinkSettings, links, type Station } from "./lora-link.ts";

export interface AirSettings extends LinkSettings {
  /** Share of frames lost for reasons of their own (bursts, passing lorries), 0..1, at each receiver. */
  readonly loss: number;
  /** Share of frames with one bit changed, 0..1, at each receiver. */
  readonly corruption: number;
}

/** A frame to send. */
export interface Outgoing {
  readonly from: Station;
  readonly frame: Uint8Array;
  readonly channel: LoraChannel;
  /** Effective radiated, dBm. */
  readonly powerDbm: number;
  /** Downlinks: inverted IQ and no CRC. Receivers of one kind do not see the other, but for its power. */
  readonly down: boolean;
  /** Nobody's of ours: it is not counted when it is lost. */
  readonly foreign?: boolean;
}

/** A frame on the air. */
export interface Emission extends Outgoing {
  readonly foreign: boolean;
  readonly fromUs: number;
  readonly toUs: number;
}

/** What one frame came to. */
export interface Reception {
  readonly frame: Uint8Array;
  readonly channel: LoraChannel;
  readonly rssiDbm: number;
  readonly snrDb: number;
}

/**
 * Why a frame was not received. `weak`: below the noise. `collision`: drowned by another frame. `chance`, `jam`: the scenario's. `deaf`:
 * the receiver was sending. `busy`: all demodulators were. `channel`: nobody listens there. `asleep`: nobody listened then.
 */
export type Miss = "weak" | "collision" | "chance" | "jam" | "deaf" | "busy" | "channel" | "asleep";

/** Somebody who may hear. */
export interface Ears {
  /** A frame begins. */
  began(emission: Emission): void;
  /** It ends. */
  ended(emission: Emission): void;
}

export interface LoraAir {
  /** Begins a frame; `done` when it has ended and all who listen know. */
  readonly send: (frame: Outgoing, done: () => void) => void;
  readonly listen: (ears: Ears) => void;
  /** The frames on the air now. */
  readonly now: () => readonly Emission[];
  /** Whether the noise at a station leaves the preamble of a frame to be found. */
  readonly isAudible: (emission: Emission, at: Station) => boolean;
  /** Receives a frame that ends now, whole from the lock on its preamble; `undefined`: it is lost, and counted. */
  readonly receive: (emission: Emission, at: Station) => Reception | undefined;
  /** A receiver did not come so far. */
  readonly missed: (emission: Emission, why: Miss) => void;
  /** What an energy detector of so many kHz sees at a station now, noise apart, dBm. Its own frames do not count. */
  readonly levelDbm: (at: Station, hz: number, widthKhz: number) => number;
  /** Loss of a link without fading, dB. */
  readonly lossDb: (a: Station, b: Station) => number;
  /** The next `count` frames that are received get one bit changed. */
  readonly corruptNext: (count: number) => void;
  /** From now on no frame is heard (`true`), or they are again. */
  readonly jam: (on: boolean) => void;
  readonly counts: () => AirCounts;
}

export interface AirCounts {
  /** Frames of ours that nobody received. */
  readonly lostFrames: number;
  /** Copies that arrived with a changed bit. */
  readonly changedFrames: number;
  /** The lost ones by their reason; where receivers differ, by that of the one who came nearest. */
  readonly lostTo: Readonly<Partial<Record<Miss, number>>>;
}

/** How near to being received a frame came. */
const NEARNESS: Readonly<Record<Miss, number>> = {
  asleep: 0,
  channel: 1,
  weak: 2,
  deaf: 3,
  busy: 4,
  collision: 5,
  jam: 6,
  chance: 7,
};

/** An emission with what only the air knows of it. */
interface Kept extends Emission {
  /** Of its sender. */
  readonly number: number;
  /** All that were on the air during it. */
  others: Kept[];
  readonly fates: Map<Station, Fate>;
  received: boolean;
  /** It is one of those that a scenario has changed. */
  marked: boolean;
  nearest: Miss;
}

/** What chance has in store for a frame at a receiver. */
interface Fate {
  readonly levelDbm: number;
  readonly isLost: boolean;
  readonly isChanged: boolean;
  readonly random: Prng;
}

export function loraAir(agenda: Agenda, seed: number, settings: AirSettings): LoraAir {
  const { lossDb, fadingDb } = links(seed, settings);
  const listening: Ears[] = [];
  const sentBy = new Map<Station, number>();
  const lostTo: Partial<Record<Miss, number>> = {};
  let onAir: Kept[] = [];
  let toCorrupt = 0;
  let isJammed = false;
  let lostFrames = 0;
  let changedFrames = 0;

  function fateOf(emission: Kept, at: Station): Fate {
    const known = emission.fates.get(at);
    if (known !== undefined) return known;
    const random = stream(seed, `air/${emission.from.name}/${emission.number}/${at.name}`);
    const fate = {
      isLost: chance(random, settings.loss),
      isChanged: chance(random, settings.corruption),
      levelDbm: emission.powerDbm - lossDb(emission.from, at) + fadingDb(random),
      random,
    };
    emission.fates.set(at, fate);
    return fate;
  }

  function end(emission: Kept): void {
    onAir = onAir.filter((one) => one !== emission);
    for (const ears of listening) ears.ended(emission);
    // What ended no longer holds on to what was there before it.
    emission.others = [];
    if (emission.received || emission.foreign) return;
    lostFrames++;
    lostTo[emission.nearest] = (lostTo[emission.nearest] ?? 0) + 1;
  }

  function missed(emission: Emission, why: Miss): void {
    const kept = emission as Kept;
    if (NEARNESS[why] > NEARNESS[kept.nearest]) kept.nearest = why;
  }

  /** Those of the others that reach into the part of a frame that a receiver needs. */
  function disturbances(emission: Kept, at: Station) {
    const neededUs = emission.fromUs + spareUs(emission.channel);
    return emission.others
      .filter((other) => other.toUs > neededUs)
      .map((other) => ({
        channel: other.channel,
        levelDbm: fateOf(other, at).levelDbm,
        isOpposed: other.down !== emission.down,
      }));
  }

  function judge(emission: Kept, at: Station): Miss | undefined {
    const { levelDbm, isLost } = fateOf(emission, at);
    if (levelDbm - noiseDbm(emission.channel) < snrNeededDb(emission.channel.spreadingFactor)) return "weak";
    if (!survives(emission.channel, levelDbm, disturbances(emission, at))) return "collision";
    if (isJammed) return "jam";
    return isLost ? "chance" : undefined;
  }

  return {
    send(outgoing, done) {
      const { from, frame, channel, powerDbm, down, foreign = false } = outgoing;
      const number = (sentBy.get(from) ?? 0) + 1;
      sentBy.set(from, number);
      const fromUs = agenda.nowUs();
      const lengthUs = Math.round(airtimeUs(frame.length, channel.spreadingFactor, !down, channel.bandwidthKhz));
      const toUs = fromUs + lengthUs;
      const others = onAir.filter((one) => overlap(one.channel, channel.frequencyHz, bandwidthOf(channel)) > 0);
      const emission: Kept = {
        // One by one: an object spread here would make each frame two and a half times as slow.
        from,
        frame,
        channel,
        powerDbm,
        down,
        foreign,
        fromUs,
        toUs,
        number,
        others,
        fates: new Map(),
        received: false,
        marked: false,
        nearest: "asleep",
      };
      for (const other of others) other.others.push(emission);
      onAir.push(emission);
      agenda.at(toUs, () => {
        end(emission);
        done();
      });
      for (const ears of listening) ears.began(emission);
    },
    listen: (ears) => listening.push(ears),
    now: () => onAir,
    isAudible(emission, at) {
      const { levelDbm } = fateOf(emission as Kept, at);
      return levelDbm - noiseDbm(emission.channel) >= snrNeededDb(emission.channel.spreadingFactor);
    },
    receive(emission, at) {
      const kept = emission as Kept;
      const why = judge(kept, at);
      if (why !== undefined) {
        missed(kept, why);
        return undefined;
      }
      if (!kept.received && toCorrupt > 0) {
        toCorrupt--;
        kept.marked = true;
      }
      kept.received = true;
      const { levelDbm, isChanged, random } = fateOf(kept, at);
      const heard = kept.frame.slice();
      if (isChanged || kept.marked) {
        changedFrames++;
        const bit = (random() >>> 1) % (8 * heard.length);
        heard[bit >> 3] ^= 1 << (bit & 7);
      }
      const { channel } = kept;
      return {
        frame: heard,
        channel,
        rssiDbm: Math.round(levelDbm),
        snrDb: Math.round(levelDbm - noiseDbm(channel)),
      };
    },
    missed,
    levelDbm(at, hz, widthKhz) {
      let power = 0;
      for (const one of onAir) {
        const share = one.from === at ? 0 : overlap(one.channel, hz, widthKhz);
        if (share > 0) power += share * ratioOf(fateOf(one, at).levelDbm);
      }
      return power === 0 ? Number.NEGATIVE_INFINITY : decibel(power);
    },
    lossDb,
    corruptNext: (count) => {
      toCorrupt += count;
    },
    jam: (on) => {
      isJammed = on;
    },
    counts: () => ({ lostFrames, changedFrames, lostTo }),
  };
}
