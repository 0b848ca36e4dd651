/** Board profiles: what each board has, needs and draws. `board-profiles/profile.schema.json` says what each key means. */
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import type { Board } from "@songbai/sdk/board/board";
import type { PowerModel } from "@songbai/sim/parts/power";
import { readChecked, readText } from "@songbai/sim/scenario/checked-file";
import { InputError } from "@songbai/sim/scenario/input-error";

export type Capability = keyof Board;

export interface Limit {
  readonly value: number;
  readonly source: string;
}

export interface Part {
  readonly part: string;
  readonly bus?: string;
  readonly address?: number;
  readonly axes?: readonly number[];
  readonly ratesHz?: readonly number[];
  readonly rangesG?: readonly number[];
  readonly mostSamples?: number;
  readonly source?: string;
}

export interface Profile {
  readonly id: string;
  readonly name: string;
  readonly capabilities: readonly Capability[];
  readonly lacks?: Readonly<Record<string, string>>;
  readonly runtime: {
    readonly engine: string;
    readonly target: "lua51" | "lua53" | "js";
    readonly entry: "receive" | "program";
    readonly numbers: string;
    readonly source: string;
  };
  readonly port?: { readonly files: readonly string[]; readonly load: string; readonly run: string };
  readonly memory: { readonly ramBytes?: Limit; readonly scriptHeapBytes?: Limit; readonly codeFlashBytes?: Limit };
  readonly files: {
    readonly layout: "one" | "several";
    readonly start: string;
    readonly largestBytes?: Limit;
    readonly longestName?: Limit;
    readonly mostFiles?: Limit;
  };
  readonly flash: { readonly sizeBytes: number; readonly sectorBytes: number; readonly source: string };
  readonly pins?: Readonly<Record<string, number | string>>;
  readonly buses?: Readonly<Record<string, { readonly kind: string; readonly number?: number; readonly hz: number }>>;
  readonly parts?: Readonly<Record<string, Part>>;
  readonly radios?: Readonly<Record<string, { readonly part: string; readonly bus?: string; readonly source: string }>>;
  readonly power: PowerModel;
  readonly budgets: { readonly bundleBytes: Limit; readonly heapBytes: Limit };
  readonly verified: readonly { readonly what: string; readonly how: string }[];
}

/** A profile and where it was found. */
export interface FoundBoard {
  readonly folder: string;
  readonly profile: Profile;
}

const require = createRequire(import.meta.url);
const PROFILES = dirname(require.resolve("@songbai/board-profiles/package.json"));

export function boardNames(): string[] {
  return readdirSync(PROFILES).filter((name) => existsSync(join(PROFILES, name, "profile.json")));
}

/** A board by its name, or a folder with `profile.json`. Throws `InputError`. */
export function findBoard(nameOrFolder: string): FoundBoard {
  const isName = /^[a-z][a-z0-9-]*$/.test(nameOrFolder);
  const folder = isName ? join(PROFILES, nameOrFolder) : resolve(nameOrFolder);
  if (!existsSync(join(folder, "profile.json"))) {
    throw new InputError(
      isName
        ? `There is no board "${nameOrFolder}"; there are ${boardNames().join(", ")}, or name a folder with profile.json such as ./my-board.`
        : `The folder ${nameOrFolder} holds no profile.json; board-profiles/profile.schema.json says what it holds.`,
    );
  }
  const schema = require(join(PROFILES, "profile.schema.json")) as object;
  return { folder, profile: readChecked<Profile>(join(folder, "profile.json"), "board profile", schema) };
}

/** A text of the board's port, by its path in `board-profiles`; the board's own neighbours come first. */
export function portText({ folder }: FoundBoard, path: string): string {
  const own = join(folder, "..", path);
  return readText(existsSync(own) ? own : join(PROFILES, path), "port");
}
