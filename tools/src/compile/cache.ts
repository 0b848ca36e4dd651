import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Built } from "./bundle.ts";
import { hashFile, hashText } from "./hash.ts";

/** A bundle and the files that it was made of: the hash of each one's content, by path. */
export interface Made {
  readonly built: Built;
  readonly inputs: Readonly<Record<string, string>>;
}

interface Entry extends Made {
  /** Hash of `built`, so that a cut or garbled file is noticed. */
  readonly check: string;
}

/** The bundle kept under `key`; one counts only while all its inputs are as they were. */
export function kept(directory: string, key: string): Built | undefined {
  const entry = read(join(directory, `${key}.json`));
  if (entry === undefined) return undefined;
  return Object.entries(entry.inputs).every(([path, hash]) => hashFile(path) === hash) ? entry.built : undefined;
}

function read(file: string): Entry | undefined {
  try {
    const entry = JSON.parse(readFileSync(file, "utf8")) as Entry;
    return entry.check === hashText(JSON.stringify(entry.built)) ? entry : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Keeps a bundle under `key`. Two processes may do this at once: an entry appears whole, by renaming, or not at all. A cache that
 * cannot be written, on a read-only disk for one, is no cache; the program compiles all the same.
 */
export function keep(directory: string, key: string, made: Made): void {
  const file = join(directory, `${key}.json`);
  const entry: Entry = { ...made, check: hashText(JSON.stringify(made.built)) };
  const temporary = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    mkdirSync(directory, { recursive: true });
    writeFileSync(temporary, JSON.stringify(entry));
    renameSync(temporary, file);
  } catch {}
}
