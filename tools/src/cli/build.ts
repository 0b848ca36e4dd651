/** songbai build: checks that a device program is portable and writes its bundles. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@songbai/sim/scenario/input-error";
import type { Command } from "commander";
import { compiled } from "../compile/compiled.ts";
import { deviceNames, findDevice } from "./find-device.ts";
import { linkEntry } from "./runtimes.ts";

/** Bundles by file extension; `lua53` also runs on Lua 5.4. */
const TARGETS = [
  { target: "lua51", extension: "51.lua" },
  { target: "lua53", extension: "lua" },
  { target: "js", extension: "js" },
] as const;

interface BuildOptions {
  out?: string;
  json?: boolean;
}

export function addBuild(program: Command): void {
  program
    .command("build")
    .description("check that a device program is portable TypeScript and write its bundles")
    .argument("<device>", `one of ${deviceNames().join(", ")}, or a folder with main.ts and manifest.json`)
    .option("--out <dir>", "folder of the bundles (default out/<device>)")
    .option("--json", "print one JSON object and nothing else")
    .addHelpText("after", "\nExample:\n  songbai build bracelet --out out/bracelet")
    .action((name: string, options: BuildOptions) => build(name, options));
}

async function build(name: string, options: BuildOptions): Promise<void> {
  const device = findDevice(name);
  const folder = options.out ?? join("out", device.name);
  const entryFile = join(device.folder, "songbai-entry.ts");
  const files: { target: string; file: string; code: string; bytes: number }[] = [];
  for (const { target, extension } of TARGETS) {
    const { code } = await compiled({ entryFile, entrySource: linkEntry(), target });
    files.push({ target, file: join(folder, `${device.name}.${extension}`), code, bytes: Buffer.byteLength(code) });
  }
  try {
    mkdirSync(folder, { recursive: true });
    for (const { file, code } of files) writeFileSync(file, code);
  } catch {
    throw new InputError(`The folder ${folder} cannot be written; name one with --out that can.`);
  }
  if (options.json === true) {
    const listed = files.map(({ target, file, bytes }) => ({ target, file, bytes }));
    process.stdout.write(`${JSON.stringify({ device: device.name, files: listed })}\n`);
    return;
  }
  for (const { target, file, bytes } of files)
    process.stdout.write(`${target.padEnd(6)} ${String(bytes).padStart(7)} bytes  ${file}\n`);
}
