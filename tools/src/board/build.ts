/** Builds a device for a board: files, and a manifest that says what they are made of. The same input makes the same octets. */
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { FoundDevice } from "../cli/find-device.ts";
import { linkEntry } from "../cli/runtimes.ts";
import type { Bundle } from "../compile/bundle.ts";
import { compiled } from "../compile/compiled.ts";
import { type Artefact, artefactsOf } from "./artefacts.ts";
import { type BudgetRow, budgetOf, checkBudget } from "./budget.ts";
import { checkNeeds } from "./needs.ts";
import type { FoundBoard, Profile } from "./profile.ts";
import { checkRetention, retentionRows } from "./retention.ts";

export interface BoardBuild {
  readonly bundle: Bundle;
  readonly artefacts: readonly Artefact[];
  readonly manifest: BuildManifest;
}

/** `manifest.json` of a build. */
export interface BuildManifest {
  readonly device: string;
  readonly board: string;
  readonly target: string;
  /** Versions of what compiled it. */
  readonly compiler: Readonly<Record<string, string>>;
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
  readonly budget: readonly BudgetRow[];
}

/** The entry that hands the device program itself to a board's port. */
const PROGRAM_ENTRY = 'export { default as program } from "./main.ts";\n';

/** The bundle that a board runs. */
export function bundleFor(device: FoundDevice, { runtime }: Profile): Promise<Bundle> {
  const entrySource = runtime.entry === "program" ? PROGRAM_ENTRY : linkEntry(device.manifest);
  return compiled({ entryFile: join(device.folder, "songbai-entry.ts"), entrySource, target: runtime.target });
}

/** Throws `InputError` when the board lacks a capability or the build is over its budget, `CompileError` as the compiler does. */
export async function buildFor(device: FoundDevice, board: FoundBoard): Promise<BoardBuild> {
  const { profile } = board;
  checkNeeds(device, profile);
  checkRetention(device, profile);
  const bundle = await bundleFor(device, profile);
  const artefacts = artefactsOf(device.name, board, bundle);
  const budget = [...(await budgetOf(profile, bundle, artefacts)), ...retentionRows(device.manifest.streams, profile)];
  checkBudget(device.name, profile, bundle, budget);
  const files = artefacts.map(({ name, text, bytes }) => ({
    name,
    bytes,
    sha256: createHash("sha256").update(text).digest("hex"),
  }));
  const manifest = {
    device: device.name,
    board: profile.id,
    target: bundle.target,
    compiler: compilerVersions(),
    files,
    budget,
  };
  return { bundle, artefacts, manifest };
}

function compilerVersions(): Record<string, string> {
  const require = createRequire(import.meta.url);
  const versionOf = (name: string) => (require(`${name}/package.json`) as { version: string }).version;
  const own = (require("../../package.json") as { version: string }).version;
  return {
    songbai: own,
    typescript: versionOf("typescript"),
    "typescript-to-lua": versionOf("typescript-to-lua"),
    esbuild: versionOf("esbuild"),
  };
}
