import type { Bytes } from "@songbai/sdk/lang/intrinsics";

/** Octets from hexadecimal; blanks are ignored. */
export function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replace(/\s+/g, ""), "hex"));
}

/** The first `length` octets in hexadecimal. */
export function toHex(bytes: Bytes, length = bytes.length): string {
  return Buffer.from((bytes as Uint8Array).subarray(0, length)).toString("hex");
}
