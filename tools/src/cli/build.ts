/** songbai build: checks that a device program is portable and writes its bundles, or what one board runs. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@songbai/sim/scenario/input-error";
import type { Command } from "commander";
import type { BudgetRow } from "../board/budget.ts";
import { buildFor } from "../board/build.ts";
import { boardNames, findBoard } from "../board/profile.ts";
import { compiled } from "../compile/compiled.ts";
import { deviceNames, type FoundDevice, findDevice } from "./find-device.ts";
import { linkEntry } from "./runtimes.ts";

/** Bundles by file extension; `lua53` also runs on Lua 5.4. */
const TARGETS = [
  { target: "lua51", extension: "51.lua" },
  { target: "lua53", extension: "lua" },
  { target: "js", extension: "js" },
] as const;

interface BuildOptions {
  board?: string;
  out?: string;
  json?: boolean;
}

export function addBuild(program: Command): void {
  program
    .command("build")
    .description("check that a device program is portable TypeScript and write its bundles")
    .argument("<device>", `one of ${deviceNames().join(", ")}, or a folder with main.ts and manifest.json`)
    .option("--board <name>", `what one board runs: ${boardNames().join(", ")}, or a folder with profile.json`)
    .option("--out <dir>", "folder of the files (default out/<device>, with --board out/<device>/<board>)")
    .option("--json", "print one JSON object and nothing else")
    .addHelpText("after", "\nExample:\n  songbai build bracelet --board luatos-air780e")
    .action((name: string, options: BuildOptions) => {
      const device = findDevice(name);
      return options.board === undefined ? buildAll(device, options) : buildBoard(device, options.board, options);
    });
}

async function buildAll(device: FoundDevice, options: BuildOptions): Promise<void> {
  const folder = options.out ?? join("out", device.name);
  const entryFile = join(device.folder, "songbai-entry.ts");
  const files: { target: string; file: string; code: string; bytes: number }[] = [];
  for (const { target, extension } of TARGETS) {
    const { code } = await compiled({ entryFile, entrySource: linkEntry(device.manifest), target });
    files.push({ target, file: join(folder, `${device.name}.${extension}`), code, bytes: Buffer.byteLength(code) });
  }
  write(folder, files);
  if (options.json === true) {
    const listed = files.map(({ target, file, bytes }) => ({ target, file, bytes }));
    process.stdout.write(`${JSON.stringify({ device: device.name, files: listed })}\n`);
    return;
  }
  for (const { target, file, bytes } of files)
    process.stdout.write(`${target.padEnd(6)} ${String(bytes).padStart(7)} bytes  ${file}\n`);
}

async function buildBoard(device: FoundDevice, name: string, options: BuildOptions): Promise<void> {
  const board = findBoard(name);
  const { artefacts, manifest } = await buildFor(device, board);
  const folder = options.out ?? join("out", device.name, board.profile.id);
  write(folder, [
    ...artefacts.map(({ name, text }) => ({ file: join(folder, name), code: text })),
    { file: join(folder, "manifest.json"), code: `${JSON.stringify(manifest, null, 2)}\n` },
  ]);
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(manifest)}\n`);
    return;
  }
  for (const { name, bytes } of artefacts) process.stdout.write(`${String(bytes).padStart(8)} bytes  ${join(folder, name)}\n`);
  process.stdout.write(`\n${budgetTable(manifest.budget)}`);
}

function budgetTable(rows: readonly BudgetRow[]): string {
  return rows
    .map(({ what, value, limit, unit }) => {
      const share = `${Math.round((100 * value) / limit)} %`;
      return `${what.padEnd(28)} ${String(value).padStart(8)} of ${String(limit).padStart(8)} ${unit.padEnd(10)} ${share.padStart(5)}\n`;
    })
    .join("");
}

function write(folder: string, files: readonly { readonly file: string; readonly code: string }[]): void {
  try {
    mkdirSync(folder, { recursive: true });
    for (const { file, code } of files) writeFileSync(file, code);
  } catch {
    throw new InputError(`The folder ${folder} cannot be written; name one with --out that can.`);
  }
}
