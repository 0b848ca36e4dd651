/**
 * The key file: everything secret that the host holds, encrypted under a passphrase.
 *
 *   "songbai keys 1\n" (15) | cost (1) | salt (16) | nonce (24) | secretbox of the content (16 more than it) | CRC-32C (4)
 *
 * Key of the box: scrypt (RFC 7914) of the passphrase in Unicode NFC, N = 2^cost, r = 8, p = 1, 32 octets. Box: XSalsa20-Poly1305
 * (tweetnacl). The checksum protects nothing from an attacker, whom the box keeps out: it tells damage from a wrong passphrase.
 */
import { scryptSync } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { crc32c } from "@songbai/sdk/codec/crc32c";
import { getUint32, putUint32 } from "@songbai/sdk/lang/bytes";
import { InputError } from "@songbai/sim/scenario/input-error";
import nacl from "tweetnacl";

/** Random octets from the system's true source; a test's own are the same in every run. */
export type RandomOctets = (length: number) => Uint8Array;

/** log2 of scrypt's N: what is taken when reading, and the least and the usual for a new file (128 MB and a third of a second). */
export const COSTS = { least: 10, leastNew: 14, usual: 17, most: 18 } as const;

const MAGIC = Buffer.from("songbai keys 1\n", "latin1");
const SALT_BYTES = 16;
const NONCE_BYTES = 24;
const BOX_OVERHEAD = 16;
const CHECKSUM_BYTES = 4;
const COST_AT = MAGIC.length;
const SALT_AT = COST_AT + 1;
const NONCE_AT = SALT_AT + SALT_BYTES;
const BOX_AT = NONCE_AT + NONCE_BYTES;
const KEY_BYTES = 32;
const R = 8;

/** What a box is locked with; made once for all that is done to a file in one run, as it takes its time. */
export interface Lock {
  readonly cost: number;
  readonly salt: Uint8Array;
  readonly key: Uint8Array;
}

export function newLock(passphrase: string, cost: number, random: RandomOctets): Lock {
  return lockOf(passphrase, cost, random(SALT_BYTES));
}

function lockOf(passphrase: string, cost: number, salt: Uint8Array): Lock {
  const N = 2 ** cost;
  const key = scryptSync(passphrase.normalize("NFC"), salt, KEY_BYTES, { N, r: R, p: 1, maxmem: 2 * 128 * N * R });
  return { cost, salt, key: new Uint8Array(key) };
}

/** The octets of a key file with that content. */
export function locked(content: Uint8Array, lock: Lock, random: RandomOctets): Uint8Array {
  const nonce = random(NONCE_BYTES);
  const box = nacl.secretbox(content, nonce, lock.key);
  const file = new Uint8Array(Buffer.concat([MAGIC, [lock.cost], lock.salt, nonce, box, [0, 0, 0, 0]].map(Buffer.from)));
  const end = file.length - CHECKSUM_BYTES;
  putUint32(file, end, crc32c(0, file, 0, end));
  return file;
}

/** The content of a key file, and its lock to write it anew. `path` is for the sentences. Throws `InputError`. */
export function unlocked(path: string, file: Uint8Array, passphrase: string): { content: Uint8Array; lock: Lock } {
  const end = file.length - CHECKSUM_BYTES;
  if (Buffer.compare(file.subarray(0, MAGIC.length), MAGIC) !== 0) {
    throw new InputError(`${path} is no key file of songbai, or its beginning is damaged.`);
  }
  if (end < BOX_AT + BOX_OVERHEAD || getUint32(file, end) !== crc32c(0, file, 0, end)) {
    throw new InputError(`The key file ${path} is damaged or cut short: its checksum is wrong; take it from your backup.`);
  }
  const cost = file[COST_AT];
  if (cost < COSTS.least || cost > COSTS.most) {
    throw new InputError(
      `The key file ${path} asks for a scrypt cost of 2^${cost}, and 2^${COSTS.least} to 2^${COSTS.most} are taken; take it from your backup.`,
    );
  }
  const lock = lockOf(passphrase, cost, file.slice(SALT_AT, NONCE_AT));
  const content = nacl.secretbox.open(file.slice(BOX_AT, end), file.slice(NONCE_AT, BOX_AT), lock.key);
  if (content === null) throw new InputError(`The passphrase does not open the key file ${path}.`);
  return { content, lock };
}

/** The octets of a file. Throws `InputError`. */
export function readKeyFile(path: string): Uint8Array {
  if (!existsSync(path)) {
    throw new InputError(`There is no key file ${path}; songbai provision ca --name "..." --out ${path} makes one.`);
  }
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    throw new InputError(`The key file ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
