/**
 * SHA-512 (FIPS 180-4, sections 4.1.3, 4.2.3, 5.3.5, 6.4), for Ed25519. A 64-bit word is two of 32, the high one first; the low ones
 * are added by halves, as no target has the carry out of 32 bits. No table is indexed by data.
 *
 * A hash keeps 16 words of schedule and the 80 constants, 1.8 kB of a small Lua heap, for as long as it is kept.
 */
import { allocInts, type Ints } from "../lang/intrinsics.ts";
import { framed, type Hash } from "./hash.ts";

const ROUNDS = 80;
/** Of the schedule only the last 16 words are kept, in a ring. */
const SCHEDULE_INTS = 32;

/** The first 64 bits of the fractional parts of the square roots of the first 8 primes (section 5.3.5). */
const initialValues = (): number[] => [
  0x6a09e667, -0x0c4336f8, -0x4498517b, -0x7b3558c5, 0x3c6ef372, -0x016b07d5, -0x5ab00ac6, 0x5f1d36f1, 0x510e527f, -0x52197d2f,
  -0x64fa9774, 0x2b3e6c1f, 0x1f83d9ab, -0x04be4295, 0x5be0cd19, 0x137e2179,
];

/** The same of the cube roots of the first 80 primes (section 4.2.3). */
const roundConstants = (): number[] => [
  0x428a2f98, -0x28d751de, 0x71374491, 0x23ef65cd, -0x4a3f0431, -0x13b2c4d1, -0x164a245b, -0x7e762444, 0x3956c25b, -0x0cb74ac8,
  0x59f111f1, -0x49fa2fe7, -0x6dc07d5c, -0x50e6b065, -0x54e3a12b, -0x25927ee8, -0x27f85568, -0x5cfcfdbe, 0x12835b01, 0x45706fbe,
  0x243185be, 0x4ee4b28c, 0x550c7dc3, -0x2a004b1e, 0x72be5d74, -0x0d847691, -0x7f214e02, 0x3b1696b1, -0x6423f959, 0x25c71235,
  -0x3e640e8c, -0x3096d96c, -0x1b64963f, -0x610eb52e, -0x1041b87a, 0x384f25e3, 0x0fc19dc6, -0x74732a4b, 0x240ca1cc, 0x77ac9c65,
  0x2de92c6f, 0x592b0275, 0x4a7484aa, 0x6ea6e483, 0x5cb0a9dc, -0x42be042c, 0x76f988da, -0x7ceeac4b, -0x67c1aeae, -0x11992055,
  -0x57ce3993, 0x2db43210, -0x4ffcd838, -0x6704dec1, -0x40a68039, -0x4110f11c, -0x391ff40d, 0x3da88fc2, -0x2a586eb9,
  -0x6cf558db, 0x06ca6351, -0x1ffc7d91, 0x14292967, 0x0a0e6e70, 0x27b70a85, 0x46d22ffc, 0x2e1b2138, 0x5c26c926, 0x4d2c6dfc,
  0x5ac42aed, 0x53380d13, -0x626a4c21, 0x650a7354, -0x74509c22, 0x766a0abb, 0x3c77b2a8, -0x7e3d36d2, 0x47edaee6, -0x6d8dd37b,
  0x1482353b, -0x5d40175f, 0x4cf10364, -0x57e599b5, -0x43bdcfff, -0x3db47490, -0x2f07686f, -0x3893ae5d, 0x0654be30, -0x2e6d17e7,
  -0x2910ade8, -0x2966f9dc, 0x5565a910, -0x0bf1ca7b, 0x5771202a, 0x106aa070, 0x32bbd1b8, 0x19a4c116, -0x472d2f38, 0x1e376c08,
  0x5141ab53, 0x2748774c, -0x20711467, 0x34b0bcb5, -0x1e64b758, 0x391c0cb3, -0x3a36a59d, 0x4ed8aa4a, -0x1cbe7535, 0x5b9cca4f,
  0x7763e373, 0x682e6ff3, -0x294d475d, 0x748f82ee, 0x5defb2fc, 0x78a5636f, 0x43172f60, -0x7b3787ec, -0x5e0f548e, -0x7338fdf8,
  0x1a6439ec, -0x6f410006, 0x23631e28, -0x5baf9315, -0x217d4217, -0x41065c09, -0x4d3986eb, -0x398e870e, -0x1c8dacd5,
  -0x35d8c132, -0x15d99e64, -0x2e794739, 0x21c0c207, -0x1525822a, -0x321f14e2, -0x0a82b081, -0x11912e88, 0x06f067aa, 0x72176fba,
  0x0a637dc5, -0x5d37675a, 0x113f9804, -0x4106f252, 0x1b710b35, 0x131c471b, 0x28db77f5, 0x23047d84, 0x32caab7b, 0x40c72493,
  0x3c9ebe0a, 0x15c9bebc, 0x431d67c4, -0x63eff2b4, 0x4cc5d4be, -0x34c1bd4a, 0x597f299c, -0x039a81d6, 0x5fcb6fab, 0x3ad6faec,
  0x6c44198c, 0x4a475817,
];

/** W of round `t` takes the place of that of round t - 16 (section 6.4.2, step 1). */
function extend(w: Ints, t: number): void {
  const at = (2 * t) & 31;
  const x = (at + 2) & 31;
  const y = (at + 28) & 31;
  const z = (at + 18) & 31;
  const xh = w[x];
  const xl = w[x + 1];
  const yh = w[y];
  const yl = w[y + 1];
  const s0h = ((xh >>> 1) | (xl << 31)) ^ ((xh >>> 8) | (xl << 24)) ^ (xh >>> 7);
  const s0l = ((xl >>> 1) | (xh << 31)) ^ ((xl >>> 8) | (xh << 24)) ^ ((xl >>> 7) | (xh << 25));
  const s1h = ((yh >>> 19) | (yl << 13)) ^ ((yl >>> 29) | (yh << 3)) ^ (yh >>> 6);
  const s1l = ((yl >>> 19) | (yh << 13)) ^ ((yh >>> 29) | (yl << 3)) ^ ((yl >>> 6) | (yh << 26));
  const wl = w[at + 1];
  const zl = w[z + 1];
  const low = (wl & 65535) + (s0l & 65535) + (zl & 65535) + (s1l & 65535);
  const middle = (wl >>> 16) + (s0l >>> 16) + (zl >>> 16) + (s1l >>> 16) + (low >> 16);
  w[at + 1] = (middle << 16) | (low & 65535);
  w[at] = (w[at] + s0h + w[z] + s1h + (middle >> 16)) | 0;
}

/** Adds a word to the one in `state` at `at`. */
function accumulate(state: Ints, at: number, high: number, low: number): void {
  const before = state[at + 1];
  const sum = (before & 65535) + (low & 65535);
  const middle = (before >>> 16) + (low >>> 16) + (sum >> 16);
  state[at + 1] = (middle << 16) | (sum & 65535);
  state[at] = (state[at] + high + (middle >> 16)) | 0;
}

/** A SHA-512 that has taken in nothing yet. */
export function sha512(): Hash {
  const constants = roundConstants();

  function compress(state: Ints, words: Ints): void {
    const k = constants;
    const w = words;
    let ah = state[0];
    let al = state[1];
    let bh = state[2];
    let bl = state[3];
    let ch = state[4];
    let cl = state[5];
    let dh = state[6];
    let dl = state[7];
    let eh = state[8];
    let el = state[9];
    let fh = state[10];
    let fl = state[11];
    let gh = state[12];
    let gl = state[13];
    let hh = state[14];
    let hl = state[15];
    for (let t = 0; t < ROUNDS; t++) {
      if (t > 15) extend(w, t);
      const at = (2 * t) & 31;
      const kl = k[2 * t + 1];
      const wl = w[at + 1];
      const s1h = ((eh >>> 14) | (el << 18)) ^ ((eh >>> 18) | (el << 14)) ^ ((el >>> 9) | (eh << 23));
      const s1l = ((el >>> 14) | (eh << 18)) ^ ((el >>> 18) | (eh << 14)) ^ ((eh >>> 9) | (el << 23));
      const chosen = gl ^ (el & (fl ^ gl));
      let low = (hl & 65535) + (s1l & 65535) + (chosen & 65535) + (kl & 65535) + (wl & 65535);
      let middle = (hl >>> 16) + (s1l >>> 16) + (chosen >>> 16) + (kl >>> 16) + (wl >>> 16) + (low >> 16);
      const t1l = (middle << 16) | (low & 65535);
      const t1h = (hh + s1h + (gh ^ (eh & (fh ^ gh))) + k[2 * t] + w[at] + (middle >> 16)) | 0;
      hh = gh;
      hl = gl;
      gh = fh;
      gl = fl;
      fh = eh;
      fl = el;
      low = (dl & 65535) + (t1l & 65535);
      middle = (dl >>> 16) + (t1l >>> 16) + (low >> 16);
      el = (middle << 16) | (low & 65535);
      eh = (dh + t1h + (middle >> 16)) | 0;
      const s0h = ((ah >>> 28) | (al << 4)) ^ ((al >>> 2) | (ah << 30)) ^ ((al >>> 7) | (ah << 25));
      const s0l = ((al >>> 28) | (ah << 4)) ^ ((ah >>> 2) | (al << 30)) ^ ((ah >>> 7) | (al << 25));
      const ml = (al & bl) ^ (cl & (al ^ bl));
      low = (t1l & 65535) + (s0l & 65535) + (ml & 65535);
      middle = (t1l >>> 16) + (s0l >>> 16) + (ml >>> 16) + (low >> 16);
      dh = ch;
      dl = cl;
      const mh = (ah & bh) ^ (ch & (ah ^ bh));
      ch = bh;
      cl = bl;
      bh = ah;
      bl = al;
      al = (middle << 16) | (low & 65535);
      ah = (t1h + s0h + mh + (middle >> 16)) | 0;
    }
    accumulate(state, 0, ah, al);
    accumulate(state, 2, bh, bl);
    accumulate(state, 4, ch, cl);
    accumulate(state, 6, dh, dl);
    accumulate(state, 8, eh, el);
    accumulate(state, 10, fh, fl);
    accumulate(state, 12, gh, gl);
    accumulate(state, 14, hh, hl);
  }

  return framed(initialValues(), allocInts(SCHEDULE_INTS), compress);
}
