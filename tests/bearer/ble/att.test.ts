import { describe, expect, it } from "@jest/globals";
import { batteryService } from "@songbai/sdk/bearer/ble/battery";
import { deviceInformation } from "@songbai/sdk/bearer/ble/device-information";
import { ENCRYPTED, type Gatt, gatt, INDICATE, NOTIFY, PLAIN, READ, WRITE, WRITE_COMMAND } from "@songbai/sdk/bearer/ble/gatt";
import { genericAccess } from "@songbai/sdk/bearer/ble/generic-access";
import { OWN } from "@songbai/sdk/bearer/ble/uuid";
import type { Bytes } from "@songbai/sdk/lang/intrinsics";
import { toHex } from "../../support/hex.ts";
import { bleBench } from "./bench.ts";

/**
 * Handles: 1 Generic Access (2, 3 name; 4, 5 appearance), 6 Generic Attribute, 7 Device Information (8, 9 system id; 10, 11 model; 12, 13
 * serial), 14 Battery (15, 16, 17), 18 a service of our own: 19, 20 plain notes, 21 their configuration; 22, 23 guarded; 24, 25, 26 indicated,
 * 27, 28 long.
 */
function rig(mtu?: number) {
  const attributes: Gatt = gatt();
  const written: string[] = [];
  const configured: number[] = [];
  const queue: { notes: string[]; events: string[] } = { notes: [], events: [] };
  let level = 87;
  genericAccess(attributes, "Songbai watch", 0x00c2);
  deviceInformation(attributes, { deviceId: Uint8Array.of(0x7a, 0x3f, 0x11, 0xc0, 0, 0, 0, 0x42), model: "watch" });
  batteryService(attributes, { levelPercent: () => level });
  const give = (list: string[]) => (into: Bytes, at: number, room: number) => {
    const octets = Buffer.from(list.shift() ?? "", "hex").subarray(0, room);
    octets.forEach((octet, i) => {
      into[at + i] = octet;
    });
    return octets.length;
  };
  attributes.add({
    uuid: OWN | 0x10,
    security: PLAIN,
    characteristics: [
      {
        uuid: OWN | 0x11,
        properties: NOTIFY | WRITE_COMMAND,
        next: give(queue.notes),
        write(from, at, length) {
          written.push(toHex((from as Uint8Array).subarray(at, at + length)));
          return 0;
        },
        onConfigured: (mode) => configured.push(mode),
      },
    ],
  });
  attributes.add({
    uuid: OWN | 0x20,
    security: ENCRYPTED,
    characteristics: [
      {
        uuid: OWN | 0x21,
        properties: READ | WRITE | WRITE_COMMAND,
        read(into) {
          into[0] = 0x77;
          return 1;
        },
        write(from, at, length) {
          if (length === 0) return 0x0d;
          written.push(toHex((from as Uint8Array).subarray(at, at + length)));
          return from[at] === 0xee ? 0x81 : 0;
        },
      },
      { uuid: 0x2a1c, properties: INDICATE, next: give(queue.events) },
    ],
  });
  const bench = bleBench(attributes, mtu);
  return {
    ...bench,
    attributes,
    written,
    configured,
    queue,
    setLevel(percent: number) {
      level = percent;
      attributes.wake();
    },
  };
}

/** A server on a new connection, and one request of it. */
function ask(pdu: string, level = 2): string {
  const bench = rig();
  bench.connect(level);
  const answers = bench.say(pdu);
  expect(answers.length).toBeLessThan(2);
  return answers[0] ?? "";
}

// 1..5 GAP, 6 GATT, 7..13 DIS, 14..17 BAS, 18..21 notes, 22..27 guarded: 23, 24 value, 25, 26 event, 27 its configuration.
const OWN_UUID = (n: string) => `e2351712cc378e8daf4f1529${n}006d25`;

describe("bearer/ble/att", () => {
  it("agrees on the smaller MTU, from the answer on", () => {
    const bench = rig();
    bench.connect();
    expect(bench.server.mtu()).toBe(23);
    expect(bench.say("02f700")).toEqual(["034500"]);
    expect(bench.server.mtu()).toBe(69);
    expect(bench.say("022000")).toEqual(["034500"]);
    expect(bench.server.mtu()).toBe(32);
    expect(bench.say("020500")).toEqual(["034500"]);
    expect(bench.server.mtu()).toBe(23);
  });

  it("begins each connection at an MTU of 23", () => {
    const bench = rig();
    bench.connect();
    bench.say("02f700");
    bench.disconnect();
    bench.connect();
    expect(bench.server.mtu()).toBe(23);
  });

  it("tells the primary services, those of one UUID length at a time, as many as fit", () => {
    expect(ask("100100ffff0028")).toBe("110601000500001806000600011807000d000a18");
    expect(ask("100e00ffff0028")).toBe("11060e0011000f18");
    expect(ask("101200ffff0028")).toBe(`111412001500${OWN_UUID("10")}`);
    expect(ask("101600ffff0028")).toBe(`111416001b00${OWN_UUID("20")}`);
    expect(ask("101700ffff0028")).toBe("011017000a");
  });
});
