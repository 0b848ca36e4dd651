// Portable TypeScript, run on every runtime by the tests beside it.
import { aes128 } from "@songbai/sdk/crypto/aes";
import { ccm } from "@songbai/sdk/crypto/ccm";
import { cmac } from "@songbai/sdk/crypto/cmac";
import { allocBytes, decimal } from "@songbai/sdk/lang/intrinsics";
import { hexOf, numberOf, octetsOf, wordsOf } from "../support/words.ts";

/**
 *   aes KEY BLOCK                        the encrypted block
 *   cmac KEY MESSAGE                     the code
 *   seal KEY NONCE ADDITIONAL TAG DATA   data and tag, encrypted; TAG: its length
 *   open KEY NONCE ADDITIONAL TAG DATA   the result and what stands in place of the data
 */
export function receive(line: string): string {
  const words = wordsOf(line);
  const cipher = aes128(octetsOf(words[1], 0));
  if (words[0] === "aes") {
    const block = octetsOf(words[2], 0);
    cipher(block);
    return hexOf(block, 16);
  }
  if (words[0] === "cmac") {
    const message = octetsOf(words[2], 0);
    const code = allocBytes(16);
    cmac(cipher)(message, message.length, code);
    return hexOf(code, 16);
  }
  const nonce = octetsOf(words[2], 0);
  const bytes = octetsOf(words[3], 0);
  const additional = { bytes, length: bytes.length };
  const tag = numberOf(words[4]);
  const mode = ccm(cipher, nonce.length, tag);
  if (words[0] === "seal") {
    const data = octetsOf(words[5], tag);
    return hexOf(data, mode.seal(nonce, additional, data, 0, data.length - tag));
  }
  const data = octetsOf(words[5], 0);
  const result = mode.open(nonce, additional, data, 0, data.length);
  return `${decimal(result)} ${hexOf(data, data.length - tag)}`;
}
