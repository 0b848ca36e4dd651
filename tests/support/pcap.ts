/** A capture file (draft-ietf-opsawg-pcap): packets of one link type, each with the time it says. */
export function pcap(linkType: number, packets: readonly { readonly atUs: number; readonly octets: Uint8Array }[]): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65535, 16);
  header.writeUInt32LE(linkType, 20);
  const records = packets.map(({ atUs, octets }) => {
    const head = Buffer.alloc(16);
    head.writeUInt32LE(Math.floor(atUs / 1e6), 0);
    head.writeUInt32LE(atUs % 1e6, 4);
    head.writeUInt32LE(octets.length, 8);
    head.writeUInt32LE(octets.length, 12);
    return Buffer.concat([head, octets]);
  });
  return Buffer.concat([header, ...records]);
}
