/**
 * One hub a data folder: the file hub.lock names the process that holds it. A process that was killed leaves its lock behind; whoever
 * finds a lock of a process that is gone takes it over. Where the system tells when a process started (Linux), that is part of the
 * name, as numbers of processes come again.
 */
import { closeSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { StoreFault } from "./fault.ts";

/** What a process is known by; `undefined` when there is none of that number. */
function processName(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return undefined;
  }
  return `${pid} ${startOf(pid)}`;
}

/** Clock ticks from boot to the start of a process: field 22 of proc(5) stat, the 20th after the name in brackets. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return "";
  }
}

function holderOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** Takes the lock of a folder; answers how to give it back. Throws `StoreFault` when another hub holds it. */
export function lockFolder(folder: string): () => void {
  const file = join(folder, "hub.lock");
  const own = processName(process.pid) as string;
  // Written beside and linked into place: a lock is whole or not there.
  const draft = join(folder, `hub.lock.${process.pid}`);
  const descriptor = openSync(draft, "w", 0o600);
  writeSync(descriptor, own);
  closeSync(descriptor);
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        linkSync(draft, file);
        return () => rmSync(file, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const holder = holderOf(file);
      if (holder === undefined) continue;
      const pid = Number.parseInt(holder, 10);
      if (processName(pid) === holder) {
        throw new StoreFault(`Another hub (process ${pid}) uses the data folder ${folder}; stop it, or name another folder.`);
      }
      // Moved away, not removed: of two that find a dead lock only one moves it.
      const dead = join(folder, `hub.lock.${process.pid}.dead`);
      try {
        renameSync(file, dead);
      } catch {
        continue;
      }
      rmSync(dead, { force: true });
    }
  } finally {
    rmSync(draft, { force: true });
  }
  throw new StoreFault(`The data folder ${folder} is being opened by another hub at this moment; try again.`);
}
