/** The air against theory: collisions of many devices that know nothing of each other. */
import { describe, expect, it } from "@jest/globals";
import { airtimeUs, symbolUs } from "@songbai/sim/air/airtime";
import { loraAir } from "@songbai/sim/air/lora-air";
import { loraGateway } from "@songbai/sim/air/lora-gateway";
import { loraNeighbours } from "@songbai/sim/air/lora-neighbours";
import { agenda } from "@songbai/sim/clock/agenda";
import { HERE, HZ, QUIET } from "./bench.ts";

const NODES = 100;
const OCTETS = 25;
const FRAMES = 6000;
/** What 6000 frames, of which collisions take two or more at a time, leave open. */
const TOLERANCE = 0.025;

interface Load {
  /** Frames that begin during one, on average, on all channels. */
  readonly offered: number;
  readonly spreadingFactor: number;
  readonly channelsHz?: readonly number[];
  readonly riceK?: number;
  /** Metres; 1: all are as loud as each other. */
  readonly withinM?: number;
}

/** Share of the neighbours' frames that a gateway receives, and the time on air of one. */
function received({ offered, spreadingFactor, channelsHz = [HZ], riceK, withinM = 1 }: Load) {
  const time = agenda();
  const air = loraAir(time, 1, { ...QUIET, riceK });
  let heard = 0;
  let ended = 0;
  const heardOne = () => {
    heard++;
  };
  loraGateway({ agenda: time, air, station: HERE, channelsHz: undefined, heard: heardOne });
  const frameUs = airtimeUs(OCTETS, spreadingFactor, true);
  const everyS = (NODES * frameUs) / offered / 1e6;
  const crowd = { count: NODES, everyS, octets: OCTETS, withinM, wallsDb: 0, spreadingFactor };
  loraNeighbours(time, air, 7, crowd, HERE, channelsHz, () => {
    ended++;
  });
  while (ended < FRAMES) time.step(1e15);
  return { share: heard / ended, frameUs };
}

/** A frame collides with what begins during it, or so long before it that it reaches the last five symbols of the preamble. */
function vulnerable(spreadingFactor: number, frameUs: number): number {
  return 2 - ((12.25 - 5) * symbolUs(spreadingFactor)) / frameUs;
}

describe("a hundred devices, all equally loud", () => {
  it.each([
    [0.05, 9],
    [0.25, 9],
    [0.5, 9],
    [1, 9],
    [0.5, 7],
    [0.5, 12],
  ])("at a load of %d, SF%i: exp(-G · the vulnerable time), as pure ALOHA says", (offered, spreadingFactor) => {
    const { share, frameUs } = received({ offered, spreadingFactor });
    // The senders are finite in number and do not overlap themselves.
    const load = (offered * (NODES - 1)) / NODES / (1 + offered / NODES);
    expect(Math.abs(share - Math.exp(-load * vulnerable(spreadingFactor, frameUs)))).toBeLessThan(TOLERANCE);
  });

  it("spread over eight channels it is as if there were an eighth of them", () => {
    const channelsHz = Array.from({ length: 8 }, (_, n) => HZ + n * 200_000);
    const { share, frameUs } = received({ offered: 2, spreadingFactor: 9, channelsHz });
    expect(Math.abs(share - Math.exp((-2 / 8) * vulnerable(9, frameUs)))).toBeLessThan(TOLERANCE);
  });
});

describe("a hundred devices in Rayleigh fading", () => {
  // Among n others a frame is z times as strong as all together with a probability of (1 + z)^-n (Arnbak and van Blitterswijk,
  // "Capacity of Slotted ALOHA in Rayleigh-Fading Channels", 1987); n is Poisson's.
  it.each([0.25, 0.5, 1])("at a load of %d: capture at 6 dB lets the stronger through, as theory says", (offered) => {
    const { share, frameUs } = received({ offered, spreadingFactor: 9, riceK: 0 });
    const z = 10 ** 0.6;
    const load = (offered * (NODES - 1)) / NODES / (1 + offered / NODES);
    const expected = Math.exp((-load * vulnerable(9, frameUs) * z) / (1 + z));
    expect(expected - Math.exp(-load * vulnerable(9, frameUs))).toBeGreaterThan(TOLERANCE);
    expect(Math.abs(share - expected)).toBeLessThan(TOLERANCE);
  });
});

describe("distance", () => {
  it.each([1000, 2000, 4000, 8000])("of %i m in Rayleigh fading: exp(-1/margin) of the frames arrive", (distanceM) => {
    const time = agenda();
    const air = loraAir(time, 3, { ...QUIET, riceK: 0 });
    const station = { name: "gateway", place: { eastM: distanceM, northM: 0 }, wallsDb: 0 };
    let heard = 0;
    const heardOne = () => {
      heard++;
    };
    loraGateway({ agenda: time, air, station, channelsHz: undefined, heard: heardOne });
    const frame = { from: HERE, frame: new Uint8Array(OCTETS), channel: { frequencyHz: HZ, spreadingFactor: 9 } };
    for (let i = 0; i < 2000; i++) time.at(i * 1e6, () => air.send({ ...frame, powerDbm: 14, down: false }, () => {}));
    while (time.step(1e15));
    const marginDb = 14 - air.lossDb(HERE, station) + 117 + 12.5;
    expect(Math.abs(heard / 2000 - Math.exp(-(10 ** (-marginDb / 10))))).toBeLessThan(0.03);
  });
});
