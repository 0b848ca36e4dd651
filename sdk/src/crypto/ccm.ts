/**
 * CCM (NIST SP 800-38C, RFC 3610): encryption with authentication over any block cipher of 16 octets.
 * Nonce 7 to 13 octets, tag 4, 6 … 16 octets, additional data up to 65279 octets, data up to 2^(8·(15 - nonce)) - 1 and 2^31 - 1.
 * One pass of CBC-MAC, one of counter mode; memory: two blocks each way.
 */
import { fillBytes } from "../lang/bytes.ts";
import { allocBytes, type Bytes } from "../lang/intrinsics.ts";
import { FORGED, OK, type Result } from "../lang/result.ts";
import { BLOCK_BYTES, type BlockCipher } from "./block.ts";

/** Octets with how many of them count. */
export interface Span {
  readonly bytes: Bytes;
  readonly length: number;
}

/** Encrypts `data[at..at+length)` in place and writes the tag behind it; answers the length with the tag. */
export type CcmSeal = (nonce: Bytes, additional: Span, data: Bytes, at: number, length: number) => number;
/**
 * Decrypts `data[at..at+length)`, tag included, in place; answers `OK`, or `FORGED` when the tag does not match: then the data is
 * wiped, so that nothing unauthenticated can be used by mistake.
 */
export type CcmOpen = (nonce: Bytes, additional: Span, data: Bytes, at: number, length: number) => Result;

/** What both ways have in common. */
interface Passes {
  /** CBC-MAC over nonce, additional data and data, to `mac`. */
  readonly authenticate: (nonce: Bytes, additional: Span, data: Bytes, at: number, length: number) => void;
  /** Counter mode over the data from counter block 1; then counter block 0, which covers the tag, to `pad`. */
  readonly crypt: (nonce: Bytes, data: Bytes, at: number, length: number) => void;
}

/** The code, and the counter block under the cipher: of the message at hand, so that all keys share them. */
const mac = allocBytes(BLOCK_BYTES);
const pad = allocBytes(BLOCK_BYTES);

function passes(encrypt: BlockCipher, nonceBytes: number, tagBytes: number): Passes {
  const lengthBytes = 15 - nonceBytes;

  /** Formats a block of flags, nonce and a big-endian number (SP 800-38C A.2.1 and A.3). */
  function format(block: Bytes, flags: number, nonce: Bytes, value: number): void {
    block[0] = flags & 255;
    for (let i = 0; i < nonceBytes; i++) block[1 + i] = nonce[i];
    let rest = value;
    for (let i = 15; i > nonceBytes; i--) {
      block[i] = rest & 255;
      rest = rest >>> 8;
    }
  }

  /** Takes octets into the code; the first block of them begins at `phase`. */
  function absorb(bytes: Bytes, at: number, length: number, phase: number): void {
    const block = mac;
    let from = at;
    let rest = length;
    let start = phase;
    while (rest > 0) {
      const count = rest < BLOCK_BYTES - start ? rest : BLOCK_BYTES - start;
      for (let i = 0; i < count; i++) block[start + i] = block[start + i] ^ bytes[from + i];
      encrypt(block);
      from += count;
      rest -= count;
      start = 0;
    }
  }

  return {
    authenticate: (nonce, additional, data, at, length) => {
      const adata = additional.length > 0 ? 64 : 0;
      format(mac, adata | (((tagBytes - 2) >> 1) << 3) | (lengthBytes - 1), nonce, length);
      encrypt(mac);
      if (additional.length > 0) {
        mac[0] = mac[0] ^ ((additional.length >>> 8) & 255);
        mac[1] = mac[1] ^ (additional.length & 255);
        absorb(additional.bytes, 0, additional.length, 2);
      }
      absorb(data, at, length, 0);
    },
    crypt: (nonce, data, at, length) => {
      const block = pad;
      let counted = 0;
      for (let from = 0; from < length; from += BLOCK_BYTES) {
        counted += 1;
        format(block, lengthBytes - 1, nonce, counted);
        encrypt(block);
        const start = at + from;
        const count = length - from < BLOCK_BYTES ? length - from : BLOCK_BYTES;
        for (let i = 0; i < count; i++) data[start + i] = data[start + i] ^ block[i];
      }
      format(block, lengthBytes - 1, nonce, 0);
      encrypt(block);
    },
  };
}

/** Sealing alone: a program that opens nothing does not carry the other way. */
export function ccmSeal(encrypt: BlockCipher, nonceBytes: number, tagBytes: number): CcmSeal {
  const { authenticate, crypt } = passes(encrypt, nonceBytes, tagBytes);
  return (nonce, additional, data, at, length) => {
    authenticate(nonce, additional, data, at, length);
    crypt(nonce, data, at, length);
    for (let i = 0; i < tagBytes; i++) data[at + length + i] = mac[i] ^ pad[i];
    return length + tagBytes;
  };
}

export function ccmOpen(encrypt: BlockCipher, nonceBytes: number, tagBytes: number): CcmOpen {
  const { authenticate, crypt } = passes(encrypt, nonceBytes, tagBytes);
  return (nonce, additional, data, at, length) => {
    const plain = length - tagBytes;
    if (plain < 0) return FORGED;
    crypt(nonce, data, at, plain);
    authenticate(nonce, additional, data, at, plain);
    let difference = 0;
    for (let i = 0; i < tagBytes; i++) difference |= mac[i] ^ pad[i] ^ data[at + plain + i];
    if (difference === 0) return OK;
    fillBytes(data, at, plain, 0);
    return FORGED;
  };
}

/** Both ways. */
export interface Ccm {
  readonly seal: CcmSeal;
  readonly open: CcmOpen;
}

export function ccm(encrypt: BlockCipher, nonceBytes: number, tagBytes: number): Ccm {
  return { seal: ccmSeal(encrypt, nonceBytes, tagBytes), open: ccmOpen(encrypt, nonceBytes, tagBytes) };
}
