import { type Prng, prng } from "@songbai/sdk/lang/prng";

/** FNV-1a (32 bits) of a text. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value | 0;
}

/** The seed of one thing in a run: each gets its own stream, so that one more random draw here changes nothing there. */
export function seedOf(runSeed: number, what: string): number {
  const mixed = hash(`${what}/${runSeed}`);
  return mixed === 0 ? 1 : mixed;
}

/** A random stream of its own. */
export function stream(runSeed: number, what: string): Prng {
  const next = prng(seedOf(runSeed, what));
  for (let i = 0; i < 8; i++) next();
  return next;
}

/** True with a probability of 0..1. */
export function chance(random: Prng, probability: number): boolean {
  return random() >>> 8 < probability * 0x1000000;
}
