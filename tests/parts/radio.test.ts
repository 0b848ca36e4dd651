import { beforeEach, describe, expect, it } from "@jest/globals";
import { airtimeUs, symbolUs } from "@songbai/sim/air/airtime";
import { type LoraAir, loraAir } from "@songbai/sim/air/lora-air";
import type { Station } from "@songbai/sim/air/lora-link";
import { loraNetwork } from "@songbai/sim/air/lora-network";
import { type Agenda, agenda } from "@songbai/sim/clock/agenda";
import { type RadioPart, radio } from "@songbai/sim/parts/radio";

const DEVICE: Station = { name: "device", place: { eastM: 0, northM: 0 }, wallsDb: 0 };
const OTHER: Station = { name: "other", place: { eastM: 100, northM: 0 }, wallsDb: 0 };
const CHANNEL = { frequencyHz: 500_300_000, spreadingFactor: 9 };
const FRAME = Uint8Array.of(1, 2, 3, 4);
const DOWN_US = Math.round(airtimeUs(4, 9, false));
const QUIET = { loss: 0, corruption: 0, shadowingDb: 0, riceK: undefined };

let time: Agenda;
let air: LoraAir;
let part: RadioPart;
let told: [timeUs: number, ...unknown[]][];
let spent: Record<string, number>;

beforeEach(() => {
  time = agenda();
  air = loraAir(time, 1, QUIET);
  told = [];
  spent = {};
  const tell =
    (what: string) =>
    (...values: unknown[]) =>
      told.push([time.nowUs(), what, ...values.map((value) => (value instanceof Uint8Array ? [...value] : value))]);
  part = radio({
    agenda: time,
    air,
    station: DEVICE,
    network: { deliver: () => ({}), discard() {}, answer() {}, refused: () => 0 },
    meter: {
      spend(what, us) {
        spent[what] = (spent[what] ?? 0) + us;
      },
      energy: () => ({ averageMicroamps: 0, estimatedDays: 0, by: {} }),
    },
    tell: {
      sent: tell("sent"),
      received: tell("received"),
      sensed: tell("sensed"),
      outcome: tell("outcome"),
      violation: tell("violation"),
    },
  });
});

const run = () => {
  const untilUs = time.nowUs() + 1e9;
  while (time.step(untilUs));
};
/** A frame of somebody 100 m away: 123.65 - 23.2 dB of loss. */
const send = (atUs: number, channel = CHANNEL, powerDbm = 14, down = true) =>
  time.at(atUs, () => air.send({ from: OTHER, frame: FRAME, channel, powerDbm, down }, () => {}));

describe("radio, receiving", () => {
  it("hears a frame that begins in the window, to its end, and draws current until then", () => {
    part.receive(CHANNEL, 300);
    send(200_000);
    run();
    expect(told).toEqual([[200_000 + DOWN_US, "received", [1, 2, 3, 4]]]);
    expect(spent).toEqual({ "lora receive": 200_000 + DOWN_US });
  });

  it("closes without one", () => {
    part.receive(CHANNEL, 300);
    run();
    expect(told).toEqual([[300_000, "received", undefined]]);
    expect(spent).toEqual({ "lora receive": 300_000 });
  });

  it("needs the last five symbols of a preamble, and five before the window closes", () => {
    const symbol = symbolUs(9);
    const spareUs = (12.25 - 5) * symbol;
    const at = (openUs: number, fromUs: number) => {
      time.at(openUs, () => part.receive(CHANNEL, 100));
      send(fromUs);
    };
    at(1e6, 1e6 - spareUs);
    at(2e6, 2e6 - spareUs - 1);
    at(3e6, 3.1e6 - 5 * symbol);
    at(4e6, 4.1e6 - 5 * symbol + 1);
    run();
    expect(told.map(([, , frame]) => frame !== undefined)).toEqual([true, false, true, false]);
  });

  it.each([
    ["uplinks", CHANNEL, 14, false],
    ["another channel", { ...CHANNEL, frequencyHz: 500_500_000 }, 14, true],
    ["another spreading factor", { ...CHANNEL, spreadingFactor: 10 }, 14, true],
    ["another bandwidth", { ...CHANNEL, bandwidthKhz: 250 }, 14, true],
    ["what is too weak", CHANNEL, -30, true],
  ])("does not hear %s", (_, channel, powerDbm, down) => {
    part.receive(CHANNEL, 300);
    send(100_000, channel, powerDbm, down);
    run();
    expect(told).toEqual([[300_000, "received", undefined]]);
  });

  it("stays with the first frame that it has locked on; one that collides takes it away", () => {
    part.receive(CHANNEL, 300);
    send(100_000);
    send(120_000, { ...CHANNEL, spreadingFactor: 9 }, 12);
    run();
    expect(told).toEqual([[100_000 + DOWN_US, "received", undefined]]);
  });

  it("forgets all when the power goes", () => {
    part.receive(CHANNEL, 300);
    send(100_000);
    time.at(110_000, () => part.reset());
    run();
    expect(told).toEqual([]);
    expect(spent).toEqual({ "lora receive": 110_000 });
    part.receive(CHANNEL, 300);
    run();
    expect(told).toHaveLength(1);
  });
});

describe("radio, listening first", () => {
  // Heard with power - 100.45 dBm, all of it within 200 kHz.
  it("hears 5 ms of nothing, and draws current for it", () => {
    part.sense(CHANNEL);
    send(6000);
    run();
    expect(told).toEqual([[5000, "sensed", true]]);
    expect(spent).toEqual({ "lora receive": 5000 });
  });

  it.each([
    ["somebody who is there already", 0, 1000, 21, CHANNEL, false],
    ["somebody who begins meanwhile", 4000, 0, 21, CHANNEL, false],
    ["somebody of another spreading factor", 0, 1000, 21, { ...CHANNEL, spreadingFactor: 12 }, false],
    ["nobody on the next channel", 0, 1000, 21, { ...CHANNEL, frequencyHz: 500_500_000 }, true],
    ["nobody below -80 dBm", 0, 1000, 20, CHANNEL, true],
    ["nobody who has ended", 0, 200_000, 21, CHANNEL, true],
  ])("hears %s", (_, sendUs, senseUs, powerDbm, channel, clear) => {
    send(sendUs, channel, powerDbm);
    time.at(senseUs, () => part.sense(CHANNEL));
    run();
    expect(told).toEqual([[senseUs + 5000, "sensed", clear]]);
  });

  it("forgets it when the power goes", () => {
    part.sense(CHANNEL);
    part.reset();
    run();
    expect(told).toEqual([]);
  });
});

describe("two devices on one air", () => {
  it("collide at the gateway, and hear each other first where they are near enough", () => {
    const network = loraNetwork(time, air, [{ place: DEVICE.place, channelsHz: undefined }], { uplink: () => ({}) });
    const told: string[] = [];
    const deviceAt = (name: string, northM: number) =>
      radio({
        agenda: time,
        air,
        network,
        station: { name, place: { eastM: 1000, northM }, wallsDb: 0 },
        meter: { spend() {}, energy: () => ({ averageMicroamps: 0, estimatedDays: 0, by: {} }) },
        tell: {
          sent() {},
          received() {},
          sensed: (clear) => told.push(`${name}: ${clear ? "clear" : "busy"}`),
          outcome: (outcome) => told.push(`${name}: ${outcome === undefined ? "lost" : "heard"}`),
          violation() {},
        },
      });
    const [a, beside, away] = [deviceAt("a", 0), deviceAt("beside", 2), deviceAt("away", 500)];
    a.transmit(FRAME, CHANNEL, 14);
    time.at(20_000, () => beside.sense(CHANNEL));
    time.at(20_000, () => away.sense(CHANNEL));
    time.at(30_000, () => away.transmit(FRAME, CHANNEL, 14));
    time.at(1e6, () => beside.transmit(FRAME, CHANNEL, 14));
    run();
    expect(told).toEqual(["beside: busy", "away: clear", "a: lost", "away: lost", "beside: heard"]);
  });
});

describe("radio, sending", () => {
  it("says so at the end, after the network has had its say", () => {
    part.transmit(FRAME, { ...CHANNEL, bandwidthKhz: 250 }, 14);
    run();
    const us = Math.round(airtimeUs(4, 9, true, 250));
    expect(us).toBeLessThan(airtimeUs(4, 9, true));
    expect(told).toEqual([
      [us, "outcome", {}],
      [us, "sent"],
    ]);
    expect(spent).toEqual({ "lora transmit": us });
  });

  it("leaves a frame on the air when the power goes, and tells the next life nothing of it", () => {
    part.transmit(FRAME, CHANNEL, 14);
    time.at(1000, () => part.reset());
    run();
    expect(told.map(([, what]) => what)).toEqual(["outcome"]);
  });

  it("says what the law does not allow, and sends it", () => {
    part.transmit(new Uint8Array(64), { ...CHANNEL, spreadingFactor: 12 }, 14);
    run();
    expect(told.map(([, what]) => what)).toEqual(["violation", "outcome", "sent"]);
    expect(told[0][2]).toBe("a frame of 2793 ms on 500.3 MHz; MIIT notice 52/2019 allows 1000 ms");
  });
});
