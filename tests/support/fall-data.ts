import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join, resolve } from "node:path";

const PACKED = join(process.env.SONGBAI_SHARED ?? resolve("../shared"), "data/falls");
const CACHE = resolve("node_modules/.cache/songbai/falls");

/** The folder of `WEDA-FALL` or `UMAFall`, unpacked once beside the checkout's packages: never a part of the repository. */
export function fallData(name: "WEDA-FALL" | "UMAFall"): string {
  const folder = join(CACHE, name);
  if (existsSync(folder)) return folder;
  const scratch = join(CACHE, `${name}.${process.pid}`);
  mkdirSync(scratch, { recursive: true });
  execFileSync("tar", ["xJf", join(PACKED, `${name.toLowerCase()}.tar.xz`), "-C", scratch]);
  renameSync(join(scratch, name), folder);
  return folder;
}
