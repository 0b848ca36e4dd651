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
 * serial number), 14 Battery (15, 16, 17 configuration), 18 a service that anybody may use (19, 20, 21 configuration), 22 one for
 * an encrypted link (23, 24 value; 25, 26, 27 configuration).
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

const OWN_UUID = (n: string) => `e2351712cc378e8daf4f1529${n}006d25`;

const error = (request: string, handle: string, code: string) => `01${request}${handle}${code}`;

describe("bearer/ble/att", () => {
  describe("Exchange MTU", () => {
    it("agrees on the smaller one, from the answer on", () => {
      const bench = rig();
      bench.connect();
      expect(bench.server.mtu()).toBe(23);
      for (const [asked, agreed] of [
        ["f700", 69],
        ["2000", 32],
        ["0500", 23],
      ] as const) {
        expect(bench.say(`02${asked}`)).toEqual(["034500"]);
        expect(bench.server.mtu()).toBe(agreed);
      }
    });

    it("begins each connection at 23", () => {
      const bench = rig();
      bench.connect();
      bench.say("02f700");
      bench.disconnect();
      bench.connect();
      expect(bench.server.mtu()).toBe(23);
      bench.say("0a1000");
      expect(bench.server.mtu()).toBe(23);
    });
  });

  it("Read By Group Type: primary services, those of one UUID length at a time, as many as fit", () => {
    expect(ask("100100ffff0028")).toBe("110601000500001806000600011807000d000a18");
    expect(ask("100e00ffff0028")).toBe("11060e0011000f18");
    expect(ask("101200ffff0028")).toBe(`111412001500${OWN_UUID("10")}`);
    expect(ask("101600ffff0028")).toBe(`111416001b00${OWN_UUID("20")}`);
    expect(ask("10010006000028")).toBe("1106010005000018060006000118");
    expect(ask("100100ffff fb349b5f80000080 00100000 00280000")).toBe("110601000500001806000600011807000d000a18");
    expect(ask("101700ffff0028")).toBe(error("10", "1700", "0a"));
    expect(ask("100100ffff0128")).toBe(error("10", "0100", "10"));
    expect(ask("100100ffff0328")).toBe(error("10", "0100", "10"));
    expect(ask("100000ffff0028")).toBe(error("10", "0000", "01"));
    expect(ask("10020001000028")).toBe(error("10", "0200", "01"));
  });

  it("Find By Type Value: one service by its UUID", () => {
    expect(ask("060100ffff00280f18")).toBe("070e001100");
    expect(ask(`060100ffff0028${OWN_UUID("20")}`)).toBe("0716001b00");
    expect(ask("060f00ffff00280f18")).toBe(error("06", "0f00", "0a"));
    expect(ask("060100ffff00280d18")).toBe(error("06", "0100", "0a"));
    expect(ask("060100ffff00280f")).toBe(error("06", "0100", "0a"));
    expect(ask("060100ffff00280f1800")).toBe(error("06", "0100", "0a"));
    expect(ask("060100ffff03280f18")).toBe(error("06", "0100", "0a"));
    expect(ask("060000ffff00280f18")).toBe(error("06", "0000", "01"));
    // Any other attribute that may be read: its group is itself. The guarded one is not told on a plain link.
    expect(ask("060100ffff192a57")).toBe("0710001000");
    expect(ask("060100ffff02290000")).toBe("0711001100150015001b001b00");
  });

  it("Find By Type Value: no more than fit", () => {
    const attributes = gatt();
    for (let i = 0; i < 9; i++) attributes.add({ uuid: 0x180f, security: PLAIN, characteristics: [] });
    const bench = bleBench(attributes);
    bench.connect();
    expect(bench.say("060100ffff00280f18")).toEqual(["070100010002000200030003000400040005000500"]);
  });

  it("Read By Type: characteristics, and values by their UUID", () => {
    expect(ask("080100ffff0328")).toBe("09070200020300002a0400020500012a0800020900232a");
    expect(ask("080f00ffff0328")).toBe("09070f00121000192a");
    expect(ask("081300ffff0328")).toBe(`09151300141400${OWN_UUID("11")}`);
    expect(ask("08010003000328")).toBe("09070200020300002a");
    expect(ask("080100ffff192a")).toBe("0903100057");
    expect(ask("081100ffff0229")).toBe("090411000000150000001b000000");
    expect(ask(`080100ffff${OWN_UUID("21")}`)).toBe("0903180077");
    expect(ask("080100ffff00ff")).toBe(error("08", "0100", "0a"));
    expect(ask("08ffffffff0328")).toBe(error("08", "ffff", "0a"));
    expect(ask("08050004000328")).toBe(error("08", "0500", "01"));
    // What may not be read is told with its handle.
    expect(ask(`080100ffff${OWN_UUID("11")}`)).toBe(error("08", "1400", "02"));
    expect(ask(`080100ffff${OWN_UUID("21")}`, 1)).toBe(error("08", "1800", "05"));
    expect(ask("080100ffff00000000000000000000000000000000")).toBe(error("08", "0100", "0a"));
  });

  it("Read By Type: values of one length only, cut to the MTU", () => {
    const attributes = gatt();
    const text = (uuid: number, value: string) => ({
      uuid,
      properties: READ,
      read(into: Bytes) {
        Buffer.from(value).forEach((octet, i) => {
          into[i] = octet;
        });
        return value.length;
      },
    });
    attributes.add({
      uuid: 0x1800,
      security: PLAIN,
      characteristics: [
        text(7, "ab"),
        text(7, "cd"),
        text(7, "e"),
        text(7, "fg"),
        text(8, "0123456789012345678901234567890123456789"),
      ],
    });
    const bench = bleBench(attributes);
    bench.connect();
    expect(bench.say("080100ffff0700")).toEqual(["09040300616205006364"]);
    expect(bench.say("080100ffff0800")).toEqual([`09150b00${Buffer.from("0123456789012345678").toString("hex")}`]);
    expect(bench.say("0a0b00")).toEqual([`0b${Buffer.from("0123456789012345678901").toString("hex")}`]);
    expect(bench.say("0c0b001600")).toEqual([`0d${Buffer.from("234567890123456789").toString("hex")}`]);
    expect(bench.say("0c0b002800")).toEqual(["0d"]);
    expect(bench.say("0c0b002900")).toEqual([error("0c", "0b00", "07")]);
    bench.say("022d00");
    expect(bench.say("0a0b00")).toEqual([`0b${Buffer.from("0123456789012345678901234567890123456789").toString("hex")}`]);
  });

  it("Find Information: the types, those of one length at a time", () => {
    expect(ask("040100ffff")).toBe("050101000028020003280300002a040003280500012a");
    expect(ask("041000ffff")).toBe("05011000192a110002291200002813000328");
    expect(ask("041400ffff")).toBe(`05021400${OWN_UUID("11")}`);
    expect(ask("0415001500")).toBe("050115000229");
    const bench = rig();
    bench.connect();
    bench.say("021a00");
    expect(bench.say("040100ffff")).toEqual(["050101000028020003280300002a040003280500012a06000028"]);
    expect(ask("041c00ffff")).toBe(error("04", "1c00", "0a"));
    expect(ask("040000ffff")).toBe(error("04", "0000", "01"));
    expect(ask("0405000400")).toBe(error("04", "0500", "01"));
  });

  it("Read and Read Blob", () => {
    expect(ask("0a0300")).toBe(`0b${Buffer.from("Songbai watch").toString("hex")}`);
    expect(ask("0a0500")).toBe("0bc200");
    expect(ask("0a0900")).toBe("0b42000000c0113f7a");
    expect(ask("0a0d00")).toBe(`0b${Buffer.from("7A3F11C000000042").toString("hex")}`);
    expect(ask("0a0200")).toBe("0b020300002a");
    expect(ask("0a0100")).toBe("0b0018");
    expect(ask("0a1600")).toBe(`0b${OWN_UUID("20")}`);
    expect(ask("0a1000")).toBe("0b57");
    expect(ask("0c03000800")).toBe(`0d${Buffer.from("watch").toString("hex")}`);
    expect(ask("0c03000d00")).toBe("0d");
    expect(ask("0c03000e00")).toBe(error("0c", "0300", "07"));
    for (const [request, rest] of [
      ["0a", ""],
      ["0c", "0000"],
    ]) {
      expect(ask(`${request}0000${rest}`)).toBe(error(request, "0000", "01"));
      expect(ask(`${request}1c00${rest}`)).toBe(error(request, "1c00", "01"));
      expect(ask(`${request}1400${rest}`)).toBe(error(request, "1400", "02"));
      expect(ask(`${request}1a00${rest}`)).toBe(error(request, "1a00", "02"));
      expect(ask(`${request}1800${rest}`, 1)).toBe(error(request, "1800", "05"));
      expect(ask(`${request}1800${rest}`, 2)).toBe(`${request === "0a" ? "0b" : "0d"}77`);
    }
  });

  it("Read Multiple", () => {
    expect(ask("0e10000500")).toBe("0f57c200");
    expect(ask("0e030003000300")).toBe(`0f${Buffer.from("Songbai watchSongbai w").toString("hex")}`);
    expect(ask("0e10001c00")).toBe(error("0e", "1c00", "01"));
    expect(ask("0e10001400")).toBe(error("0e", "1400", "02"));
    expect(ask("0e10001800", 1)).toBe(error("0e", "1800", "05"));
    expect(ask("0e1000")).toBe(error("0e", "0000", "04"));
  });

  it("Write Request", () => {
    const bench = rig();
    bench.connect(2);
    expect(bench.say("1218000102")).toEqual(["13"]);
    expect(bench.written).toEqual(["0102"]);
    expect(bench.say("121800ee")).toEqual([error("12", "1800", "81")]);
    expect(bench.say("121800")).toEqual([error("12", "1800", "0d")]);
    expect(bench.say("12000001")).toEqual([error("12", "0000", "01")]);
    expect(bench.say("121c0001")).toEqual([error("12", "1c00", "01")]);
    for (const handle of ["0100", "0200", "0300", "1000", "1400", "1a00"])
      expect(bench.say(`12${handle}01`)).toEqual([error("12", handle, "03")]);
    bench.secure(1);
    expect(bench.say("12180001")).toEqual([error("12", "1800", "05")]);
    expect(bench.written).toEqual(["0102", "ee"]);
  });

  it("Write Command: is not answered, whatever it says", () => {
    const bench = rig();
    bench.connect(1);
    for (const pdu of [
      "5214000a0b",
      "52180001",
      "52030001",
      "521c0001",
      "5200000a",
      "5214",
      "52",
      "5215000100",
      "d2140001020304",
    ])
      expect(bench.say(pdu)).toEqual([]);
    expect(bench.written).toEqual(["0a0b"]);
    expect(bench.configured).toEqual([]);
    bench.secure(2);
    bench.say("521800aa");
    expect(bench.written).toEqual(["0a0b", "aa"]);
  });

  it("says what it does not support, and what is malformed", () => {
    for (const request of ["16", "18", "20", "24", "25", "80", "84"])
      expect(ask(`${request}0100000000`)).toBe(error(request, "0000", "06"));
    for (const pdu of [
      "02",
      "0200",
      "02000000",
      "040100ff",
      "040100ffff00",
      "060100ffff00",
      "080100ffff002800",
      "0a",
      "0a030000",
    ])
      expect(ask(pdu)).toBe(error(pdu.slice(0, 2), "0000", "04"));
    for (const pdu of ["0c0300", "0c030000", "0e", "0e030003", "0e03000300ff", "100100ffff", "100100ffff00", "12", "1218"])
      expect(ask(pdu)).toBe(error(pdu.slice(0, 2), "0000", "04"));
  });

  it("does not answer answers, commands that it does not know, nothing, and what is longer than the MTU", () => {
    for (const pdu of [
      "01",
      "03",
      "05",
      "0b",
      "13",
      "1b0300",
      "1d0300",
      "1e",
      "21",
      "23",
      "42",
      "c2",
      "",
      `0a${"00".repeat(23)}`,
    ])
      expect(ask(pdu)).toBe("");
  });

  it("a request before the answer to the one before gets none", () => {
    const bench = rig();
    bench.connect();
    bench.hold(true);
    expect(bench.say("0a0300")).toHaveLength(1);
    expect(bench.say("0a0500")).toEqual([]);
    expect(bench.say("0a1000")).toEqual([]);
    bench.hold(false);
    expect(bench.take()).toEqual(["0bc200"]);
  });

  it("an answer that waits for the link ends with the connection", () => {
    const bench = rig();
    bench.connect();
    bench.hold(true);
    bench.say("0a0300");
    bench.say("0a0500");
    bench.disconnect();
    bench.hold(false);
    bench.connect();
    bench.attributes.wake();
    expect(bench.take()).toEqual([]);
  });

  it("ends a connection that takes nothing though it is free", () => {
    const bench = rig();
    bench.connect();
    bench.fail();
    expect(bench.say("0a0300")).toEqual([]);
    expect([bench.isConnected(), bench.links]).toEqual([false, [true, false]]);
  });

  describe("notifications", () => {
    it("go only to who asked for them, one after the other as the link takes them", () => {
      const bench = rig();
      bench.connect();
      bench.queue.notes.push("01", "02", "03");
      bench.attributes.wake();
      expect(bench.take()).toEqual([]);
      bench.hold(true);
      expect(bench.say("1215000100")).toEqual(["13"]);
      expect(bench.take()).toEqual([]);
      bench.hold(false);
      expect(bench.take()).toEqual(["1b140001", "1b140002", "1b140003"]);
      expect(bench.say("0a1500")).toEqual(["0b0100"]);
      expect(bench.say("1215000100")).toEqual(["13"]);
      expect(bench.say("1215000000")).toEqual(["13"]);
      bench.queue.notes.push("04");
      bench.attributes.wake();
      expect(bench.take()).toEqual([]);
      expect(bench.configured).toEqual([1, 0]);
    });

    it("let an answer go first", () => {
      const bench = rig();
      bench.connect();
      bench.say("1215000100");
      bench.queue.notes.push("01", "02");
      bench.hold(true);
      bench.attributes.wake();
      bench.say("0a0500");
      bench.hold(false);
      expect(bench.take()).toEqual(["0bc200", "1b140002"]);
    });

    it("take turns", () => {
      const bench = rig();
      bench.connect(2);
      bench.say("1211000100");
      bench.say("1215000100");
      bench.queue.notes.push("01", "02", "03");
      bench.hold(true);
      bench.attributes.wake();
      bench.setLevel(50);
      bench.hold(false);
      expect(bench.take()).toEqual(["1b140001", "1b100032", "1b140002", "1b140003"]);
    });

    it("are as long as the MTU lets them be", () => {
      const bench = rig();
      bench.connect();
      bench.say("1215000100");
      bench.queue.notes.push("ab".repeat(80), "ab".repeat(80));
      bench.attributes.wake();
      expect(bench.take().map((pdu) => pdu.length / 2)).toEqual([23, 23]);
      bench.say("02f700");
      bench.queue.notes.push("ab".repeat(80));
      bench.attributes.wake();
      expect(bench.take()[0]).toHaveLength(2 * 69);
    });

    it("are asked for on a link that is secure enough only, and in words that exist", () => {
      const bench = rig();
      bench.connect(1);
      expect(bench.say("121b000200")).toEqual([error("12", "1b00", "05")]);
      bench.secure(2);
      for (const wrong of ["0100", "0300", "0201", "0400"])
        expect(bench.say(`121b00${wrong}`)).toEqual([error("12", "1b00", "13")]);
      expect(bench.say("1215000200")).toEqual([error("12", "1500", "13")]);
      for (const wrong of ["", "02", "020000"]) expect(bench.say(`121b00${wrong}`)).toEqual([error("12", "1b00", "0d")]);
      expect(bench.say("0a1b00")).toEqual(["0b0000"]);
      expect(bench.say("121b000200")).toEqual(["13"]);
      expect(bench.say("0a1b00")).toEqual(["0b0200"]);
    });

    it("end with the connection", () => {
      const bench = rig();
      bench.connect();
      bench.say("1215000100");
      bench.disconnect();
      bench.queue.notes.push("01");
      bench.attributes.wake();
      bench.connect();
      bench.attributes.wake();
      expect(bench.take()).toEqual([]);
      expect(bench.configured).toEqual([1, 0]);
      expect(bench.links).toEqual([true, false, true]);
      expect(bench.say("0a1500")).toEqual(["0b0000"]);
    });
  });

  describe("indications", () => {
    function indicating() {
      const bench = rig();
      bench.connect(2);
      bench.say("121b000200");
      bench.queue.events.push("0a", "0b");
      bench.attributes.wake();
      expect(bench.take()).toEqual(["1d1a000a"]);
      return bench;
    }

    it("wait for the confirmation of the one before, notifications and answers do not", () => {
      const bench = indicating();
      bench.say("1215000100");
      bench.queue.notes.push("01");
      bench.attributes.wake();
      expect(bench.take()).toEqual(["1b140001"]);
      expect(bench.say("0a1000")).toEqual(["0b57"]);
      expect(bench.say("1e00")).toEqual([]);
      expect(bench.say("1e")).toEqual(["1d1a000b"]);
      expect(bench.say("1e")).toEqual([]);
      bench.timers.pass(60_000);
      expect(bench.isConnected()).toBe(true);
    });

    it("that are not confirmed for 30 s end the connection", () => {
      const bench = indicating();
      bench.timers.pass(29_999);
      expect(bench.isConnected()).toBe(true);
      bench.timers.pass(1);
      expect(bench.isConnected()).toBe(false);
      expect(bench.links).toEqual([true, false]);
    });

    it("of a connection that ended concern the next one no more", () => {
      const bench = indicating();
      bench.timers.pass(20_000);
      bench.disconnect();
      bench.connect(2);
      expect(bench.say("121b000200")).toEqual(["13", "1d1a000b"]);
      bench.timers.pass(20_000);
      expect(bench.isConnected()).toBe(true);
    });
  });
});
