import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";

const SHARED = process.env.SONGBAI_SHARED ?? join(import.meta.dirname, "../../../shared");
const UNPACKED = resolve("node_modules/.cache/songbai-test/falls");

/** The folder of a data set beside the checkout, unpacked where git does not look. */
export function sharedFalls(archive: "weda-fall" | "umafall"): string {
  const folder = join(UNPACKED, archive === "umafall" ? "UMAFall" : "WEDA-FALL");
  if (!existsSync(folder)) {
    mkdirSync(UNPACKED, { recursive: true });
    const { status, stderr } = spawnSync("tar", ["xJf", join(SHARED, `data/falls/${archive}.tar.xz`), "-C", UNPACKED], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`${archive}: ${stderr}`);
  }
  return folder;
}
