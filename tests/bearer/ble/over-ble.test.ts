import { describe, expect, it } from "@jest/globals";
import { putAdvertisement } from "@songbai/sdk/bearer/ble/advertising";
import { gatt, PLAIN } from "@songbai/sdk/bearer/ble/gatt";
import { RECORD_SERVICE } from "@songbai/sdk/bearer/ble/record-service";
import type { Ble, BleEvents } from "@songbai/sdk/board/ble";
import type { Board } from "@songbai/sdk/board/board";
import { overBle, overBleWith } from "@songbai/sdk/device/over-ble";
import type { Wiring } from "@songbai/sdk/device/wiring";
import { fakeTimers } from "../../support/fake-board.ts";
import { fromHex, toHex } from "../../support/hex.ts";

const SERVICE = "e2351712cc378e8daf4f152901006d25";
const hexOf = (text: string) => Buffer.from(text).toString("hex");

function rig(
  parts: { name?: string; radio?: boolean; battery?: boolean; attributes?: ReturnType<typeof gatt>; starts?: number } = {},
) {
  const timers = fakeTimers();
  const said: string[] = [];
  const sent: string[] = [];
  let events: BleEvents | undefined;
  let into: { [index: number]: number } = [];
  const ble: Ble = {
    start(octets, listener) {
      into = octets;
      events = listener;
      return parts.starts ?? 0;
    },
    advertise(data, length, intervalMs) {
      said.push(`${timers.now()} ${intervalMs} ${toHex(data, length)}`);
      return 0;
    },
    send(pdu, length) {
      sent.push(toHex(pdu, length));
      return 0;
    },
    disconnect: () => events!.onDisconnect(),
    securityLevel: () => 1,
  };
  const wiring = {
    board: {
      timers,
      ...(parts.radio === false ? {} : { ble }),
      ...(parts.battery === false ? {} : { battery: { levelPercent: () => 71 } }),
    } as unknown as Board,
    manifest: { id: "watch", sensors: {}, bearers: parts.name === "" ? {} : { ble: { name: parts.name ?? "Songbai watch" } } },
    identity: { fields: { deviceId: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) } },
    onReady: () => said.push(`${timers.now()} ready`),
    onCommand: (octets: Uint8Array, length: number) => said.push(`${timers.now()} down ${toHex(octets, length)}`),
  } as unknown as Wiring;
  const bearer = parts.attributes === undefined ? overBle(wiring) : overBleWith(parts.attributes)(wiring);
  const say = (pdu: string): string[] => {
    fromHex(pdu).forEach((octet, i) => {
      into[i] = octet;
    });
    events!.onPdu(pdu.length / 2);
    for (let before = -1; before !== sent.length; ) {
      before = sent.length;
      events!.onSent();
    }
    return sent.splice(0);
  };
  return { timers, said, bearer, say, connect: () => events!.onConnect(), disconnect: () => events!.onDisconnect() };
}

/** Moments and intervals of advertising. */
const intervals = (said: readonly string[]) => said.map((one) => one.split(" ").slice(0, 2).join(" "));

describe("device/over-ble", () => {
  it("advertises the record service and as much of the name as fits", () => {
    const advertised = (name: string) => {
      const into = new Uint8Array(31);
      return toHex(into, putAdvertisement(into, RECORD_SERVICE, name));
    };
    expect(advertised("Songbai watch")).toBe(`0201061107${SERVICE}0908${hexOf("Songbai ")}`);
    expect(advertised("bracelet")).toBe(`0201061107${SERVICE}0909${hexOf("bracelet")}`);
    expect(advertised("w")).toBe(`0201061107${SERVICE}0209${hexOf("w")}`);
    expect(rig().said).toEqual([`0 100 0201061107${SERVICE}0908${hexOf("Songbai ")}`]);
  });

  it("advertises often for half a minute, then seldom, and not at all while connected", () => {
    const { said, timers, connect, disconnect } = rig();
    timers.pass(100_000);
    connect();
    timers.pass(50_000);
    disconnect();
    timers.pass(10_000);
    connect();
    timers.pass(50_000);
    expect(intervals(said)).toEqual(["0 100", "30000 1285", "150000 100"]);
  });

  it("advertises often for ten minutes when something urgent waits", () => {
    const { said, timers, bearer } = rig();
    timers.pass(100_000);
    bearer!.wanted!(false);
    bearer!.wanted!(true);
    timers.pass(300_000);
    bearer!.wanted!(true);
    timers.pass(900_000);
    bearer!.wanted!(false);
    bearer!.wanted!(true);
    expect(intervals(said)).toEqual(["0 100", "30000 1285", "100000 100", "700000 1285", "1300000 100"]);
  });

  it("does not advertise for something urgent while a central is there", () => {
    const { said, timers, bearer, connect, disconnect } = rig();
    connect();
    bearer!.wanted!(true);
    timers.pass(50_000);
    expect(intervals(said)).toEqual(["0 100"]);
    disconnect();
    timers.pass(700_000);
    expect(intervals(said)).toEqual(["0 100", "50000 100", "650000 1285"]);
  });

  it("is ready when a central takes records, and says so", () => {
    const { said, bearer, say, connect, disconnect } = rig();
    expect([bearer!.name, bearer!.cost, bearer!.maxPayload(), bearer!.isReady()]).toEqual(["ble", 1, 255, false]);
    connect();
    expect(bearer!.isReady()).toBe(false);
    // 1 to 6 generic, 7 to 13 Device Information, 14 to 17 battery, 18 records: 20 Info, 22 Up, 23 its configuration, 25 Down.
    expect(say("1217000100")).toEqual(["13"]);
    expect([bearer!.isReady(), said.at(-1)]).toEqual([true, "0 ready"]);
    disconnect();
    expect(bearer!.isReady()).toBe(false);
  });

  it("lets go of a central that is subscribed to nothing for a minute, and advertises again", () => {
    const { said, timers, say, connect } = rig();
    connect();
    say("1211000100");
    timers.pass(200_000);
    expect(intervals(said)).toEqual(["0 100"]);
    say("1211000000");
    timers.pass(60_000);
    expect(intervals(said)).toEqual(["0 100", "240000 100"]);
  });

  it("lets go of a central that answers no record", () => {
    const { said, timers, bearer, say, connect } = rig();
    connect();
    say("1217000100");
    for (let i = 0; i < 2; i++) {
      bearer!.send(fromHex("aa"), 1, () => {});
      say("0a0300");
      expect(bearer!.isReady()).toBe(true);
      timers.pass(30_000);
    }
    expect(bearer!.isReady()).toBe(false);
    expect(intervals(said)).toEqual(["0 100", "0 ready", "60000 100"]);
  });

  it("keeps a central that answers, however late the records come, and numbers those of each connection from 0", () => {
    const { timers, bearer, say, connect, disconnect } = rig();
    for (let connection = 0; connection < 2; connection++) {
      connect();
      say("1217000100");
      for (let i = 0; i < 3; i++) {
        bearer!.send(fromHex("aa"), 1, () => {});
        expect(say("0a0500")).toEqual([`1b16000${i}80aa`, "0b0000"]);
        say(`1219000${i}80`);
        timers.pass(40_000);
      }
      expect(bearer!.isReady()).toBe(true);
      disconnect();
    }
  });

  it("carries a record and what comes for it", () => {
    const { said, bearer, say, connect } = rig();
    connect();
    say("02f700");
    say("1217000100");
    const done: unknown[] = [];
    expect(bearer!.send(fromHex("aabbcc"), 3, (acknowledged, _, length) => done.push(acknowledged, length))).toBe(0);
    expect(say("121900" + "0080c0de")).toEqual(["1b16000080aabbcc", "13"]);
    expect([said.at(-1), done]).toEqual(["0 down c0de", [false, 0]]);
  });

  it("has the services that every product has, and its own before them", () => {
    const attributes = gatt();
    attributes.add({ uuid: 0x180d, security: PLAIN, characteristics: [] });
    const { say, connect } = rig({ attributes });
    connect();
    expect(say("100100ffff0028")).toEqual(["1106010001000d18020006000018070007000118"]);
    expect(say("100800ffff0028")).toEqual(["110608000e000a180f0012000f18"]);
    expect(say("101300ffff0028")).toEqual([`111413001a00${SERVICE}`]);
    expect(say("0a0400")).toEqual([`0b${hexOf("Songbai watch")}`]);
    expect(say("0a0a00")).toEqual(["0b0807060504030201"]);
    expect(say("0a1500")).toEqual(["0b010102030405060708"]);
  });

  it("has no battery where the board has none", () => {
    const { say, connect } = rig({ battery: false });
    connect();
    expect(say("060100ffff00280f18")).toEqual(["010601000a"]);
  });

  it("is no bearer without the radio, the manifest's word, or where the radio does not start", () => {
    expect(rig({ radio: false }).bearer).toBeUndefined();
    expect(rig({ name: "" }).bearer).toBeUndefined();
    expect(rig({ starts: -1 }).bearer).toBeUndefined();
  });
});
