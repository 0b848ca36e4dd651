/**
 * The record path without objects: CBOR, AES-128-CCM, CRC-32C and the flash entry of a battery report in one flat module over typed
 * arrays. The baseline that the journal of `sdk/record` is measured against; it must write the same octets.
 */

const SBOX = new Uint8Array(256);
const DOUBLED = new Uint8Array(256);
const CRC = new Int32Array(16);

const xtime = (x: number) => ((x << 1) ^ ((x & 128) !== 0 ? 0x11b : 0)) & 255;
for (let p = 1, q = 1, i = 0; i < 255; i++) {
  p = (p ^ xtime(p)) & 255;
  q ^= (q << 1) & 255;
  q ^= (q << 2) & 255;
  q ^= (q << 4) & 255;
  if ((q & 128) !== 0) q ^= 9;
  const t = q | (q << 8);
  SBOX[p] = q ^ (t >>> 7) ^ (t >>> 6) ^ (t >>> 5) ^ (t >>> 4) ^ 0x63;
}
SBOX[0] = 0x63;
for (let x = 0; x < 256; x++) DOUBLED[x] = xtime(SBOX[x]);
for (let i = 0; i < 16; i++) {
  let r = i;
  for (let bit = 0; bit < 4; bit++) r = (r & 1) !== 0 ? (r >>> 1) ^ 0x82f63b78 : r >>> 1;
  CRC[i] = r;
}

const W = new Uint8Array(176);
const S = new Uint8Array(16);

export function setKey(key: Uint8Array): void {
  W.set(key);
  for (let at = 16, constant = 1; at < 176; at += 4) {
    let [a, b, c, d] = W.subarray(at - 4, at);
    if ((at & 15) === 0) {
      [a, b, c, d] = [SBOX[b] ^ constant, SBOX[c], SBOX[d], SBOX[a]];
      constant = xtime(constant);
    }
    W[at] = W[at - 16] ^ a;
    W[at + 1] = W[at - 15] ^ b;
    W[at + 2] = W[at - 14] ^ c;
    W[at + 3] = W[at - 13] ^ d;
  }
}

function encrypt(block: Uint8Array): void {
  for (let i = 0; i < 16; i++) block[i] ^= W[i];
  for (let round = 16; round < 160; round += 16) {
    for (let column = 0; column < 16; column += 4) {
      const i0 = block[column];
      const i1 = block[(column + 5) & 15];
      const i2 = block[(column + 10) & 15];
      const i3 = block[(column + 15) & 15];
      const k = round + column;
      const s0 = SBOX[i0];
      const s1 = SBOX[i1];
      const s2 = SBOX[i2];
      const s3 = SBOX[i3];
      const d0 = DOUBLED[i0];
      const d1 = DOUBLED[i1];
      const d2 = DOUBLED[i2];
      const d3 = DOUBLED[i3];
      S[column] = d0 ^ d1 ^ s1 ^ s2 ^ s3 ^ W[k];
      S[column + 1] = s0 ^ d1 ^ d2 ^ s2 ^ s3 ^ W[k + 1];
      S[column + 2] = s0 ^ s1 ^ d2 ^ d3 ^ s3 ^ W[k + 2];
      S[column + 3] = d0 ^ s0 ^ s1 ^ s2 ^ d3 ^ W[k + 3];
    }
    for (let i = 0; i < 16; i++) block[i] = S[i];
  }
  for (let i = 0; i < 16; i++) S[i] = SBOX[block[(i + ((i & 3) << 2)) & 15]];
  for (let i = 0; i < 16; i++) block[i] = S[i] ^ W[160 + i];
}

const mac = new Uint8Array(16);
const pad = new Uint8Array(16);
const plain = new Uint8Array(64);
const NONCE = 13;
const TAG = 8;

/** Writes the flash entry of one record to `flash` at `at`; answers the position after it. `aad` is the Enc_structure. */
export function flatRecord(
  flash: Uint8Array,
  at: number,
  sectorSequence: number,
  sequence: number,
  time: number,
  percent: number,
  nonce: Uint8Array,
  aad: Uint8Array,
): number {
  // [4, time, percent]
  let length = 0;
  plain[length++] = 0x83;
  plain[length++] = 4;
  plain[length++] = 0x1a;
  plain[length++] = time >>> 24;
  plain[length++] = time >>> 16;
  plain[length++] = time >>> 8;
  plain[length++] = time;
  if (percent >= 24) plain[length++] = 0x18;
  plain[length++] = percent;

  let out = at + 4;
  flash[out++] = 0x11;
  let rest = sequence;
  while (rest > 127) {
    flash[out++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  flash[out++] = rest;
  nonce[9] = sequence >>> 24;
  nonce[10] = sequence >>> 16;
  nonce[11] = sequence >>> 8;
  nonce[12] = sequence;

  mac[0] = 64 | (((TAG - 2) >> 1) << 3) | (14 - NONCE);
  for (let i = 0; i < NONCE; i++) mac[1 + i] = nonce[i];
  mac[14] = length >>> 8;
  mac[15] = length;
  encrypt(mac);
  mac[0] ^= aad.length >>> 8;
  mac[1] ^= aad.length;
  let position = 2;
  for (let i = 0; i < aad.length; i++) {
    mac[position++] ^= aad[i];
    if (position === 16) {
      encrypt(mac);
      position = 0;
    }
  }
  if (position !== 0) encrypt(mac);
  for (let i = 0; i < length; i += 16) {
    for (let j = 0; j < 16 && i + j < length; j++) mac[j] ^= plain[i + j];
    encrypt(mac);
  }
  for (let i = 0, block = 1; i <= length; block++) {
    const last = i >= length;
    pad[0] = 14 - NONCE;
    for (let j = 0; j < NONCE; j++) pad[1 + j] = nonce[j];
    pad[14] = 0;
    pad[15] = last ? 0 : block;
    encrypt(pad);
    if (last) break;
    for (let j = 0; j < 16 && i < length; j++, i++) flash[out++] = plain[i] ^ pad[j];
  }
  for (let i = 0; i < TAG; i++) flash[out++] = mac[i] ^ pad[i];

  const sealed = out - at - 4;
  flash[at] = sealed >>> 8;
  flash[at + 1] = sealed;
  flash[at + 2] = ~(flash[at] ^ flash[at + 1]);
  flash[at + 3] = 0xff;
  let crc = -1;
  for (let i = 0; i < 4; i++) crc = crcOctet(crc, (sectorSequence >>> (24 - 8 * i)) & 255);
  crc = crcOctet(crc, flash[at]);
  crc = crcOctet(crc, flash[at + 1]);
  for (let i = at + 4; i < out; i++) crc = crcOctet(crc, flash[i]);
  crc = ~crc;
  for (let i = 0; i < 4; i++) flash[out++] = crc >>> (24 - 8 * i);
  return out;
}

function crcOctet(crc: number, octet: number): number {
  let r = crc ^ octet;
  r = (r >>> 4) ^ CRC[r & 15];
  return (r >>> 4) ^ CRC[r & 15];
}
