/**
 * SM4 block encryption (GB/T 32907-2016, GM/T 0002-2012; in English draft-ribose-cfrg-sm4): 32 rounds, each of which makes one new
 * word from four.
 *
 * Four tables of 256 words join the S-box and the linear transformation L: a round is four look-ups. They take 8 kB of a small Lua
 * heap from the first cipher on. One table of 2 kB, turned as it is read, costs 1.8 times the instructions of a block, the S-box
 * alone 2.5 times: on Lua a rotation is seven operations. Decryption of the block is not needed by CCM and CMAC.
 *
 * As with AES, a look-up can take longer on a processor with a cache in front of its RAM: `Board.cipher` is the way out.
 */
import { allocInts, type Bytes, type Ints } from "../lang/intrinsics.ts";
import type { BlockCipher } from "./block.ts";

const ROUNDS = 32;
const AFFINE_CONSTANT = 0xd3;
/** x^8 + x^7 + x^6 + x^5 + x^4 + x^2 + 1. */
const POLYNOMIAL = 0x1f5;

/** L of the S-box's answer in a word's highest octet, then in the second, third and lowest; empty until there is a cipher. */
const tables: Ints[] = [];

/** A·y + C: the sum of y turned up by 0, 1, 3, 6 and 7 bits, and the constant. */
function affine(y: number): number {
  const twice = y | (y << 8);
  return (y ^ (twice >>> 7) ^ (twice >>> 5) ^ (twice >>> 2) ^ (twice >>> 1) ^ AFFINE_CONSTANT) & 255;
}

/** The x with A·x + C = y: the sum of y - C turned up by 0, 2 and 7 bits. */
function unaffine(y: number): number {
  const difference = y ^ AFFINE_CONSTANT;
  const twice = difference | (difference << 8);
  return (difference ^ (twice >>> 6) ^ (twice >>> 1)) & 255;
}

/**
 * Fills the tables at the x whose image A·x + C is `p`, the inverse of `q`: the S-box is affine, inverse, affine (Liu et al.,
 * "Analysis of the SMS4 block cipher", ACISP 2007). L(B) is the sum of B turned up by 0, 2, 10, 18 and 24 bits (section 6.2).
 */
function fillEntry(p: number, q: number): void {
  const x = unaffine(p);
  const b = affine(q) << 24;
  const t = b ^ (b << 2) ^ (b >>> 30) ^ (b >>> 22) ^ (b >>> 14) ^ (b >>> 8);
  tables[0][x] = t;
  tables[1][x] = (t >>> 8) | (t << 24);
  tables[2][x] = (t >>> 16) | (t << 16);
  tables[3][x] = (t >>> 24) | (t << 8);
}

function fillTables(): void {
  for (let i = 0; i < 4; i++) tables.push(allocInts(256));
  fillEntry(0, 0);
  // p runs through all powers of x, q through those of its inverse.
  let p = 1;
  let q = 1;
  for (let i = 0; i < 255; i++) {
    fillEntry(p, q);
    p = (p & 128) !== 0 ? (p << 1) ^ POLYNOMIAL : p << 1;
    q = (q & 1) !== 0 ? (q ^ POLYNOMIAL) >>> 1 : q >>> 1;
  }
}

/** S(x), which stands turned up by 2 bits in the lowest octet of L(S(x) << 24). */
function substituted(x: number): number {
  const low = tables[0][x] & 255;
  return (low >>> 2) | ((low & 3) << 6);
}

function word(key: Bytes, at: number): number {
  return (key[at] << 24) | (key[at + 1] << 16) | (key[at + 2] << 8) | key[at + 3];
}

/** CK of the round (section 7.3): the octets (4·round + j)·7. */
function constantOf(round: number): number {
  const first = 28 * round;
  return ((first & 255) << 24) | (((first + 7) & 255) << 16) | (((first + 14) & 255) << 8) | ((first + 21) & 255);
}

/** The round keys (section 7.3): the rounds of the cipher with other constants and another L. */
function expand(key: Bytes): Ints {
  const keys = allocInts(ROUNDS);
  let a = word(key, 0) ^ -0x5c4e453a;
  let b = word(key, 4) ^ 0x56aa3350;
  let c = word(key, 8) ^ 0x677d9197;
  let d = word(key, 12) ^ -0x4d8fdd24;
  for (let i = 0; i < ROUNDS; i++) {
    const x = b ^ c ^ d ^ constantOf(i);
    const high = (substituted((x >>> 24) & 255) << 24) | (substituted((x >>> 16) & 255) << 16);
    const y = high | (substituted((x >>> 8) & 255) << 8) | substituted(x & 255);
    const next = a ^ y ^ ((y << 13) | (y >>> 19)) ^ ((y << 23) | (y >>> 9));
    keys[i] = next;
    a = b;
    b = c;
    c = d;
    d = next;
  }
  return keys;
}

/** A cipher under a 16-octet key. The key may be overwritten afterwards. */
export function sm4(key: Bytes): BlockCipher {
  if (tables.length === 0) fillTables();
  const keys = expand(key);
  return (block) => {
    const t0 = tables[0];
    const t1 = tables[1];
    const t2 = tables[2];
    const t3 = tables[3];
    const k = keys;
    let a = (block[0] << 24) | (block[1] << 16) | (block[2] << 8) | block[3];
    let b = (block[4] << 24) | (block[5] << 16) | (block[6] << 8) | block[7];
    let c = (block[8] << 24) | (block[9] << 16) | (block[10] << 8) | block[11];
    let d = (block[12] << 24) | (block[13] << 16) | (block[14] << 8) | block[15];
    for (let at = 0; at < ROUNDS; at += 4) {
      let x = b ^ c ^ d ^ k[at];
      a = a ^ t0[(x >>> 24) & 255] ^ t1[(x >>> 16) & 255] ^ t2[(x >>> 8) & 255] ^ t3[x & 255];
      x = c ^ d ^ a ^ k[at + 1];
      b = b ^ t0[(x >>> 24) & 255] ^ t1[(x >>> 16) & 255] ^ t2[(x >>> 8) & 255] ^ t3[x & 255];
      x = d ^ a ^ b ^ k[at + 2];
      c = c ^ t0[(x >>> 24) & 255] ^ t1[(x >>> 16) & 255] ^ t2[(x >>> 8) & 255] ^ t3[x & 255];
      x = a ^ b ^ c ^ k[at + 3];
      d = d ^ t0[(x >>> 24) & 255] ^ t1[(x >>> 16) & 255] ^ t2[(x >>> 8) & 255] ^ t3[x & 255];
    }
    // The reverse transformation R (section 7.1): the last words first.
    block[0] = (d >>> 24) & 255;
    block[1] = (d >>> 16) & 255;
    block[2] = (d >>> 8) & 255;
    block[3] = d & 255;
    block[4] = (c >>> 24) & 255;
    block[5] = (c >>> 16) & 255;
    block[6] = (c >>> 8) & 255;
    block[7] = c & 255;
    block[8] = (b >>> 24) & 255;
    block[9] = (b >>> 16) & 255;
    block[10] = (b >>> 8) & 255;
    block[11] = b & 255;
    block[12] = (a >>> 24) & 255;
    block[13] = (a >>> 16) & 255;
    block[14] = (a >>> 8) & 255;
    block[15] = a & 255;
  };
}
