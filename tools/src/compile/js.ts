import { dirname, resolve } from "node:path";
import remapping from "@jridgewell/remapping";
import type { EncodedSourceMap } from "@jridgewell/trace-mapping";
import * as esbuild from "esbuild";
import ts from "typescript";
import type { Built } from "./bundle.ts";
import type { Made } from "./cache.ts";
import { CompileError } from "./diagnostic.ts";
import { ENTRY_NAMES } from "./entry.ts";
import { hashFile } from "./hash.ts";
import { moduleNames } from "./names.ts";
import { displayName, type Project } from "./project.ts";

/** All modules of a program in one flat scope, as a modern ECMAScript module with the exports of the entry file. */
export function bundleModules(project: Project, entryFile: string, entrySource: string | undefined): Made {
  const result = buildOrRefuse(project, {
    ...(entrySource === undefined
      ? { entryPoints: [entryFile] }
      : {
          stdin: { contents: entrySource, resolveDir: dirname(entryFile), sourcefile: entryFile, loader: "ts" },
        }),
    absWorkingDir: project.root,
    alias: { "@songbai/sdk": project.sdk },
    bundle: true,
    charset: "ascii",
    format: "esm",
    legalComments: "none",
    logLevel: "silent",
    metafile: true,
    outfile: "bundle.js",
    platform: "neutral",
    sourcemap: "external",
    sourcesContent: false,
    target: "es2022",
    treeShaking: true,
    tsconfigRaw: {},
    write: false,
  });
  const [map, code] = [result.outputFiles[0]!, result.outputFiles[1]!];
  const parts = Object.values(result.metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const files = parts.map(([file]) => file);
  const names = moduleNames(files);
  const inputs = Object.keys(result.metafile.inputs).map((file) => resolve(project.root, file));
  return {
    built: {
      code: code.text,
      map: JSON.parse(map.text) as EncodedSourceMap,
      modules: parts.map(([file, { bytesInOutput }], i) => ({ name: names[i] ?? file, file, bytes: bytesInOutput })),
    },
    inputs: Object.fromEntries(inputs.map((path) => [path, hashFile(path)])),
  };
}

type Options = esbuild.BuildOptions & { metafile: true; write: false };

function buildOrRefuse(project: Project, options: Options): esbuild.BuildResult<Options> {
  try {
    return esbuild.buildSync(options);
  } catch (failure) {
    const { errors } = failure as esbuild.BuildFailure;
    if (errors === undefined) throw failure;
    throw new CompileError(
      errors.map(({ location, text }) => ({
        file: location === null ? displayName(project, project.root) : location.file,
        line: location?.line ?? 1,
        column: (location?.column ?? 0) + 1,
        rule: "bundle",
        message: text,
      })),
    );
  }
}

/** `Math.imul` is ES2015. The name is as long as the original, so that columns stay right. */
const IMUL = `var Math_imul = Math.imul || function (a, b) {
  return (a & 65535) * b + (((a >>> 16) * b & 65535) << 16) | 0;
};
`;

/** The bundle in the language of 2009, as a script that defines the one global function that the entry exports. */
export function toES5(bundled: Built): Built {
  const { body, name, local } = withoutExports(bundled.code);
  const lowered = ts.transpileModule(body, {
    fileName: "bundle.js",
    compilerOptions: {
      allowJs: true,
      ignoreDeprecations: "6.0",
      module: ts.ModuleKind.ESNext,
      removeComments: true,
      sourceMap: true,
      target: ts.ScriptTarget.ES5,
    },
  });
  const es5 = lowered.outputText.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n").replaceAll("Math.imul(", "Math_imul(");
  const head = `var ${name} = (function () {\n${es5.includes("Math_imul(") ? IMUL : ""}`;
  const composed = remapping([lowered.sourceMapText!, bundled.map as never], () => null);
  return {
    ...bundled,
    code: `${head}${es5}return ${local};\n})();\n`,
    map: {
      ...(JSON.parse(composed.toString()) as EncodedSourceMap),
      mappings: ";".repeat(head.split("\n").length - 1) + composed.mappings,
    },
  };
}

/** esbuild ends a module by one `export { … };`, in which what the entry exports may have got another name. */
function withoutExports(code: string): { body: string; name: string; local: string } {
  const start = code.lastIndexOf("export {");
  for (const name of ENTRY_NAMES) {
    const found = new RegExp(`(?:^|[\\s,{])(?:([\\w$]+) as )?${name}\\b(?! as)`).exec(code.slice(start));
    if (found !== null) return { body: code.slice(0, start), name, local: found[1] ?? name };
  }
  throw new Error("the bundle has lost its entry");
}
