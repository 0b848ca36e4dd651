import { sm3 } from "../crypto/sm3.ts";
import { sm4 } from "../crypto/sm4.ts";
import type { Suite } from "./suite.ts";

/**
 * Suite 2, of the national ciphers: AEAD_SM4_CCM (RFC 8998 section 2), keys by HKDF-SM3. COSE has registered no algorithm for it;
 * -65538 is in the range for private use (RFC 9053 section 10.1).
 */
export const SM4_CCM: Suite = {
  id: 2,
  algorithm: -65538,
  nonceBytes: 12,
  tagBytes: 16,
  block: "sm4",
  cipher: sm4,
  hash: sm3,
};
