/**
 * What the law of a band lets a device send. A device program that breaks it fails its run, as it would fail at type approval.
 */
import type { LoraChannel } from "@songbai/sdk/board/lora";
import { bandwidthOf } from "./lora-demodulator.ts";

const HOUR_US = 3600e6;

interface Band {
  readonly fromHz: number;
  readonly toHz: number;
  /** Longest transmission, ms. */
  readonly longestMs?: number;
  /** The same, where it holds for narrow channels only. */
  readonly narrowMs?: number;
  /** Share of an hour, 0..1. */
  readonly duty?: number;
  readonly source: string;
}

/** ERC recommendation 70-03, annex 1, bands h1.3 to h1.7. */
const ERC = "ERC 70-03";

const BANDS: readonly Band[] = [
  { fromHz: 470e6, toHz: 510e6, longestMs: 1000, source: "MIIT notice 52/2019" },
  { fromHz: 863e6, toHz: 865e6, duty: 0.001, source: ERC },
  { fromHz: 865e6, toHz: 868e6, duty: 0.01, source: ERC },
  { fromHz: 868e6, toHz: 868.6e6, duty: 0.01, source: ERC },
  { fromHz: 868.7e6, toHz: 869.2e6, duty: 0.001, source: ERC },
  { fromHz: 869.4e6, toHz: 869.65e6, duty: 0.1, source: ERC },
  { fromHz: 869.7e6, toHz: 870e6, duty: 0.01, source: ERC },
  { fromHz: 902e6, toHz: 928e6, narrowMs: 400, source: "47 CFR 15.247" },
];

export interface LoraRules {
  /** A device begins a frame of so many microseconds. Answers what is wrong with it, in one sentence. */
  readonly check: (channel: LoraChannel, fromUs: number, lengthUs: number) => string | undefined;
}

interface Sent {
  readonly fromUs: number;
  readonly lengthUs: number;
}

/** The rules for one device. */
export function loraRules(): LoraRules {
  const sent = new Map<Band, Sent[]>();

  return {
    check(channel, fromUs, lengthUs) {
      const band = BANDS.find(({ fromHz, toHz }) => channel.frequencyHz >= fromHz && channel.frequencyHz < toHz);
      if (band === undefined) return undefined;
      const mhz = channel.frequencyHz / 1e6;
      const longestMs = band.longestMs ?? (bandwidthOf(channel) === 125 ? band.narrowMs : undefined);
      if (longestMs !== undefined && lengthUs > longestMs * 1000) {
        return `a frame of ${Math.round(lengthUs / 1000)} ms on ${mhz} MHz; ${band.source} allows ${longestMs} ms`;
      }
      if (band.duty === undefined) return undefined;
      const recent = (sent.get(band) ?? []).filter((one) => one.fromUs > fromUs - HOUR_US);
      recent.push({ fromUs, lengthUs });
      sent.set(band, recent);
      const seconds = recent.reduce((sum, one) => sum + one.lengthUs, 0) / 1e6;
      const allowed = band.duty * 3600;
      return seconds <= allowed
        ? undefined
        : `${seconds.toFixed(1)} s in an hour around ${mhz} MHz; ${band.source} allows ${allowed} s`;
    },
  };
}
