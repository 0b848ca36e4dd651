/** What the board counts of the crypto rooms: programs, and the statement that each figure is the cost of. */
import type { Part } from "./board-part.ts";

const SETUP = `
import { aes128 } from "@songbai/sdk/crypto/aes";
import { ccm } from "@songbai/sdk/crypto/ccm";
import { hkdf } from "@songbai/sdk/crypto/hkdf";
import { sha256 } from "@songbai/sdk/crypto/sha256";
import { sm3 } from "@songbai/sdk/crypto/sm3";
import { sm4 } from "@songbai/sdk/crypto/sm4";
import { allocBytes, charCode } from "@songbai/sdk/lang/intrinsics";
const key = allocBytes(16);
const data = allocBytes(64);
const nonce = allocBytes(13);
const additional = { bytes: allocBytes(27), length: 27 };
const aes = aes128(key);
const national = sm4(key);
const aesCcm = ccm(aes, 13, 8);
const sm4Ccm = ccm(national, 12, 16);
const international = sha256();
const domestic = sm3();
`;

const STATEMENTS: Record<string, string> = {
  "instructions an AES key": "aes128(key)",
  "instructions an SM4 key": "sm4(key)",
  "instructions an SM4 block": "national(data)",
  "instructions of 37 octets of AES-CCM": "aesCcm.seal(nonce, additional, data, 0, 37)",
  "instructions of 37 octets of SM4-CCM": "sm4Ccm.seal(nonce, additional, data, 0, 37)",
  "instructions a SHA-256 block": "international.update(data, 0, 64)",
  "instructions an SM3 block": "domestic.update(data, 0, 64)",
  "instructions of a key by HKDF-SHA-256": "hkdf(sha256, data, nonce, nonce, key, 16)",
};

const CURVES_SETUP = `
import { ed25519Sign, ed25519Verify } from "@songbai/sdk/crypto/ed25519";
import { sha512 } from "@songbai/sdk/crypto/sha512";
import { finish } from "@songbai/sdk/crypto/step";
import { x25519 } from "@songbai/sdk/crypto/x25519";
import { allocBytes, charCode } from "@songbai/sdk/lang/intrinsics";
const hash = sha512();
const secret = allocBytes(32);
const point = allocBytes(32);
point[0] = 9;
const data = allocBytes(128);
const signature = allocBytes(64);
`;

const CURVES_STATEMENTS: Record<string, string> = {
  "instructions a SHA-512 block": "hash.update(data, 0, 128)",
  "instructions of X25519": "finish(x25519(secret, point, signature))",
  // y = 9 is a point as well as u = 9, though not the key of `secret`: the work is the same, and the signature does not hold.
  "instructions of an Ed25519 signature": "finish(ed25519Sign(secret, point, data, 64, signature))",
  "instructions to verify an Ed25519 signature": "finish(ed25519Verify(point, data, 64, signature))",
};

const FIRST_KIND = 65;

/** A program that carries out the statement of a figure on a line of its own. */
function part(setup: string, statements: Record<string, string>): Part {
  const names = Object.keys(statements);
  const branches = Object.values(statements).map((statement, i) => `if (kind === ${FIRST_KIND + i}) ${statement};`);
  return {
    name: "crypto",
    source: `${setup}
export function receive(line: string): string {
  const kind = charCode(line, 0);
  ${branches.join("\n  ")}
  return ".";
}
`,
    figures(bench) {
      const { settled, close } = bench();
      const figures = names.map((name, i) => [name, settled(String.fromCharCode(FIRST_KIND + i))]);
      close();
      return Object.fromEntries(figures);
    },
  };
}

/** Two programs, as the tables of the one leave the other no room. */
export const CRYPTO: readonly Part[] = [part(SETUP, STATEMENTS), part(CURVES_SETUP, CURVES_STATEMENTS)];
