// A conversation as a capture that Wireshark reads: each PDU in one L2CAP frame, in one HCI ACL packet.
import { pcap } from "../../support/pcap.ts";

const LINKTYPE_BLUETOOTH_HCI_H4_WITH_PHDR = 201;
const ACL = 2;
const HANDLE = 64;
const ATT_CHANNEL = 4;
export const FROM_DEVICE = 1;
export const TO_DEVICE = 0;

export interface Spoken {
  /** Seen from the central's host: `FROM_DEVICE` is received. */
  readonly direction: number;
  readonly pdu: Buffer;
}

function packetOf({ direction, pdu }: Spoken): Buffer {
  const packet = Buffer.alloc(4 + 1 + 4 + 4 + pdu.length);
  packet.writeUInt32BE(direction, 0);
  packet[4] = ACL;
  packet.writeUInt16LE(HANDLE | ((direction === FROM_DEVICE ? 2 : 0) << 12), 5);
  packet.writeUInt16LE(4 + pdu.length, 7);
  packet.writeUInt16LE(pdu.length, 9);
  packet.writeUInt16LE(ATT_CHANNEL, 11);
  pdu.copy(packet, 13);
  return packet;
}

/** The file; times are places in the conversation, s. */
export function capture(spoken: readonly Spoken[]): Buffer {
  const packets = spoken.map((one, place) => ({ atUs: place * 1e6, octets: packetOf(one) }));
  return pcap(LINKTYPE_BLUETOOTH_HCI_H4_WITH_PHDR, packets);
}
