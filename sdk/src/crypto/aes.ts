/**
 * AES-128 block encryption (FIPS 197, update 1, 2023-05-09).
 *
 * Two tables of 256 words join SubBytes, ShiftRows and MixColumns (sections 5.1.1 to 5.1.3): a column of a round is four look-ups, four
 * exclusive-ors and half a turn, which stands for the other two tables. They take 4 kB of a small Lua heap from the first cipher on;
 * octet by octet a block costs four times the instructions. Decryption of the block is not needed by CCM, CMAC or a LoRaWAN device.
 *
 * Table look-ups take a time that can depend on the cache of a big processor; the microcontrollers that this is for have none
 * in front of RAM. A board with a native block cipher hands that in instead (`Board.cipher`), and the tables are never made.
 */
import { allocBytes, allocInts, type Bytes, type Ints } from "../lang/intrinsics.ts";
import type { BlockCipher } from "./block.ts";

const ROUND_WORDS = 4;
const LAST_ROUND = 40;
const KEY_WORDS = 44;

/**
 * Columns 0 and 1 of MixColumns times S(x), the first octet highest: 2·S, S, S, 3·S and 3·S, 2·S, S, S; empty until there is a cipher.
 * Columns 2 and 3 are the same with their halves exchanged.
 */
const tables: Ints[] = [];

/** Four octets as a word, the first one highest. */
function word(a: number, b: number, c: number, d: number): number {
  return (a << 24) | ((b & 255) << 16) | ((c & 255) << 8) | (d & 255);
}

/** Multiplication by x in GF(2^8) (section 4.2, eq. 4.5). */
function double(x: number): number {
  const shifted = (x << 1) & 255;
  return (x & 128) !== 0 ? shifted ^ 0x1b : shifted;
}

function fillTables(): void {
  for (let i = 0; i < 2; i++) tables.push(allocInts(256));
  const substitute = allocBytes(256);
  // The S-box (section 5.1.1): p runs through all powers of 3, q through those of its inverse, so that p·q = 1.
  let p = 1;
  let q = 1;
  for (let i = 0; i < 255; i++) {
    p ^= double(p);
    q ^= (q << 1) & 255;
    q ^= (q << 2) & 255;
    q ^= (q << 4) & 255;
    if ((q & 128) !== 0) q ^= 0x09;
    const twice = q | (q << 8);
    const affine = q ^ (twice >>> 7) ^ (twice >>> 6) ^ (twice >>> 5) ^ (twice >>> 4) ^ 0x63;
    substitute[p] = affine & 255;
  }
  substitute[0] = 0x63;
  for (let x = 0; x < 256; x++) {
    const s = substitute[x];
    const s2 = double(s);
    const s3 = s2 ^ s;
    tables[0][x] = word(s2, s, s, s3);
    tables[1][x] = word(s3, s2, s, s);
  }
}

/** S(x), which stands in the second octet of the first table. */
function substituted(x: number): number {
  return (tables[0][x] >>> 16) & 255;
}

/** KeyExpansion (section 5.2) of a 16-octet key into the words of 11 round keys. */
function expand(key: Bytes): Ints {
  const words = allocInts(KEY_WORDS);
  for (let i = 0; i < ROUND_WORDS; i++) words[i] = word(key[4 * i], key[4 * i + 1], key[4 * i + 2], key[4 * i + 3]);
  let constant = 1;
  for (let i = ROUND_WORDS; i < KEY_WORDS; i++) {
    let w = words[i - 1];
    if ((i & 3) === 0) {
      const a = substituted((w >>> 16) & 255) ^ constant;
      w = word(a, substituted((w >>> 8) & 255), substituted(w & 255), substituted((w >>> 24) & 255));
      constant = double(constant);
    }
    words[i] = words[i - ROUND_WORDS] ^ w;
  }
  return words;
}

/** A cipher under a 16-octet key. The key may be overwritten afterwards. */
export function aes128(key: Bytes): BlockCipher {
  if (tables.length === 0) fillTables();
  const words = expand(key);
  return (block) => {
    const t0 = tables[0];
    const t1 = tables[1];
    const k = words;
    let a = ((block[0] << 24) | (block[1] << 16) | (block[2] << 8) | block[3]) ^ k[0];
    let b = ((block[4] << 24) | (block[5] << 16) | (block[6] << 8) | block[7]) ^ k[1];
    let c = ((block[8] << 24) | (block[9] << 16) | (block[10] << 8) | block[11]) ^ k[2];
    let d = ((block[12] << 24) | (block[13] << 16) | (block[14] << 8) | block[15]) ^ k[3];
    for (let at = ROUND_WORDS; at < LAST_ROUND; at += ROUND_WORDS) {
      const w = t0[(c >>> 8) & 255] ^ t1[d & 255];
      const x = t0[(d >>> 8) & 255] ^ t1[a & 255];
      const y = t0[(a >>> 8) & 255] ^ t1[b & 255];
      const z = t0[(b >>> 8) & 255] ^ t1[c & 255];
      const e = t0[(a >>> 24) & 255] ^ t1[(b >>> 16) & 255] ^ ((w << 16) | (w >>> 16)) ^ k[at];
      const f = t0[(b >>> 24) & 255] ^ t1[(c >>> 16) & 255] ^ ((x << 16) | (x >>> 16)) ^ k[at + 1];
      const g = t0[(c >>> 24) & 255] ^ t1[(d >>> 16) & 255] ^ ((y << 16) | (y >>> 16)) ^ k[at + 2];
      d = t0[(d >>> 24) & 255] ^ t1[(a >>> 16) & 255] ^ ((z << 16) | (z >>> 16)) ^ k[at + 3];
      a = e;
      b = f;
      c = g;
    }
    // The last round has no MixColumns (section 5.1): S(x) is the second octet of t0[x].
    const k0 = k[LAST_ROUND];
    const k1 = k[LAST_ROUND + 1];
    const k2 = k[LAST_ROUND + 2];
    const k3 = k[LAST_ROUND + 3];
    block[0] = ((t0[(a >>> 24) & 255] >>> 16) ^ (k0 >>> 24)) & 255;
    block[1] = ((t0[(b >>> 16) & 255] ^ k0) >>> 16) & 255;
    block[2] = ((t0[(c >>> 8) & 255] >>> 16) ^ (k0 >>> 8)) & 255;
    block[3] = ((t0[d & 255] >>> 16) ^ k0) & 255;
    block[4] = ((t0[(b >>> 24) & 255] >>> 16) ^ (k1 >>> 24)) & 255;
    block[5] = ((t0[(c >>> 16) & 255] ^ k1) >>> 16) & 255;
    block[6] = ((t0[(d >>> 8) & 255] >>> 16) ^ (k1 >>> 8)) & 255;
    block[7] = ((t0[a & 255] >>> 16) ^ k1) & 255;
    block[8] = ((t0[(c >>> 24) & 255] >>> 16) ^ (k2 >>> 24)) & 255;
    block[9] = ((t0[(d >>> 16) & 255] ^ k2) >>> 16) & 255;
    block[10] = ((t0[(a >>> 8) & 255] >>> 16) ^ (k2 >>> 8)) & 255;
    block[11] = ((t0[b & 255] >>> 16) ^ k2) & 255;
    block[12] = ((t0[(d >>> 24) & 255] >>> 16) ^ (k3 >>> 24)) & 255;
    block[13] = ((t0[(a >>> 16) & 255] ^ k3) >>> 16) & 255;
    block[14] = ((t0[(b >>> 8) & 255] >>> 16) ^ (k3 >>> 8)) & 255;
    block[15] = ((t0[c & 255] >>> 16) ^ k3) & 255;
  };
}
