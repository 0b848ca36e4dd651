// A network server's side of what the device only hears: by Node's own AES, apart from the SDK's.
import { createCipheriv, createDecipheriv } from "node:crypto";

export interface Accept {
  readonly joinNonce: number;
  readonly netId?: number;
  readonly address?: number;
  readonly settings?: number;
  readonly delay?: number;
  readonly channels?: Uint8Array;
}

function encrypt(key: Uint8Array, block: Uint8Array): Buffer {
  return createCipheriv("aes-128-ecb", key, null).setAutoPadding(false).update(block);
}

function doubled(block: Buffer): Buffer {
  const value = BigInt(`0x${block.toString("hex")}`);
  const shifted = (value << 1n) ^ (value >> 127n === 1n ? (1n << 128n) | 0x87n : 0n);
  return Buffer.from(shifted.toString(16).padStart(32, "0"), "hex");
}

/** AES-CMAC (RFC 4493). */
export function cmacOf(key: Uint8Array, message: Uint8Array): Buffer {
  const whole = doubled(encrypt(key, Buffer.alloc(16)));
  const blocks = Math.max(1, Math.ceil(message.length / 16));
  const padded = Buffer.alloc(16 * blocks);
  padded.set(message);
  const isWhole = message.length === padded.length;
  if (!isWhole) padded[message.length] = 0x80;
  const subkey = isWhole ? whole : doubled(whole);
  for (let i = 0; i < 16; i++) padded[padded.length - 16 + i] ^= subkey[i];
  let code = Buffer.alloc(16);
  for (let at = 0; at < padded.length; at += 16) {
    const block = padded.subarray(at, at + 16).map((octet, i) => octet ^ code[i]);
    code = encrypt(key, block) as Buffer<ArrayBuffer>;
  }
  return code;
}

/** A join accept as it is on the air. */
export function joinAccept(key: Uint8Array, accept: Accept): Uint8Array {
  const { joinNonce, netId = 0x13, address = 0x2601_1bda, settings = 0, delay = 1, channels = new Uint8Array(0) } = accept;
  const clear = Buffer.alloc(13 + channels.length);
  clear[0] = 0x20;
  clear.writeUIntLE(joinNonce, 1, 3);
  clear.writeUIntLE(netId, 4, 3);
  clear.writeInt32LE(address, 7);
  clear[11] = settings;
  clear[12] = delay;
  clear.set(channels, 13);
  const signed = Buffer.concat([clear, cmacOf(key, clear).subarray(0, 4)]);
  const hidden = createDecipheriv("aes-128-ecb", key, null).setAutoPadding(false).update(signed.subarray(1));
  return new Uint8Array(Buffer.concat([signed.subarray(0, 1), hidden]));
}
