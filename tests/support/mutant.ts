import type { randomSource } from "./random.ts";

/** The octets with a bit changed, an octet replaced, cut off, put in or taken out, or several of these: never the same as before. */
export function mutant(octets: Uint8Array, random: ReturnType<typeof randomSource>): Uint8Array {
  let changed = [...octets];
  const times = 1 + (random.below(4) === 0 ? random.below(4) : 0);
  for (let i = 0; i < times; i++) {
    const at = random.below(changed.length + 1);
    const kind = random.below(5);
    if (kind === 0 && at < changed.length) changed[at] ^= 1 << random.below(8);
    else if (kind === 1 && at < changed.length) changed[at] = random.below(256);
    else if (kind === 2) changed = changed.slice(0, at);
    else if (kind === 3) changed.splice(at, 0, random.below(256));
    else changed.splice(at, 1 + random.below(3));
  }
  const made = Uint8Array.from(changed);
  return Buffer.compare(made, octets) === 0 ? mutant(octets, random) : made;
}
