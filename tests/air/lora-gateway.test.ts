import { beforeEach, describe, expect, it } from "@jest/globals";
import { airtimeUs } from "@songbai/sim/air/airtime";
import type { Downlink, UplinkOutcome } from "@songbai/sim/air/gateway";
import { type LoraAir, loraAir, type Reception } from "@songbai/sim/air/lora-air";
import { type LoraGateway, loraGateway } from "@songbai/sim/air/lora-gateway";
import type { Station } from "@songbai/sim/air/lora-link";
import { loraNetwork } from "@songbai/sim/air/lora-network";
import { type Agenda, agenda } from "@songbai/sim/clock/agenda";
import { HERE, HZ, QUIET, sf } from "./bench.ts";

const FRAME = new Uint8Array(20).fill(3);
const UP_US = Math.round(airtimeUs(20, 9, true));
const DOWN_US = Math.round(airtimeUs(20, 9, false));
const device = (name: string, eastM = 100): Station => ({ name, place: { eastM, northM: 0 }, wallsDb: 0 });

let time: Agenda;
let air: LoraAir;
const run = (untilUs = 1e12) => {
  while (time.step(untilUs));
};
const up = (name: string, atUs: number, channel = sf(9), done = () => {}, eastM = 100) =>
  time.at(atUs, () => air.send({ from: device(name, eastM), frame: FRAME, channel, powerDbm: 14, down: false }, done));

beforeEach(() => {
  time = agenda();
  air = loraAir(time, 1, QUIET);
});

describe("a gateway", () => {
  let heard: Reception[];
  const gatewayWith = (channelsHz?: readonly number[]): LoraGateway =>
    loraGateway({ agenda: time, air, station: HERE, channelsHz, heard: (one) => heard.push(one) });
  beforeEach(() => {
    heard = [];
  });

  it("has eight demodulators: of nine frames at a time on as many channels it loses the last to begin", () => {
    gatewayWith();
    for (let n = 0; n < 9; n++) up(`${n}`, n * 10, sf(9, HZ + n * 200_000));
    // When they have ended there is room again.
    for (let n = 0; n < 8; n++) up(`later ${n}`, 10 + UP_US + n * 10, sf(9, HZ + n * 200_000));
    run();
    const channels = heard.map(({ channel }) => (channel.frequencyHz - HZ) / 200_000);
    expect(channels).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7]);
    expect(air.counts().lostTo).toEqual({ busy: 1 });
  });

  it("has one more for wide channels", () => {
    gatewayWith();
    for (let n = 0; n < 8; n++) up(`${n}`, n * 10, sf(9, HZ + n * 200_000));
    for (let n = 0; n < 2; n++) up(`wide ${n}`, 100, sf(8, HZ + 10e6 + n * 1e6, 500));
    run();
    expect(heard).toHaveLength(9);
    expect(air.counts().lostTo).toEqual({ busy: 1 });
  });

  it("does not hear what it has no channel for, what is too weak, and downlinks of others", () => {
    gatewayWith([HZ]);
    up("ours", 0);
    up("not ours", 1e6, sf(9, HZ + 200_000));
    up("wide", 2e6, sf(9, HZ, 500));
    up("far", 3e6, sf(9), () => {}, 90_000);
    time.at(4e6, () => air.send({ from: device("other"), frame: FRAME, channel: sf(9), powerDbm: 14, down: true }, () => {}));
    run();
    expect(heard).toHaveLength(1);
    expect(air.counts().lostTo).toEqual({ channel: 2, weak: 1, asleep: 1 });
  });

  it("hears nothing while it sends, and drops what it was hearing", () => {
    const gateway = gatewayWith();
    const down = sf(9, HZ + 5e6);
    time.at(0, () => gateway.send(FRAME, down, 1_000_000));
    up("cut off", 1_000_000 - UP_US + 1);
    up("meanwhile", 1_000_000 + 10, sf(9, HZ + 200_000));
    up("just before", 1_000_000 - UP_US - 1, sf(9, HZ + 400_000));
    up("just after", 1_000_000 + DOWN_US, sf(9, HZ + 600_000));
    run();
    const channels = heard.map(({ channel }) => (channel.frequencyHz - HZ) / 200_000);
    expect(channels).toEqual([2, 3]);
    expect(air.counts().lostTo).toEqual({ deaf: 2, asleep: 1 });
  });

  it("drops what it was hearing for an order that comes meanwhile", () => {
    const gateway = gatewayWith();
    up("cut off", 0);
    time.at(UP_US / 2, () => gateway.send(FRAME, sf(9, HZ + 5e6), 100));
    run();
    expect(heard).toEqual([]);
    expect(air.counts().lostTo).toEqual({ deaf: 1, asleep: 1 });
  });

  it("hears a frame whose preamble reaches over the end of its own", () => {
    const gateway = gatewayWith();
    time.at(0, () => gateway.send(FRAME, sf(9, HZ + 5e6), 1_000_000));
    const spareUs = (12.25 - 5) * 4096;
    up("in time", 1_000_000 + DOWN_US - spareUs);
    up("not", 1_000_000 + DOWN_US - spareUs - 2, sf(9, HZ + 200_000));
    run();
    expect(heard.map(({ channel }) => channel.frequencyHz)).toEqual([HZ]);
  });

  it("refuses a downlink that would overlap another, and takes the one after", () => {
    const gateway = gatewayWith();
    const answers: boolean[] = [];
    time.at(0, () => {
      for (const delayUs of [1e6, 1e6 + DOWN_US - 1, 1e6 - DOWN_US + 1, 1e6 + DOWN_US, 1e6 - DOWN_US]) {
        answers.push(gateway.send(FRAME, sf(9, HZ + 5e6), delayUs));
      }
    });
    time.at(1.5e6, () => answers.push(gateway.send(FRAME, sf(9), 0)));
    run();
    expect(answers).toEqual([true, false, false, true, true, true]);
  });
});

describe("gateways and their network server", () => {
  const PLACES = [0, 500, 2000].map((eastM) => ({ place: { eastM, northM: 0 }, channelsHz: undefined }));
  let uplinks: [timeS: number, rssiDbm: number][];
  let answer: Downlink | undefined;
  const server = {
    uplink({ rssiDbm }: Reception, timeS: number): UplinkOutcome {
      uplinks.push([timeS, rssiDbm]);
      return answer === undefined ? {} : { downlink: answer };
    },
  };
  beforeEach(() => {
    uplinks = [];
    answer = undefined;
  });

  it("hand a frame over once, as the one has it that heard it best; the answer goes down there", () => {
    const { deliver } = loraNetwork(time, air, PLACES, server);
    answer = { frame: FRAME, delayMs: 1000, channel: sf(9, HZ + 5e6) };
    const outcomes: (UplinkOutcome | undefined)[] = [];
    const senders: string[] = [];
    air.listen({ began: (one) => one.down && senders.push(`${one.from.name} ${one.fromUs}`), ended() {} });
    up("device", 0, sf(9), () => outcomes.push(deliver()), 520);
    run();
    expect(outcomes).toEqual([{ downlink: answer }]);
    expect(uplinks).toEqual([[UP_US / 1e6, Math.round(14 - 123.65 + 23.2 * Math.log10(1000 / 20))]]);
    expect(senders).toEqual([`gateway 2 ${UP_US + 1_000_000}`]);
  });

  it("take the second window where the first has no room, and say when neither has", () => {
    const { deliver, refused } = loraNetwork(time, air, PLACES.slice(0, 1), server);
    answer = {
      frame: FRAME,
      delayMs: 1000,
      channel: sf(9, HZ + 5e6),
      otherwise: { delayMs: 2000, channel: sf(10, HZ + 6e6) },
    };
    const sent: [number, number][] = [];
    air.listen({ began: (one) => one.down && sent.push([one.fromUs, one.channel.spreadingFactor]), ended() {} });
    for (let n = 0; n < 3; n++) up(`${n}`, 0, sf(9, HZ + n * 200_000), deliver);
    run();
    expect(uplinks).toHaveLength(3);
    expect(sent).toEqual([
      [UP_US + 1_000_000, 9],
      [UP_US + 2_000_000, 10],
    ]);
    expect(refused()).toBe(1);
  });

  it("hand over what they heard of this frame, not of the last", () => {
    const { deliver } = loraNetwork(time, air, PLACES, server);
    up("near", 0, sf(9), deliver, 499);
    up("farther", 1e6, sf(9), deliver, 1000);
    run();
    expect(uplinks.map(([, rssiDbm]) => rssiDbm)).toEqual([-40, Math.round(14 - 123.65 + 23.2 * Math.log10(2))]);
  });

  it("change a frame as a whole, however many of them heard it", () => {
    const { deliver } = loraNetwork(time, air, PLACES, server);
    air.corruptNext(2);
    for (let n = 0; n < 3; n++) up("device", n * 1e6, sf(9), deliver);
    run();
    expect(air.counts().changedFrames).toBe(6);
  });

  it("lose a frame for the reason of the one who came nearest", () => {
    air = loraAir(time, 1, { ...QUIET, loss: 1 });
    const { deliver } = loraNetwork(time, air, PLACES, server);
    // Too weak for the first two at SF7, drowned at the third by what stands beside it.
    up("drowned", 0, sf(7), deliver, 5500);
    up("drowns", 0, sf(7), deliver, 5400);
    run(1e6);
    expect(air.counts().lostTo).toEqual({ collision: 2 });
    // Each drowns the other where it is the nearer, and is lost by chance there.
    up("left", 2e6, sf(7), deliver, 100);
    up("right", 2e6, sf(7), deliver, 1900);
    run();
    expect(air.counts().lostTo).toEqual({ collision: 2, chance: 2 });
  });

  it("have nothing to hand over when nobody heard, or when it was somebody else's", () => {
    const { deliver, discard } = loraNetwork(time, air, PLACES, server);
    const outcomes: (UplinkOutcome | undefined)[] = [];
    up("far", 0, sf(9), () => outcomes.push(deliver()), 90_000);
    up("neighbour", 1e6, sf(9), discard);
    up("ours", 2e6, sf(9), () => outcomes.push(deliver()));
    run();
    expect(outcomes).toEqual([undefined, {}]);
    expect(uplinks).toHaveLength(1);
  });
});
