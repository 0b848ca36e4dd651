/**
 * SM3 (GB/T 32905-2016, GM/T 0004-2012; in English draft-sca-cfrg-sm3). The frame is SHA-256's, the compression its own. No table
 * is indexed by data, so it takes the same time for all data.
 */
import { allocInts, type Ints } from "../lang/intrinsics.ts";
import { framed, type Hash } from "./hash.ts";

const ROUNDS = 64;
/** Words of the message expansion (section 5.3.2). */
const EXPANDED = 68;
/** T_j of the first 16 rounds, and that of the others at round 16, where it has been turned 16 times (section 4.2). */
const FIRST_CONSTANT = 0x79cc4519;
const SECOND_CONSTANT = -0x62758579;

/** The initial value (section 4.1). */
const initialValues = (): number[] => [
  0x7380166f, 0x4914b2b9, 0x172442d7, -0x2575fa00, -0x5690cf44, 0x163138aa, -0x1c7211b3, -0x4f04f1b2,
];

/** Compresses one block (section 5.3.3). */
function compress(state: Ints, words: Ints): void {
  const w = words;
  for (let j = 16; j < EXPANDED; j++) {
    const y = w[j - 3];
    const x = w[j - 16] ^ w[j - 9] ^ ((y << 15) | (y >>> 17));
    const z = w[j - 13];
    w[j] = x ^ ((x << 15) | (x >>> 17)) ^ ((x << 23) | (x >>> 9)) ^ ((z << 7) | (z >>> 25)) ^ w[j - 6];
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  let turned = FIRST_CONSTANT;
  for (let j = 0; j < ROUNDS; j++) {
    if (j === 16) turned = SECOND_CONSTANT;
    const a12 = (a << 12) | (a >>> 20);
    const sum = (a12 + e + turned) | 0;
    const ss1 = (sum << 7) | (sum >>> 25);
    // FF and GG of the first 16 rounds are parities, of the others a majority and a choice (section 4.3).
    const ff = j < 16 ? a ^ b ^ c : (a & b) | (c & (a | b));
    const gg = j < 16 ? e ^ f ^ g : g ^ (e & (f ^ g));
    const tt1 = (ff + d + (ss1 ^ a12) + (w[j] ^ w[j + 4])) | 0;
    const tt2 = (gg + h + ss1 + w[j]) | 0;
    d = c;
    c = (b << 9) | (b >>> 23);
    b = a;
    a = tt1;
    h = g;
    g = (f << 19) | (f >>> 13);
    f = e;
    // P0 (section 4.4)
    e = tt2 ^ ((tt2 << 9) | (tt2 >>> 23)) ^ ((tt2 << 17) | (tt2 >>> 15));
    turned = (turned << 1) | (turned >>> 31);
  }
  state[0] = state[0] ^ a;
  state[1] = state[1] ^ b;
  state[2] = state[2] ^ c;
  state[3] = state[3] ^ d;
  state[4] = state[4] ^ e;
  state[5] = state[5] ^ f;
  state[6] = state[6] ^ g;
  state[7] = state[7] ^ h;
}

/** An SM3 that has taken in nothing yet. */
export function sm3(): Hash {
  return framed(initialValues(), allocInts(EXPANDED), compress);
}
