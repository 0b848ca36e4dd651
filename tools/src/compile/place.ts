/** Where the bundle of a request is kept: a key that changes with the request and with the compiler. */
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Target } from "./bundle.ts";
import { hashFile, hashText } from "./hash.ts";
import { findProject } from "./project.ts";

export interface CompileRequest {
  /**
   * Path of a TypeScript file that exports `receive: (line: string) => string`, or `program: (board: Board) => void` for a board's
   * port; for `native` it may export what it likes.
   */
  readonly entryFile: string;
  readonly target: Target;
  /** Text to compile as if it stood in `entryFile`, which then need not exist. */
  readonly entrySource?: string;
  /** The directory that paths are shown relative to; the nearest one above `entryFile` with `node_modules`, unless given. */
  readonly root?: string;
}

/** Where the bundle of a request is kept. */
export interface Place {
  readonly directory: string;
  readonly key: string;
}

export function placeOf({ entryFile, target, entrySource, root }: CompileRequest): Place {
  const file = resolve(entryFile);
  const project = findProject(file, root);
  return {
    directory: join(project.root, "node_modules", ".cache", "songbai"),
    key: hashText(JSON.stringify([compilerVersion(), project, file, entrySource ?? null, target])),
  };
}

let version: string | undefined;

/** Changes with the compiler's own files and with what it is built on. */
function compilerVersion(): string {
  if (version === undefined) {
    const here = dirname(fileURLToPath(import.meta.url));
    const files = readdirSync(here, { recursive: true, encoding: "utf8" }).filter((name) => /\.(ts|js)$/.test(name));
    const resolvePath = createRequire(import.meta.url).resolve;
    const packages = ["typescript", "typescript-to-lua", "esbuild"].map((name) => resolvePath(`${name}/package.json`));
    version = hashText([...files.sort().map((name) => join(here, name)), ...packages].map(hashFile).join());
  }
  return version;
}
