import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Where a program stands: all names that people see are relative to `root`. */
export interface Project {
  /** Absolute path of the directory that holds `node_modules`. */
  readonly root: string;
  /** Absolute path of `src` of the SDK that the entry file would import. */
  readonly sdk: string;
}

/** The project of an entry file. `root` is the nearest directory above it with `node_modules`, unless given. */
export function findProject(entryFile: string, root?: string): Project {
  const found = root === undefined ? nearestRoot(dirname(entryFile)) : realpathSync(resolve(root));
  return { root: found, sdk: join(dirname(sdkManifest(entryFile)), "src") };
}

function nearestRoot(directory: string): string {
  for (let at = directory; ; at = dirname(at)) {
    if (existsSync(join(at, "node_modules"))) return realpathSync(at);
    if (at === dirname(at)) return directory;
  }
}

/** The package.json of the SDK beside the entry file, else of the SDK that these tools came with. */
function sdkManifest(entryFile: string): string {
  for (const from of [entryFile, fileURLToPath(import.meta.url)]) {
    for (const directory of createRequire(from).resolve.paths("@songbai/sdk") ?? []) {
      const manifest = join(directory, "@songbai", "sdk", "package.json");
      if (existsSync(manifest)) return realpathSync(manifest);
    }
  }
  throw new Error(`${entryFile}: there is no @songbai/sdk in any node_modules above it: install it there`);
}

/** The file as people see it: relative to the root, with `/`. */
export function displayName(project: Project, file: string): string {
  return relative(project.root, file).split(sep).join("/");
}
