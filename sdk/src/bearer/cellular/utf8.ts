import type { Bytes } from "../../lang/intrinsics.ts";

function isTail(octet: number): boolean {
  return (octet & 0xc0) === 0x80;
}

/**
 * Whether `bytes[from..to)` is a text that MQTT lets pass (MQTT 5.0 section 1.5.4): UTF-8 by RFC 3629, in the shortest form, without
 * surrogates and without U+0000.
 */
export function isUtf8(bytes: Bytes, from: number, to: number): boolean {
  let at = from;
  while (at < to) {
    const lead = bytes[at];
    let tails = 0;
    if (lead >= 0x80) {
      if (lead < 0xc2 || lead > 0xf4) return false;
      tails = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
      if (at + tails >= to || !isTail(bytes[at + 1])) return false;
      const next = bytes[at + 1];
      // The first tail keeps out longer forms (E0, F0), surrogates (ED) and what lies above U+10FFFF (F4).
      if (lead === 0xe0 && next < 0xa0) return false;
      if (lead === 0xed && next > 0x9f) return false;
      if (lead === 0xf0 && next < 0x90) return false;
      if (lead === 0xf4 && next > 0x8f) return false;
      for (let i = 2; i <= tails; i++) {
        if (!isTail(bytes[at + i])) return false;
      }
    } else if (lead === 0) return false;
    at += 1 + tails;
  }
  return true;
}
