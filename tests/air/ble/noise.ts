/** Octets that were made from good ones, to a controller with the watch at its other end. */

import { ENCRYPTED } from "@songbai/sdk/bearer/ble/gatt";
import { heartRate, WRIST } from "@songbai/sdk/bearer/ble/heart-rate";
import { prng } from "@songbai/sdk/lang/prng";
import { controller } from "@songbai/sim/air/ble/controller";
import { framePieces } from "@songbai/sim/air/ble/l2cap";
import { stream } from "@songbai/sim/clock/seed";
import { rig } from "./rig.ts";

const u16 = (value: number) => [value & 255, value >> 8];
const octetsOf = (opcode: number, ...parameters: number[]) => [1, ...u16(opcode), parameters.length, ...parameters];
const command = (opcode: number, ...parameters: number[]) => [octetsOf(opcode, ...parameters)];
const acl = (channel: number, most: number, ...payload: number[]) =>
  framePieces(channel, Uint8Array.from(payload), most).map((piece, index) => [
    2,
    ...u16(0x40 | (index === 0 ? 0 : 0x1000)),
    ...u16(piece.length),
    ...piece,
  ]);
const zeros = (count: number) => new Array<number>(count).fill(0);

/** What a host says, in packets. */
const CORPUS: readonly (readonly number[][])[] = [
  ...[0x0c63, 0x2001].map((opcode) => command(opcode, ...new Array<number>(8).fill(255))),
  ...[
    0x1001, 0x1002, 0x1003, 0x1005, 0x1009, 0x2002, 0x2003, 0x200e, 0x200f, 0x2010, 0x2018, 0x201c, 0x2023, 0x202f, 0x0c6c,
  ].map((opcode) => command(opcode)),
  command(0x200b, 1, 16, 0, 16, 0, 0, 0),
  command(0x200c, 1, 0),
  command(0x200c, 0, 0),
  command(0x2011, 1, 1, 2, 3, 4, 5, 0xc6),
  command(0x2012, 1, 1, 2, 3, 4, 5, 0xc6),
  command(0x2013, 0x40, 0, 24, 0, 40, 0, 0, 0, 100, 0, 0, 0, 0, 0),
  command(0x2016, 0x40, 0),
  command(0x041d, 0x40, 0),
  command(0x1405, 0x40, 0),
  command(0x2017, ...zeros(32)),
  command(0x2019, 0x40, 0, ...zeros(26)),
  command(0x2022, 0x40, 0, 251, 0, 0x48, 8),
  command(0x2024, 251, 0, 0x48, 8),
  acl(4, 251, 2, 247, 0),
  acl(4, 251, 4, 1, 0, 255, 255),
  acl(4, 3, 8, 1, 0, 255, 255, 3, 0x28),
  acl(4, 27, 0x12, 30, 0, 1, 0),
  acl(4, 9, 0x52, 30, 0, ...zeros(60)),
  acl(5, 251, 0x12, 1, 8, 0, 24, 0, 40, 0, 0, 0, 100, 0),
  acl(6, 251, 1, 3, 0, 1, 16, 0, 1),
  acl(6, 251, 3, ...zeros(16)),
  acl(6, 251, 4, ...zeros(16)),
];

export interface Noise {
  /** What the controller said that is no packet of a controller's. */
  readonly faults: string[];
  readonly packets: number;
  readonly connections: number;
  /** The highest security level that the device was on. */
  readonly level: number;
}

/** Whether it is one whole packet, an event or data, as long as it says. */
function isPacket(packet: Uint8Array): boolean {
  if (packet[0] === 4) return packet.length >= 3 && packet.length === 3 + packet[2];
  return packet[0] === 2 && packet.length >= 5 && packet.length === 5 + (packet[3] | (packet[4] << 8)) && packet.length <= 256;
}

export function sayNoise(count: number, seed: number, sometimes: () => void = () => {}): Noise {
  const next = prng(seed);
  const below = (limit: number) => (next() >>> 1) % limit;
  const faults: string[] = [];
  let [packets, connections, level] = [0, 0, 0];
  let answered = "";
  const device = rig({ services: (attributes) => heartRate(attributes, ENCRYPTED, WRIST) });
  const host = controller({
    air: device.air,
    random: stream(seed, "controller"),
    address: Uint8Array.of(1, 2, 3, 4, 5, 6),
    distanceM: 2,
    send(packet) {
      packets++;
      if (!isPacket(packet)) faults.push(Buffer.from(packet).toString("hex"));
      answered = Buffer.from(packet).toString("hex");
    },
  });
  let address: Uint8Array = new Uint8Array(6);
  device.air.central({ identity: { type: 0, address }, heard: (from) => (address = from) }, 1).scan(1);
  device.pass(300);

  /** A packet with up to three changes; but for one of 256 it is as long as it says, so that the next one is understood too. */
  function changed(packet: readonly number[]): number[] {
    const octets = [...packet];
    for (let changes = below(4); changes > 0; changes--) {
      const at = 1 + below(octets.length);
      const kind = below(4);
      if (kind === 0) octets.splice(at, 1 + below(4));
      else if (kind === 1) octets.splice(at, 0, ...Array.from({ length: 1 + below(6) }, () => below(256)));
      else if (at < octets.length) octets[at] ^= 1 << below(8);
    }
    const header = packet[0] === 1 ? 4 : 5;
    while (octets.length < header) octets.push(below(256));
    if (below(256) > 0) {
      octets[3] = octets.length - header;
      if (header === 5) octets[4] = 0;
    }
    return octets;
  }

  for (let index = 0; index < count; index++) {
    // From time to time the host begins anew and connects, so that what follows reaches the device.
    if (index % 200 === 0) {
      sometimes();
      device.pass(3000);
      // Whatever is in its place so far ends here: a reset is found in any stream.
      host.take(Uint8Array.from([...zeros(300), ...octetsOf(0x0c03)]));
      if (answered !== "040e0401030c00") faults.push(`a reset was answered by ${answered}`);
      device.pass(3000);
      host.take(Uint8Array.from(octetsOf(0x200d, 96, 0, 48, 0, 0, 1, ...address, 0, 24, 0, 24, 0, 0, 0, 100, 0, 0, 0, 0, 0)));
      device.pass(2000);
      if (device.level() > 0) connections++;
    }
    host.take(Uint8Array.from(CORPUS[below(CORPUS.length)].flatMap(changed)));
    if (index % 10 === 0) device.pass(100);
    level = Math.max(level, device.level());
  }
  return { faults, packets, connections, level };
}
