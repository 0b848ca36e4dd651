import { describe, expect, it } from "@jest/globals";
import { adr } from "@songbai/tools/hub/lorawan/adr";
import {
  deviceTimeAnswer,
  linkAdrAccepted,
  linkAdrRequest,
  linkCheckAnswer,
  readCommands,
} from "@songbai/tools/hub/lorawan/commands";
import { JOIN_RX1_DELAY_MS, RX1_DELAY_MS, windowsFor } from "@songbai/tools/hub/lorawan/windows";

const octets = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

describe("MAC commands, from the network's side", () => {
  it("reads each command of a device", () => {
    const all = "02 0307 04 0503 06ff14 0703 08 09 0a03 0d".replaceAll(" ", "");
    expect(readCommands(octets(all)).map(({ name, octets: rest }) => [name, hex(rest)])).toEqual([
      ["link-check", ""],
      ["link-adr", "07"],
      ["duty-cycle", ""],
      ["rx-param-setup", "03"],
      ["dev-status", "ff14"],
      ["new-channel", "03"],
      ["rx-timing-setup", ""],
      ["tx-param-setup", ""],
      ["dl-channel", "03"],
      ["device-time", ""],
    ]);
  });

  it.each([
    ["an unknown one", "02800d"],
    ["one cut short", "0206ff"],
  ])("stops at %s", (_, text) => {
    expect(readCommands(octets(text)).map(({ name }) => name)).toEqual(["link-check"]);
  });

  it("answers a link check with the whole dB above the floor of the rate, and the gateways", () => {
    // SF7 needs -7.5 dB, SF12 -20 dB.
    expect(hex(linkCheckAnswer(5, 7, 2))).toBe("020c02");
    expect(hex(linkCheckAnswer(-15, 12, 1))).toBe("020501");
    expect(hex(linkCheckAnswer(-9, 7, 1))).toBe("020001");
    expect(hex(linkCheckAnswer(5, 7, 300))).toBe("020cff");
  });

  it("answers with GPS time: 2017-01-01 00:00:00 UTC is 1167264018 (the first second after the last leap second), in 1/256 s", () => {
    const at = (timeS: number) => hex(deviceTimeAnswer(timeS) as Uint8Array);
    expect(at(1_483_228_800)).toBe("0d1209934500");
    expect(at(1_483_228_800.5)).toBe("0d1209934580");
    expect(deviceTimeAnswer(187_000)).toBeUndefined();
  });

  it("asks for a rate on the channels of a sub-band: 10 is channels 80 to 87, 11 the eight above", () => {
    expect(hex(linkAdrRequest({ dataRate: 5, txPower: 2, nbTrans: 1 }, 10))).toBe("0352ff0051");
    expect(hex(linkAdrRequest({ dataRate: 3, txPower: 0, nbTrans: 3 }, 11))).toBe("033000ff53");
    const [all, part] = readCommands(octets("03070306"));
    expect([linkAdrAccepted(all), linkAdrAccepted(part)]).toEqual([true, false]);
  });
});

describe("adaptive data rate", () => {
  const NOW = { dataRate: 3, txPower: 0, nbTrans: 1 };
  function linkOf(snrDb: number, count = 20, step = 1) {
    const link = adr();
    for (let n = 0; n < count; n++) link.heard(n * step, n === 5 ? snrDb : snrDb - 4);
    return link;
  }

  it("says nothing before it has heard 20 frames", () => {
    expect(linkOf(10, 19).advice(NOW)).toBeUndefined();
    expect(linkOf(10, 20).advice(NOW)).toBeDefined();
  });

  it.each([
    // SF9 needs -12.5 dB; 10 dB stay for fading; 3 dB are a step.
    [0.4, undefined],
    [0.5, { dataRate: 4, txPower: 0, nbTrans: 1 }],
    [3.5, { dataRate: 5, txPower: 0, nbTrans: 1 }],
    [6.5, { dataRate: 5, txPower: 1, nbTrans: 1 }],
    [40, { dataRate: 5, txPower: 7, nbTrans: 1 }],
  ])("spends the best SNR, here %d dB, on the rate first and on power then", (snrDb, advised) => {
    expect(linkOf(snrDb).advice(NOW)).toEqual(advised);
  });

  it("gives power back to a link that is too weak, and leaves the rate to the device's back-off", () => {
    expect(linkOf(-12).advice({ dataRate: 3, txPower: 2, nbTrans: 1 })).toEqual({ dataRate: 3, txPower: 0, nbTrans: 1 });
    expect(linkOf(-12).advice(NOW)).toBeUndefined();
  });

  it("repeats more where frames are missing, and less where none are", () => {
    expect(linkOf(0, 20, 2).advice({ ...NOW, nbTrans: 2 })).toEqual({ ...NOW, nbTrans: 3 });
    expect(linkOf(0).advice({ ...NOW, nbTrans: 3 })).toEqual({ ...NOW, nbTrans: 2 });
  });

  it("begins anew when the device has changed", () => {
    const link = linkOf(10);
    link.changed();
    expect(link.advice(NOW)).toBeUndefined();
  });
});

describe("windows of a downlink", () => {
  const at = (spreadingFactor: number) => ({
    subBand: 10,
    uplink: { frequencyHz: 486_900_000, spreadingFactor },
    rx1DelayMs: RX1_DELAY_MS,
    rx2Rate: 0,
  });

  it("RX1 on the uplink's channel modulo 48 at its rate, RX2 on 505.3 MHz at SF12, as far as a second allows", () => {
    const rx1 = { delayMs: 1000, channel: { frequencyHz: 507_300_000, spreadingFactor: 9 } };
    const rx2 = { delayMs: 2000, channel: { frequencyHz: 505_300_000, spreadingFactor: 12 } };
    expect(windowsFor(12, at(9))).toEqual([rx1, rx2]);
    // SF12: 12 octets last 991 ms, 17 last 1155 ms.
    expect(windowsFor(17, at(9))).toEqual([rx1]);
    expect(windowsFor(17, at(12))).toEqual([]);
    expect(windowsFor(33, { ...at(11), rx1DelayMs: JOIN_RX1_DELAY_MS }).map(({ delayMs }) => delayMs)).toEqual([5000]);
  });

  it("RX2 at the rate that the session has for it: at SF11 a frame of 36 octets lasts 987 ms", () => {
    const rx2 = { delayMs: 2000, channel: { frequencyHz: 505_300_000, spreadingFactor: 11 } };
    expect(windowsFor(36, { ...at(9), rx2Rate: 1 })[1]).toEqual(rx2);
    expect(windowsFor(40, { ...at(9), rx2Rate: 1 })).toHaveLength(1);
  });

  it("none for an uplink outside the sub-band", () => {
    expect(windowsFor(12, { ...at(9), subBand: 9 })).toEqual([]);
  });
});
