import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Built } from "./bundle.ts";
import { hashFile, hashText } from "./program.ts";

/** A bundle and the files that it was made of, by the hash of their content. */
interface Entry {
  readonly inputs: Readonly<Record<string, string>>;
  readonly built: Built;
  /** Hash of `built`, so that a cut or garbled file is noticed. */
  readonly check: string;
}

/**
 * The bundle kept under `key`, or `make`'s, which is then kept. A kept one counts only while all its inputs are as they were.
 * Two processes may do this at once: an entry appears whole, by renaming, or not at all.
 */
export function cached(directory: string, key: string, make: () => { built: Built; inputs: readonly string[] }): Built {
  const file = join(directory, `${key}.json`);
  const kept = read(file);
  if (kept !== undefined && Object.entries(kept.inputs).every(([path, hash]) => hashFile(path) === hash)) return kept.built;
  const { built, inputs } = make();
  keep(directory, file, {
    inputs: Object.fromEntries(inputs.map((path) => [path, hashFile(path)])),
    built,
    check: hashText(JSON.stringify(built)),
  });
  return built;
}

function read(file: string): Entry | undefined {
  try {
    const entry = JSON.parse(readFileSync(file, "utf8")) as Entry;
    return entry.check === hashText(JSON.stringify(entry.built)) ? entry : undefined;
  } catch {
    return undefined;
  }
}

/** A cache that cannot be written, on a read-only disk for one, is no cache; the program compiles all the same. */
function keep(directory: string, file: string, entry: Entry): void {
  const temporary = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    mkdirSync(directory, { recursive: true });
    writeFileSync(temporary, JSON.stringify(entry));
    renameSync(temporary, file);
  } catch {}
}
