/** The image of a NOR flash part, as the host keeps it: what survives when the device loses power. */
export interface NorImage {
  readonly bytes: Uint8Array;
  readonly sectorBytes: number;
  program(address: number, octets: Uint8Array): void;
  erase(sector: number): void;
  readonly programmedBytes: () => number;
  readonly erases: () => number;
}

export function norImage(sizeBytes: number, sectorBytes: number): NorImage {
  const bytes = new Uint8Array(sizeBytes).fill(0xff);
  let programmed = 0;
  let erases = 0;
  return {
    bytes,
    sectorBytes,
    program(address, octets) {
      for (let i = 0; i < octets.length; i++) {
        const now = bytes[address + i];
        if ((now & octets[i]) !== octets[i]) {
          throw new Error(`flash: octet ${address + i} would go from ${now} to ${octets[i]} without an erase`);
        }
        bytes[address + i] = octets[i];
      }
      programmed += octets.length;
    },
    erase(sector) {
      bytes.fill(0xff, sector * sectorBytes, (sector + 1) * sectorBytes);
      erases++;
    },
    programmedBytes: () => programmed,
    erases: () => erases,
  };
}
