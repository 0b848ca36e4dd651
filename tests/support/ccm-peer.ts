import { createCipheriv } from "node:crypto";

/**
 * CCM as RFC 3610 says it, over a block cipher of Node's: what an independent peer makes of the same octets. Node has no SM4-CCM.
 * `additional` below 65,280 octets, `plain` below 2^16.
 */
export function ccmPeer(
  ecb: "aes-128-ecb" | "sm4-ecb",
  key: Uint8Array,
  nonce: Uint8Array,
  additional: Uint8Array,
  plain: Uint8Array,
  tagBytes: number,
): Buffer {
  const block = (input: Uint8Array) => createCipheriv(ecb, key, null).setAutoPadding(false).update(input);
  const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc((16 - (bytes.length % 16)) % 16)]);
  const numbered = (flags: number, value: number) => {
    const field = Buffer.alloc(15 - nonce.length);
    field.writeUInt16BE(value, field.length - 2);
    return Buffer.concat([Buffer.of(flags), nonce, field]);
  };
  const head = Buffer.alloc(2);
  head.writeUInt16BE(additional.length);
  const first = numbered((additional.length > 0 ? 64 : 0) | (((tagBytes - 2) / 2) << 3) | (14 - nonce.length), plain.length);
  const adata = additional.length > 0 ? padded(Buffer.concat([head, additional])) : Buffer.alloc(0);
  const input = Buffer.concat([first, adata, padded(Buffer.from(plain))]);
  let mac: Uint8Array = Buffer.alloc(16);
  for (let at = 0; at < input.length; at += 16) mac = block(mac.map((octet, i) => octet ^ input[at + i]));
  const stream = (counter: number) => block(numbered(14 - nonce.length, counter));
  const masked = (bytes: Uint8Array, mask: Uint8Array) => bytes.map((octet, i) => octet ^ mask[i]);
  const sealed = Array.from({ length: Math.ceil(plain.length / 16) }, (_, i) =>
    masked(plain.subarray(16 * i, 16 * i + 16), stream(i + 1)),
  );
  return Buffer.concat([...sealed, masked(mac.subarray(0, tagBytes), stream(0))]);
}
