// MQTT by npm mqtt-packet, a codec that we did not write: what a broker says, and how it reads what the device says.
import mqttPacket, { type Packet } from "mqtt-packet";
import { toHex } from "../../support/hex.ts";
import { talk } from "./talk.ts";

export const UP = "songbai/v1/7A3F-11C0-0000-0042/up";
export const DOWN = "songbai/v1/7A3F-11C0-0000-0042/down";

export type Version = 4 | 5;

/** Packets of a broker in hexadecimal. */
export function says(version: Version, ...packets: object[]): string {
  return packets.map((packet) => toHex(mqttPacket.generate(packet as Packet, { protocolVersion: version }))).join("");
}

/** The packets in the octets. Throws when they are none. */
export function packetsIn(octets: Buffer, version: Version): Packet[] {
  const packets: Packet[] = [];
  const parser = mqttPacket.parser({ protocolVersion: version });
  parser.on("packet", (packet) => packets.push(packet));
  parser.on("error", (error) => {
    throw error;
  });
  if (parser.parse(octets) !== 0) throw new Error("octets are left over");
  return packets;
}

/** What the device has sent in an answer of the program. */
export function sentIn(answer: string, version: Version): Packet[] {
  return answer
    .split(" ")
    .filter((word) => word.startsWith(">"))
    .flatMap((word) => packetsIn(Buffer.from(word.slice(1), "hex"), version));
}

export const CONNACK = { cmd: "connack", returnCode: 0, reasonCode: 0, sessionPresent: false };
export const SUBACK = { cmd: "suback", messageId: 65535, granted: [1] };
export const PINGRESP = { cmd: "pingresp" };
export const puback = (messageId: number, reasonCode = 0): object => ({ cmd: "puback", messageId, reasonCode });
export const publish = (payload: string, more: object = {}): object => ({
  cmd: "publish",
  topic: DOWN,
  payload: Buffer.from(payload, "hex"),
  qos: 1,
  messageId: 7,
  dup: false,
  retain: false,
  ...more,
});

/** A device whose session is up. */
export function connected(version: Version, connack: object = CONNACK, begin = "mqtt 0"): string {
  const first = talk(begin, "attached 1", "pass 2001", "open 1");
  const second = version === 5 ? "" : talk(`data ${says(4, { ...CONNACK, returnCode: 1 })}`, "pass 3000", "open 1");
  return `${first} ${second} ${talk(`data ${says(version, connack)}`, `data ${says(version, SUBACK)}`)}`;
}
