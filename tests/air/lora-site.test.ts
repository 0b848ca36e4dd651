import { describe, expect, it } from "@jest/globals";
import type { Emission, Reception } from "@songbai/sim/air/lora-air";
import { loraSite, type SiteSettings } from "@songbai/sim/air/lora-site";
import { agenda } from "@songbai/sim/clock/agenda";
import { sf } from "./bench.ts";

const AIR: SiteSettings = { distanceM: 1000, loss: 0, corruption: 0 };

/** What the server gets of frames of the device, one a second. */
function received(settings: SiteSettings, frames: number, spreadingFactor = 9): Reception[] {
  const time = agenda();
  const receptions: Reception[] = [];
  const { air, network, station } = loraSite(time, 1, settings, {
    uplink(reception) {
      receptions.push(reception);
      return {};
    },
  });
  const frame = { from: station, frame: new Uint8Array(20), channel: sf(spreadingFactor), powerDbm: 14, down: false };
  for (let i = 0; i < frames; i++) time.at(i * 1e6, () => air.send(frame, network.deliver));
  while (time.step(frames * 1e6));
  return receptions;
}

/** The neighbours' frames of some hours. */
function neighbours(settings: SiteSettings, hours: number) {
  const time = agenda();
  const { air } = loraSite(time, 1, settings, { uplink: () => ({}) });
  const frames: Emission[] = [];
  air.listen({ began: (one) => frames.push(one), ended() {} });
  while (time.step(hours * 3600e6));
  return { frames, counts: air.counts() };
}

describe("the device of a scenario", () => {
  it("is heard from within a house, at the distance of its gateway", () => {
    // 123.65 dB at 1 km and 12 dB of walls.
    expect(received(AIR, 1).map(({ rssiDbm }) => rssiDbm)).toEqual([Math.round(14 - 123.65 - 12)]);
    expect(received({ ...AIR, distanceM: 100 }, 1)[0].rssiDbm).toBe(Math.round(14 - 123.65 - 12 + 23.2));
  });

  it("is heard by the nearest of its gateways", () => {
    const gateways = [
      { eastM: 900, northM: 0 },
      { eastM: 0, northM: -100 },
    ];
    expect(received({ ...AIR, gateways }, 1)[0].rssiDbm).toBe(Math.round(14 - 123.65 - 12 + 23.2));
  });

  it("fades as it is told: not, a little with the gateway in sight, a lot without", () => {
    // SF9 at 1 km has a margin of 7.85 dB: Rayleigh's law loses 1 - exp(-10^-0.785) of the frames, 15 %.
    const heard = (fading?: "rician" | "rayleigh") =>
      received({ ...AIR, ...(fading === undefined ? {} : { fading }) }, 2000).length / 2000;
    expect(heard()).toBe(1);
    expect(heard("rician")).toBeLessThan(1);
    expect(heard("rician")).toBeGreaterThan(0.98);
    expect(Math.abs(heard("rayleigh") - 0.85)).toBeLessThan(0.03);
  });

  it("stands in a shadow of its own", () => {
    const shadowed = received({ ...AIR, distanceM: 100, shadowingDb: 7.8 }, 3).map(({ rssiDbm }) => rssiDbm);
    expect(shadowed).toEqual([shadowed[0], shadowed[0], shadowed[0]]);
    expect(shadowed[0]).not.toBe(received({ ...AIR, distanceM: 100 }, 1)[0].rssiDbm);
  });
});

describe("its neighbours", () => {
  const crowd = { count: 60, everyS: 600, octets: 25, withinM: 2000 };
  // RP001: 470.3 MHz + 0.2 n, eight a sub-band.
  const region = (subBand: number) => Array.from({ length: 8 }, (_, n) => 470_300_000 + (8 * subBand + n) * 200_000);

  it("send as often as they are told, evenly on eight channels, and are not counted when they are lost", () => {
    const { frames, counts } = neighbours({ ...AIR, neighbours: crowd }, 10);
    // 60 a device in ten hours, exponential intervals.
    expect(Math.abs(frames.length - 3600)).toBeLessThan(200);
    const used = [...new Set(frames.map(({ channel }) => channel.frequencyHz))].sort();
    expect(used).toEqual(region(10));
    for (const hz of used) {
      expect(Math.abs(frames.filter(({ channel }) => channel.frequencyHz === hz).length - 450)).toBeLessThan(90);
    }
    expect(frames.every(({ frame, down }) => frame.length === 25 && !down)).toBe(true);
    expect(counts).toEqual({ lostFrames: 0, changedFrames: 0, lostTo: {} });
  });

  it("are on the sub-band of the gateways", () => {
    const { frames } = neighbours({ ...AIR, subBand: 3, neighbours: crowd }, 10);
    expect([...new Set(frames.map(({ channel }) => channel.frequencyHz))].sort()).toEqual(region(3));
  });

  it("stand all over a disc around the gateway, each with the least spreading factor that leaves 10 dB", () => {
    const { frames } = neighbours({ ...AIR, neighbours: crowd }, 10);
    const homes = new Map(frames.map(({ from, channel }) => [from, channel.spreadingFactor]));
    expect(homes.size).toBe(60);
    const distances: number[] = [];
    for (const [{ place, wallsDb }, spreadingFactor] of homes) {
      const distanceM = Math.hypot(place.eastM - 1000, place.northM);
      distances.push(distanceM);
      expect(distanceM).toBeLessThanOrEqual(2000);
      expect(wallsDb).toBe(12);
      const marginDb = 14 - (123.65 + 12 + 23.2 * Math.log10(distanceM / 1000)) + 117 - 10;
      const least = Math.ceil(7 + Math.max(0, (-7.5 - marginDb) / 2.5));
      expect(spreadingFactor).toBe(Math.min(11, least));
    }
    // Half of a disc lies beyond 0.71 of its radius.
    const outer = distances.filter((distanceM) => distanceM > 2000 * Math.SQRT1_2).length;
    expect(Math.abs(outer - 30)).toBeLessThan(12);
  });
});
