import { prng } from "@songbai/sdk/lang/prng";
import type { Port } from "@songbai/sim/runtime/emulated/wire";

/** A port that changes, drops or doubles an octet with that probability, both ways. The first octets pass: the board starts. */
export function randomOf(seed: number, probability: number): (port: Port) => Port {
  const next = prng(seed);
  const chance = () => (next() >>> 0) / 2 ** 32;
  const spoiled = (octets: Buffer) => {
    const out: number[] = [];
    for (const octet of octets) {
      if (chance() >= probability) {
        out.push(octet);
        continue;
      }
      const kind = next() & 3;
      if (kind === 0) out.push(octet, octet);
      else if (kind > 1) out.push(octet ^ (1 << (next() & 7)));
    }
    return Buffer.from(out);
  };
  return (port) => ({
    write: (octets) => port.write(spoiled(octets)),
    read(timeoutMs) {
      const came = port.read(timeoutMs);
      return spoiled(came);
    },
  });
}
