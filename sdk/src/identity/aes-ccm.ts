import { aes128 } from "../crypto/aes.ts";
import { sha256 } from "../crypto/sha256.ts";
import type { Suite } from "./suite.ts";

/** Suite 1, the default: AES-CCM-16-64-128, COSE algorithm 10 (RFC 9053 section 4.2), keys by HKDF-SHA-256. */
export const AES_CCM: Suite = {
  id: 1,
  algorithm: 10,
  nonceBytes: 13,
  tagBytes: 8,
  block: "aes-128",
  cipher: aes128,
  hash: sha256,
};
