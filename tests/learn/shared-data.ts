import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";

const SHARED = process.env.SONGBAI_SHARED ?? join(import.meta.dirname, "../../../shared");
const CACHE = resolve("node_modules/.cache/songbai-test");

/** The folder of a fall data set beside the checkout. */
export function sharedFalls(archive: "weda-fall" | "umafall"): string {
  return unpacked("falls", archive, archive === "umafall" ? "UMAFall" : "WEDA-FALL");
}

/** The folder of a data set of vital signs, movement or home events beside the checkout. */
export function sharedVitals(archive: string): string {
  return unpacked("vitals", archive, archive);
}

/** Unpacked where git does not look. */
function unpacked(kind: string, archive: string, name: string): string {
  const into = join(CACHE, kind);
  const folder = join(into, name);
  if (!existsSync(folder)) {
    mkdirSync(into, { recursive: true });
    const { status, stderr } = spawnSync("tar", ["xJf", join(SHARED, `data/${kind}/${archive}.tar.xz`), "-C", into], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`${archive}: ${stderr}`);
  }
  return folder;
}
