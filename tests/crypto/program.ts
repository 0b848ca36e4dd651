// Portable TypeScript, run on every runtime by the tests beside it.
import { aes128 } from "@songbai/sdk/crypto/aes";
import { ccm } from "@songbai/sdk/crypto/ccm";
import { cmac } from "@songbai/sdk/crypto/cmac";
import { sm4 } from "@songbai/sdk/crypto/sm4";
import { allocBytes, decimal } from "@songbai/sdk/lang/intrinsics";
import { hexOf, numberOf, octetsOf, wordsOf } from "../support/words.ts";

/**
 * CIPHER: `aes-128` or `sm4`.
 *
 *   block CIPHER KEY BLOCK                      the encrypted block
 *   cmac CIPHER KEY MESSAGE                     the code
 *   seal CIPHER KEY NONCE ADDITIONAL TAG DATA   data and tag, encrypted; TAG: its length
 *   open CIPHER KEY NONCE ADDITIONAL TAG DATA   the result and what stands in place of the data
 */
export function receive(line: string): string {
  const words = wordsOf(line);
  const key = octetsOf(words[2], 0);
  const cipher = words[1] === "sm4" ? sm4(key) : aes128(key);
  if (words[0] === "block") {
    const block = octetsOf(words[3], 0);
    cipher(block);
    return hexOf(block, 16);
  }
  if (words[0] === "cmac") {
    const message = octetsOf(words[3], 0);
    const code = allocBytes(16);
    cmac(cipher)(message, message.length, code);
    return hexOf(code, 16);
  }
  const nonce = octetsOf(words[3], 0);
  const bytes = octetsOf(words[4], 0);
  const additional = { bytes, length: bytes.length };
  const tag = numberOf(words[5]);
  const mode = ccm(cipher, nonce.length, tag);
  if (words[0] === "seal") {
    const data = octetsOf(words[6], tag);
    return hexOf(data, mode.seal(nonce, additional, data, 0, data.length - tag));
  }
  const data = octetsOf(words[6], 0);
  const result = mode.open(nonce, additional, data, 0, data.length);
  return `${decimal(result)} ${hexOf(data, data.length - tag)}`;
}
