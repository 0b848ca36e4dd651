import { beforeEach, describe, expect, it } from "@jest/globals";
import { ENCRYPTED, type Gatt } from "@songbai/sdk/bearer/ble/gatt";
import { heartRate, WRIST } from "@songbai/sdk/bearer/ble/heart-rate";
import { type Controller, controller } from "@songbai/sim/air/ble/controller";
import { frameAssembler, framePieces } from "@songbai/sim/air/ble/l2cap";
import { confirmValue, shortTermKey } from "@songbai/sim/air/ble/security";
import { stream } from "@songbai/sim/clock/seed";
import fc from "fast-check";
import { type Rig, rig } from "./rig.ts";

const u16 = (value: number) => [value & 255, value >> 8];
const hex = (octets: Uint8Array | readonly number[]) => Buffer.from(octets).toString("hex");
/** Octets as the specification prints a number: the most significant first. */
const number = (text: string) => Uint8Array.from(Buffer.from(text, "hex")).reverse();

describe("the virtual controller", () => {
  let device: Rig;
  let host: Controller;
  let packets: Uint8Array[];

  function start(services?: (attributes: Gatt) => void, loss = 0): void {
    device = rig({ air: { loss }, ...(services === undefined ? {} : { services }) });
    packets = [];
    host = controller({
      air: device.air,
      random: stream(1, "controller"),
      address: Uint8Array.of(1, 2, 3, 4, 5, 6),
      distanceM: 2,
      send: (packet) => packets.push(packet),
    });
  }
  beforeEach(() => start());

  const command = (opcode: number, ...parameters: number[]) =>
    host.take(Uint8Array.of(1, ...u16(opcode), parameters.length, ...parameters));
  /** What came since the last call, as hexadecimal. */
  const came = () => packets.splice(0).map(hex);
  /** The return parameters of a command that completes at once. */
  function returned(opcode: number, ...parameters: number[]): number[] {
    command(opcode, ...parameters);
    const packet = packets.pop() as Uint8Array;
    expect(hex(packet.slice(0, 6))).toBe(hex([4, 0x0e, packet.length - 3, 1, ...u16(opcode)]));
    return [...packet.slice(6)];
  }
  const events = (mask: number[], leMask: number[]) => {
    command(0x0c01, ...mask);
    command(0x2001, ...leMask);
  };
  const allEvents = () => events(new Array(8).fill(255), new Array(8).fill(255));

  /** Scans, and answers the device's address. */
  function scanned(): Uint8Array {
    command(0x200b, 1, 16, 0, 16, 0, 0, 0);
    command(0x200c, 1, 1);
    packets.length = 0;
    device.pass(500);
    const address = packets[0].slice(7, 13);
    command(0x200c, 0, 0);
    packets.length = 0;
    return address;
  }
  const connectTo = (address: Uint8Array, interval = 24) =>
    command(0x200d, 96, 0, 48, 0, 0, 1, ...address, 0, ...u16(interval), ...u16(interval), 0, 0, 100, 0, 0, 0, 0, 0);
  function connected(): void {
    allEvents();
    connectTo(scanned());
    device.pass(200);
    packets.length = 0;
  }
  const acl = (payload: Uint8Array, most = 251, channel = 4) => {
    for (const [index, piece] of framePieces(channel, payload, most).entries()) {
      host.take(Uint8Array.of(2, ...u16(0x40 | (index === 0 ? 0 : 0x1000)), ...u16(piece.length), ...piece));
    }
  };
  /** L2CAP payloads out of the ACL packets that came. */
  function payloads(): string[] {
    const found: string[] = [];
    const assemble = frameAssembler(512, (channel, payload) => found.push(`${channel}:${hex(payload)}`));
    for (const packet of packets) if (packet[0] === 2) assemble(packet.slice(5), (packet[2] & 0x30) === 0x20);
    return found;
  }

  it("answers what a host asks first, BlueZ's kernel part among them", () => {
    expect(returned(0x0c03)).toEqual([0]);
    expect(returned(0x1001)).toEqual([0, 0x0b, 0, 0, 0x0b, 0xff, 0xff, 0, 0]);
    expect(returned(0x1003)).toEqual([0, 0, 0, 0, 0, 0x60, 0, 0, 0]);
    expect(returned(0x1005)).toEqual([0, 251, 0, 0, 8, 0, 0, 0]);
    expect(returned(0x1009)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(returned(0x2002)).toEqual([0, 251, 0, 8]);
    expect(returned(0x2003)).toEqual([0, 0x21, 0, 0, 0, 0, 0, 0, 0]);
    expect(returned(0x202f)).toEqual([0, 251, 0, 0x48, 8, 251, 0, 0x48, 8]);
    expect(returned(0x2024, 251, 0, 0x48, 8)).toEqual([0]);
    expect(returned(0x2023)).toEqual([0, 251, 0, 0x48, 8]);
    expect(returned(0x200f)).toEqual([0, 8]);
    expect(returned(0x2018).length).toBe(9);
    expect(returned(0x2018)).not.toEqual(returned(0x2018));
  });

  it("claims in its list of commands what it answers, and no more", () => {
    const [status, ...field] = returned(0x1002);
    expect([status, field.length]).toEqual([0, 64]);
    // Octet 26, bits 2..7: scanning, connecting and the accept list; advertising, octet 25, bits 5..7, not.
    expect([field[26] & 0xfc, field[25] >> 5]).toEqual([0xfc, 0]);
    // Extended scanning, octet 37, bits 5 and 6, would make hosts use it.
    expect(field[37]).toBe(0);
  });

  it("refuses what it does not know, and what is not as long as it must be", () => {
    expect(returned(0x2006, ...new Array<number>(15).fill(0))).toEqual([0x01]);
    expect(returned(0xfc01)).toEqual([0x01]);
    expect(returned(0x200c, 1)).toEqual([0x12]);
    expect(returned(0x200c, 2, 0)).toEqual([0x12]);
    expect(returned(0x1405, 0x40, 0)).toEqual([0x02]);
    command(0x200d, 1);
    expect(came()).toEqual(["040f0412010d20"]);
    command(0x0406, 0x40, 0, 0x13);
    expect(came()).toEqual(["040f0402010604"]);
  });

  it("encrypts a block (FIPS 197, appendix C.1)", () => {
    const [key, plain] = [number("000102030405060708090a0b0c0d0e0f"), number("00112233445566778899aabbccddeeff")];
    expect(hex(returned(0x2017, ...key, ...plain).slice(1))).toBe(hex(number("69c4e0d86a7b0430d8cdb78070b4c55a")));
  });

  it("finds its place again at a reset, and says that it had lost it", () => {
    allEvents();
    packets.length = 0;
    host.take(Uint8Array.of(0x99));
    expect(came()).toEqual(["04100100"]);
    host.take(Uint8Array.of(1, 1, 0x10, 0, 7, 7));
    expect(came()).toEqual([]);
    host.take(Uint8Array.of(1, 3, 0x0c, 0, 1, 9, 0x10, 0));
    expect(came()).toEqual(["040e0401030c00", "040e0a01091000010203040506"]);
  });

  it("takes its packets in any pieces", () => {
    for (const octet of [1, 9, 0x10, 0]) host.take(Uint8Array.of(octet));
    expect(came()).toEqual(["040e0a01091000010203040506"]);
  });

  it("reports an advertisement once when asked to, by the events that are wanted", () => {
    events([255, 255, 255, 255, 255, 255, 255, 255], [0x02, 0, 0, 0, 0, 0, 0, 0]);
    command(0x200b, 1, 16, 0, 16, 0, 0, 0);
    command(0x200c, 1, 1);
    packets.length = 0;
    device.pass(2000);
    // The advertisement, and the empty answer to a scan request.
    expect(packets.map((packet) => packet[5])).toEqual([0, 4]);
    expect(packets[0][packets[0].length - 1]).toBe(256 - 58);
    command(0x200c, 0, 0);
    command(0x200c, 1, 0);
    packets.length = 0;
    device.pass(2000);
    expect(packets.length).toBeGreaterThan(20);
    command(0x2001, 0, 0, 0, 0, 0, 0, 0, 0);
    packets.length = 0;
    device.pass(2000);
    expect(came()).toEqual([]);
  });

  it("does not change how it scans while it does, and hears only whom the accept list names", () => {
    allEvents();
    const address = scanned();
    expect(returned(0x2011, 1, 1, 1, 1, 1, 1, 0xc1)).toEqual([0]);
    expect(returned(0x200b, 1, 16, 0, 16, 0, 0, 1)).toEqual([0]);
    expect(returned(0x200c, 1, 0)).toEqual([0]);
    expect(returned(0x200b, 1, 16, 0, 16, 0, 0, 0)).toEqual([0x0c]);
    device.pass(2000);
    expect(came()).toEqual([]);
    expect(returned(0x2011, 1, ...address)).toEqual([0]);
    device.pass(500);
    expect(packets.length).toBeGreaterThan(2);
    packets.length = 0;
    expect(returned(0x2012, 1, ...address)).toEqual([0]);
    device.pass(2000);
    expect(came()).toEqual([]);
    for (let index = 0; index < 7; index++) expect(returned(0x2011, 1, index, 1, 1, 1, 1, 1)).toEqual([0]);
    expect(returned(0x2011, 1, 99, 1, 1, 1, 1, 1)).toEqual([0x07]);
  });

  it("connects, carries PDUs both ways, and ends the connection", () => {
    allEvents();
    const address = scanned();
    connectTo(address);
    connectTo(address);
    // A status for each; the second comes too early.
    expect(came()).toEqual(["040f0400010d20", "040f040c010d20"]);
    device.pass(200);
    expect(came()).toEqual([hex([4, 0x3e, 19, 1, 0, 0x40, 0, 0, 1, ...address, 24, 0, 0, 0, 100, 0, 0])]);
    acl(Uint8Array.of(2, 247, 0));
    device.pass(100);
    expect(payloads()).toEqual([`4:03${hex(u16(69))}`]);
    expect(came()).toContain("0413050140000100");
    command(0x0406, 0x40, 0, 0x13);
    expect(came()).toEqual(["040f0400010604", "04050400400016"]);
    device.pass(1000);
    expect(device.level()).toBe(0);
  });

  it("keeps a device that was out of reach for less than the timeout, also while nothing is said", () => {
    connected();
    host.place(undefined);
    device.pass(800);
    host.place(2);
    device.pass(5000);
    expect([came(), device.level()]).toEqual([[], 1]);
    host.place(undefined);
    device.pass(1100);
    expect([came(), device.level()]).toEqual([["04050400400008"], 0]);
  });

  it("takes longer where packets are lost", () => {
    const took = (loss: number) => {
      start(undefined, loss);
      connected();
      for (let index = 0; index < 8; index++) acl(Uint8Array.of(0x0a, 3, 0));
      const fromUs = device.agenda.nowUs();
      while (packets.filter((packet) => packet[1] === 0x13).length < 8) device.pass(1);
      return device.agenda.nowUs() - fromUs;
    };
    expect(took(0.5)).toBeGreaterThan(2 * took(0));
  });

  it("is one of two that want the same device: one gets it", () => {
    let others = 0;
    const other = controller({
      air: device.air,
      random: stream(2, "controller"),
      address: Uint8Array.of(6, 5, 4, 3, 2, 1),
      distanceM: 2,
      send: (packet) => {
        if (packet[1] === 0x3e) others++;
      },
    });
    allEvents();
    const address = scanned();
    const connect = [1, 0x0d, 0x20, 25, 96, 0, 48, 0, 0, 1, ...address, 0, 24, 0, 24, 0, 0, 0, 100, 0, 0, 0, 0, 0];
    other.take(Uint8Array.of(1, 1, 0x0c, 8, ...new Array<number>(8).fill(255), ...connect));
    connectTo(address);
    packets.length = 0;
    device.pass(500);
    expect([packets.filter((packet) => packet[1] === 0x3e).length, others]).toEqual([1, 0]);
  });

  it("gives an attempt up when it is cancelled", () => {
    allEvents();
    packets.length = 0;
    connectTo(Uint8Array.of(1, 1, 1, 1, 1, 0xc1));
    command(0x200e);
    const [status, complete, ended] = came();
    expect([status, complete]).toEqual(["040f0400010d20", "040e04010e2000"]);
    expect(ended.startsWith("043e130102")).toBe(true);
    expect(returned(0x200e)).toEqual([0x0c]);
  });

  it("has eight buffers, gives each back when the device has it, and tells a host that takes more", () => {
    connected();
    for (let index = 0; index < 10; index++) acl(Uint8Array.of(0x0a, 3, 0));
    expect(came()).toEqual(["041a0101", "041a0101"]);
    device.pass(2000);
    expect(came().filter((packet) => packet === "0413050140000100").length).toBe(8);
  });

  it("puts frames together that come in pieces from either side, before and after longer packets are agreed on", () => {
    start((attributes) => heartRate(attributes, ENCRYPTED, WRIST));
    connected();
    acl(Uint8Array.of(2, 247, 0));
    device.pass(300);
    const find = Uint8Array.of(0x04, 1, 0, 0xff, 0xff);
    packets.length = 0;
    acl(find, 3);
    device.pass(500);
    const before = payloads();
    // 27 octets a packet: an answer of nearly 69 takes three.
    expect(packets.filter((packet) => packet[0] === 2).length).toBe(3);
    packets.length = 0;
    expect(returned(0x2022, 0x40, 0, 251, 0, 0x48, 8)).toEqual([0, 0x40, 0]);
    device.pass(100);
    expect(came()).toEqual(["043e0b074000fb004808fb004808"]);
    acl(find);
    device.pass(500);
    expect(payloads()).toEqual(before);
    expect(packets.filter((packet) => packet[0] === 2).length).toBe(1);
  });

  it("changes the connection's parameters at the next event, and lets time pass by them", () => {
    connected();
    command(0x2013, 0x40, 0, ...u16(800), ...u16(800), 0, 0, ...u16(600), 0, 0, 0, 0);
    device.pass(100);
    expect(came()).toEqual(["040f0400011320", "043e0a03004000200300005802"]);
    acl(Uint8Array.of(0x0a, 3, 0));
    device.pass(900);
    expect(payloads()).toEqual([]);
    device.pass(2200);
    expect(payloads().length).toBe(1);
    // An interval longer than half the timeout would lose the device.
    command(0x2013, 0x40, 0, ...u16(800), ...u16(800), 0, 0, ...u16(200), 0, 0, 0, 0);
    expect(came().pop()).toBe("040f0412011320");
  });

  it("encrypts with a key that the device has, and loses the device over a wrong one", () => {
    connected();
    // Nothing was agreed on.
    command(0x2019, 0x40, 0, ...new Array<number>(26).fill(0));
    device.pass(100);
    expect(came()).toEqual(["040f0400011920", "04080406400000"]);
    expect(device.level()).toBe(1);
    // Just Works, up to the random values; then a key that is none.
    acl(Uint8Array.of(1, 3, 0, 1, 16, 0, 0), 251, 6);
    device.pass(100);
    expect(payloads()).toEqual(["6:02030001100000"]);
    const request = Uint8Array.of(1, 3, 0, 1, 16, 0, 0);
    const response = Uint8Array.of(2, 3, 0, 1, 16, 0, 0);
    const ours = new Uint8Array(16).fill(7);
    const none = new Uint8Array(16);
    const [initiator, responder] = [
      { type: 0, address: Uint8Array.of(1, 2, 3, 4, 5, 6) },
      { type: 1, address: deviceAddress() },
    ];
    acl(Uint8Array.of(3, ...confirmValue(none, ours, request, response, initiator, responder)), 251, 6);
    device.pass(100);
    acl(Uint8Array.of(4, ...ours), 251, 6);
    device.pass(100);
    expect(payloads().map((payload) => payload.slice(0, 4))).toEqual(["6:02", "6:03", "6:04"]);
    packets.length = 0;
    command(0x2019, 0x40, 0, ...new Array<number>(10).fill(0), ...new Array<number>(16).fill(9));
    device.pass(100);
    expect(came()).toEqual(["040f0400011920", "0405040040003d"]);
    expect(device.level()).toBe(0);
  });

  it("is refused by the device when it pairs with what does not hold", () => {
    connected();
    // A confirm value without a request; a key of 5 octets; a random value that does not belong to the confirm value.
    acl(Uint8Array.of(3, ...new Uint8Array(16)), 251, 6);
    acl(Uint8Array.of(1, 3, 0, 1, 5, 0, 0), 251, 6);
    acl(Uint8Array.of(1, 3, 0, 1, 16, 0, 0), 251, 6);
    acl(Uint8Array.of(3, ...new Uint8Array(16)), 251, 6);
    acl(Uint8Array.of(4, ...new Uint8Array(16)), 251, 6);
    acl(Uint8Array.of(0x0c, 1), 251, 6);
    acl(Uint8Array.of(1, 3), 251, 6);
    device.pass(1000);
    expect(payloads().map((payload) => payload.slice(0, 6))).toEqual([
      "6:0508",
      "6:0506",
      "6:0203",
      expect.stringMatching("6:03"),
      "6:0504",
      "6:0507",
      "6:050a",
    ]);
  });

  it("ends its connection at a reset, and the device finds out", () => {
    connected();
    expect(returned(0x0c03)).toEqual([0]);
    device.pass(2000);
    expect([came(), device.level()]).toEqual([[], 0]);
  });

  it("rejects what the device's signalling channel is asked", () => {
    connected();
    acl(Uint8Array.of(0x14, 5, 0, 0), 251, 5);
    device.pass(200);
    expect(payloads()).toEqual(["5:010502000000"]);
  });

  function deviceAddress(): Uint8Array {
    // The device does not advertise while it is connected: the address is the one of the rig's seed.
    return addressOf(1);
  }
});

function addressOf(seed: number): Uint8Array {
  const random = stream(seed, "ble/address");
  const address = Uint8Array.from({ length: 6 }, () => random() >>> 24);
  address[5] |= 0xc0;
  return address;
}

describe("pairing's functions", () => {
  const none = new Uint8Array(16);

  it("c1 (volume 3, part H, 2.2.3)", () => {
    const value = confirmValue(
      none,
      number("5783d52156ad6f0e6388274ec6702ee0"),
      number("07071000000101"),
      number("05000800000302"),
      { type: 1, address: number("a1a2a3a4a5a6") },
      { type: 0, address: number("b1b2b3b4b5b6") },
    );
    expect(hex(value)).toBe(hex(number("1e1e3fef878988ead2a74dc5bef13b86")));
  });

  it("s1 (2.2.4)", () => {
    const key = shortTermKey(none, number("000f0e0d0c0b0a091122334455667788"), number("010203040506070899aabbccddeeff00"));
    expect(hex(key)).toBe(hex(number("9a1fe1f0e8b0f49b5b4216ae796da062")));
  });
});

describe("L2CAP frames in pieces", () => {
  it("come back whole, whatever the pieces", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 300, size: "max" })),
        fc.integer({ min: 1, max: 251 }),
        (payloads, most) => {
          const found: Uint8Array[] = [];
          const assemble = frameAssembler(300, (_channel, payload) => found.push(payload));
          for (const payload of payloads) {
            for (const [index, piece] of framePieces(4, payload, most).entries()) assemble(piece, index === 0);
          }
          expect(found).toEqual(payloads);
        },
      ),
    );
  });

  it("are dropped when they are too long, have no beginning, no end, or more than their end", () => {
    const found: Uint8Array[] = [];
    const assemble = frameAssembler(10, (_channel, payload) => found.push(payload));
    assemble(Uint8Array.of(1, 2, 3), false);
    assemble(Uint8Array.of(11, 0, 4, 0, ...new Uint8Array(11)), true);
    assemble(Uint8Array.of(2, 0, 4, 0, 1, 2, 3), true);
    assemble(Uint8Array.of(4, 0, 4, 0, 1), true);
    assemble(Uint8Array.of(1, 0, 4, 0, 9), true);
    expect(found).toEqual([Uint8Array.of(9)]);
  });
});
