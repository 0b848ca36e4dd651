/**
 * Writes files so that all of them are there or none is new, and so that what is replaced can be read at every moment: each goes to
 * FILE.new beside its place and to the disk, and only then do they take their places, in the order given.
 *
 * FILE.new of the first file keeps others away while they are written.
 */
import fs from "node:fs";
import { dirname } from "node:path";
import { InputError } from "@songbai/sim/scenario/input-error";

export interface NewFile {
  readonly path: string;
  readonly octets: Uint8Array;
  /** Holds secrets: for its owner's eyes only. */
  readonly secret: boolean;
  /** What the file held when it was read, if it is to be replaced. */
  readonly replaces?: Uint8Array;
}

/** What is used of a file system; a test's own may fail where it likes. */
export type Disk = Pick<
  typeof fs,
  "closeSync" | "existsSync" | "fsyncSync" | "mkdirSync" | "openSync" | "readFileSync" | "renameSync" | "rmSync" | "writeSync"
>;

const OWNER_ONLY = 0o600;
const EVERYBODY_READS = 0o644;

const temporary = (path: string): string => `${path}.new`;
const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

/** Throws `InputError` where a file of that name is there already. */
export function refuseToOverwrite(path: string, disk: Disk = fs): void {
  if (disk.existsSync(path)) throw new InputError(`${path} is there already and is not overwritten; give another name.`);
}

/** `onFile` hears how many are on the disk. Throws `InputError`; then nothing has changed, or the sentence says what has. */
export function writeTogether(files: readonly NewFile[], disk: Disk = fs, onFile: (done: number) => void = () => {}): void {
  for (const { path, replaces } of files) if (replaces === undefined) refuseToOverwrite(path, disk);
  const begun: string[] = [];
  try {
    for (const file of files) {
      if (begun.length > 0) disk.rmSync(temporary(file.path), { force: true });
      writeTemporary(file, disk, () => begun.push(file.path));
      if (begun.length === 1 && file.replaces !== undefined) refuseIfChanged(file, disk);
      onFile(begun.length);
    }
  } catch (error) {
    for (const path of begun) disk.rmSync(temporary(path), { force: true });
    throw error;
  }
  takePlaces(files, disk);
}

function writeTemporary({ path, octets, secret }: NewFile, disk: Disk, onBegun: () => void): void {
  try {
    disk.mkdirSync(dirname(path), { recursive: true });
    const file = disk.openSync(temporary(path), "wx", secret ? OWNER_ONLY : EVERYBODY_READS);
    onBegun();
    try {
      for (let at = 0; at < octets.length; ) at += disk.writeSync(file, octets, at);
      disk.fsyncSync(file);
    } finally {
      disk.closeSync(file);
    }
  } catch (error) {
    const code = codeOf(error);
    throw new InputError(
      code === "EEXIST" && disk.existsSync(temporary(path))
        ? `${temporary(path)} is there: another songbai writes ${path} now, or was interrupted; if none is running, delete ${temporary(path)}.`
        : `${path} cannot be written (${code}), and nothing was changed; is there room, and may you write there?`,
    );
  }
}

/** Two that read the same file and both write it: the second would undo the first. */
function refuseIfChanged({ path, replaces }: NewFile, disk: Disk): void {
  const same = disk.existsSync(path) && Buffer.compare(disk.readFileSync(path), replaces as Uint8Array) === 0;
  if (!same) throw new InputError(`${path} was changed by another songbai in the meantime; nothing was written, run it again.`);
}

function takePlaces(files: readonly NewFile[], disk: Disk): void {
  const placed: string[] = [];
  try {
    for (const { path } of files) {
      disk.renameSync(temporary(path), path);
      placed.push(path);
    }
    for (const folder of new Set(files.map(({ path }) => dirname(path)))) syncFolder(folder, disk);
  } catch (error) {
    const left = files.map(({ path }) => path).filter((path) => !placed.includes(path));
    const done = placed.length === 0 ? "nothing was changed" : `${placed.join(", ")} is written`;
    throw new InputError(
      `${left[0] ?? placed[0]} cannot take its place (${codeOf(error)}); ${done}, the rest lies beside its place as *.new.`,
    );
  }
}

/** So that the names outlast a power cut, too. Windows has no such thing. */
function syncFolder(folder: string, disk: Disk): void {
  if (process.platform === "win32") return;
  const handle = disk.openSync(folder, "r");
  try {
    disk.fsyncSync(handle);
  } finally {
    disk.closeSync(handle);
  }
}
