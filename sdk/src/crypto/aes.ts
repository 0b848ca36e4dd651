/**
 * AES-128 block encryption (FIPS 197, update 1, 2023-05-09).
 *
 * Octet-wise, so that no value ever needs more than 8 bits: this is the form that small Lua and JavaScript engines run best.
 * Two tables of 256 octets hold S(x) and 2·S(x); one round of a column is eight look-ups and sixteen exclusive-ors.
 * Decryption of the block is not needed by CCM, CMAC or a LoRaWAN device.
 *
 * Table look-ups take a time that can depend on the cache of a big processor; the microcontrollers that this is for have none
 * in front of RAM. A board with a native block cipher should hand that in instead (`Board.cipher`).
 */
import { allocBytes, type Bytes } from "../lang/intrinsics.ts";
import type { BlockCipher } from "./block.ts";

const ROUNDS = 10;
const SUBSTITUTE = allocBytes(256);
const DOUBLED = allocBytes(256);

/** Multiplication by x in GF(2^8) (section 4.2, eq. 4.5). */
function double(x: number): number {
  const shifted = (x << 1) & 255;
  return (x & 128) !== 0 ? shifted ^ 0x1b : shifted;
}

// The S-box (section 5.1.1): p runs through all powers of 3, q through those of its inverse, so that p·q = 1.
function fillTables(): void {
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
    SUBSTITUTE[p] = affine & 255;
  }
  SUBSTITUTE[0] = 0x63;
  for (let x = 0; x < 256; x++) DOUBLED[x] = double(SUBSTITUTE[x]) & 255;
}

fillTables();

/** KeyExpansion (section 5.2) of a 16-octet key into 11 round keys. */
function expand(key: Bytes): Bytes {
  const words = allocBytes(16 * (ROUNDS + 1));
  for (let i = 0; i < 16; i++) words[i] = key[i];
  let constant = 1;
  for (let at = 16; at < 16 * (ROUNDS + 1); at += 4) {
    let a = words[at - 4];
    let b = words[at - 3];
    let c = words[at - 2];
    let d = words[at - 1];
    if ((at & 15) === 0) {
      const first = a;
      a = SUBSTITUTE[b] ^ constant;
      b = SUBSTITUTE[c];
      c = SUBSTITUTE[d];
      d = SUBSTITUTE[first];
      constant = double(constant);
    }
    words[at] = (words[at - 16] ^ a) & 255;
    words[at + 1] = (words[at - 15] ^ b) & 255;
    words[at + 2] = (words[at - 14] ^ c) & 255;
    words[at + 3] = (words[at - 13] ^ d) & 255;
  }
  return words;
}

/** A cipher under a 16-octet key. The key may be overwritten afterwards. */
export function aes128(key: Bytes): BlockCipher {
  const words = expand(key);
  const state = allocBytes(16);
  return (block) => {
    for (let i = 0; i < 16; i++) block[i] = block[i] ^ words[i];
    for (let round = 16; round < 16 * ROUNDS; round += 16) {
      for (let column = 0; column < 16; column += 4) {
        // ShiftRows picks the four octets, SubBytes and MixColumns are in the tables (sections 5.1.1 to 5.1.3).
        const i0 = block[column];
        const i1 = block[(column + 5) & 15];
        const i2 = block[(column + 10) & 15];
        const i3 = block[(column + 15) & 15];
        const s0 = SUBSTITUTE[i0];
        const s1 = SUBSTITUTE[i1];
        const s2 = SUBSTITUTE[i2];
        const s3 = SUBSTITUTE[i3];
        const d0 = DOUBLED[i0];
        const d1 = DOUBLED[i1];
        const d2 = DOUBLED[i2];
        const d3 = DOUBLED[i3];
        const k = round + column;
        state[column] = d0 ^ d1 ^ s1 ^ s2 ^ s3 ^ words[k];
        state[column + 1] = s0 ^ d1 ^ d2 ^ s2 ^ s3 ^ words[k + 1];
        state[column + 2] = s0 ^ s1 ^ d2 ^ d3 ^ s3 ^ words[k + 2];
        state[column + 3] = d0 ^ s0 ^ s1 ^ s2 ^ d3 ^ words[k + 3];
      }
      for (let i = 0; i < 16; i++) block[i] = state[i];
    }
    for (let i = 0; i < 16; i++) state[i] = SUBSTITUTE[block[(i + ((i & 3) << 2)) & 15]];
    for (let i = 0; i < 16; i++) block[i] = state[i] ^ words[16 * ROUNDS + i];
  };
}
