// node tests/run.js <npm|shared|debian|peers|board> [jest arguments]: jest with ES modules on, one suite at a time.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const [suite = "npm", ...rest] = process.argv.slice(2);
const jest = join(dirname(createRequire(import.meta.url).resolve("jest/package.json")), "bin", "jest.js");
const { status } = spawnSync(process.execPath, ["--experimental-vm-modules", "--no-warnings", jest, ...rest], {
  stdio: "inherit",
  env: { ...process.env, SONGBAI_SUITE: suite },
});
process.exitCode = status ?? 1;
