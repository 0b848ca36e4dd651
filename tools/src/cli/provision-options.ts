/** What the commands of songbai provision have in common. */
import { randomBytes } from "node:crypto";
import { InputError } from "@songbai/sim/scenario/input-error";
import type { RandomOctets } from "../provision/key-file.ts";
import { type OpenVault, openVault } from "../provision/vault.ts";
import { knownPassphrase } from "./passphrase.ts";
import { working } from "./working.ts";

/** Options of every command that opens a key file. */
export interface KeyFileOptions {
  keys: string;
  passphraseFd?: string;
  json?: boolean;
}

export const PASSPHRASE_FD = ["--passphrase-fd <n>", "read the passphrase from this open file descriptor"] as const;
export const KEYS = ["--keys <file>", "the vendor's key file, as songbai provision ca makes it"] as const;
export const JSON_OUTPUT = ["--json", "print one JSON object and nothing else"] as const;
export const PASSPHRASE_HELP =
  "\nThe passphrase is taken from --passphrase-fd, else from the environment variable SONGBAI_PASSPHRASE, else asked for.";

const DAY_SECONDS = 86400;

/** The system's true source. */
export const systemRandom: RandomOctets = (length) => new Uint8Array(randomBytes(length));

/** Asks for the passphrase and opens the key file. Throws `InputError`. */
export async function opened({ keys, passphraseFd }: KeyFileOptions): Promise<OpenVault> {
  const passphrase = await knownPassphrase(keys, passphraseFd);
  const done = working(`Opening ${keys}`);
  try {
    return openVault(keys, passphrase, systemRandom);
  } finally {
    done();
  }
}

/** A day such as 2026-03-02 in seconds since 1970, its beginning in UTC. Throws `InputError`. */
export function dateOption(name: string, text: string): number {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  const seconds = time / 1000;
  // What `Date.parse` makes of the 31st of a shorter month is another day.
  if (Number.isNaN(time) || printedDate(seconds) !== text || seconds < 0 || seconds >= 2 ** 32) {
    throw new InputError(`${name} ${text} is no day from 1970 to 2106; write it like 2026-03-02.`);
  }
  return seconds;
}

/** Today in UTC. */
export function today(): number {
  const now = Math.floor(Date.now() / 1000);
  return now - (now % DAY_SECONDS);
}

export const printedDate = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

export function printJson(object: object): void {
  process.stdout.write(`${JSON.stringify(object)}\n`);
}
