import { decodedMappings, type EncodedSourceMap, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";

export type Target = "lua51" | "lua53" | "js" | "native";

export interface BundledModule {
  /** Flat and unique, at most 28 characters: `sdk.sensing.fall.detector`. */
  readonly name: string;
  /** Path from the project's root. */
  readonly file: string;
  /** Octets that it takes in the bundle. */
  readonly bytes: number;
}

/** What a target's compiler makes, and what the cache keeps. */
export interface Built {
  readonly code: string;
  /** Sources are paths from the project's root. */
  readonly map: EncodedSourceMap;
  readonly modules: readonly BundledModule[];
}

/** A device program as one text for one kind of runtime. It defines the global `receive` or `program`; `native` exports it. */
export interface Bundle extends Built {
  readonly target: Target;
  /**
   * The source of a position in `code`, `sdk/src/store/log.ts:88`. Lines count from 1 and columns from 1, as runtimes report
   * them; without a column it is the first source on the line, or on the nearest line above that has one. Undefined in the prelude.
   */
  readonly locate: (line: number, column?: number) => string | undefined;
  /** What a variable or property on a line of `code` is called in the source, where the bundle has a shorter name for it. */
  readonly nameAt: (line: number, short: string, isKey: boolean) => string | undefined;
}

export function asBundle(target: Target, built: Built): Bundle {
  let trace: TraceMap | undefined;
  let lines: string[] | undefined;
  return {
    ...built,
    target,
    locate: (line, column) => {
      trace ??= new TraceMap(built.map);
      return column === undefined ? locateLine(trace, line) : (locateColumn(trace, line, column) ?? locateLine(trace, line));
    },
    nameAt: (line, short, isKey) => {
      trace ??= new TraceMap(built.map);
      lines ??= built.code.split("\n");
      return fullName(trace, lines, line, short, isKey);
    },
  };
}

function locateColumn(trace: TraceMap, line: number, column: number): string | undefined {
  const found = originalPositionFor(trace, { line, column: Math.max(column - 1, 0) });
  return found.source === null ? undefined : `${found.source}:${found.line}`;
}

function locateLine(trace: TraceMap, line: number): string | undefined {
  const lines = decodedMappings(trace);
  for (let at = Math.min(line, lines.length) - 1; at >= 0; at--) {
    const segment = lines[at]!.find((candidate) => candidate.length > 1);
    if (segment !== undefined && segment.length > 1) return `${trace.sources[segment[1]!]}:${segment[2]! + 1}`;
  }
  return undefined;
}

/** What Lua calls a property that has a place in place of a key: 5.3 and before, and 5.4. */
const IN_PLACE: ReadonlySet<string> = new Set(["?", "integer index"]);

/** A property stands behind a point or a bracket, a variable does not. Of several in a place on one line nobody knows which was meant. */
function fullName(trace: TraceMap, lines: readonly string[], line: number, short: string, isKey: boolean): string | undefined {
  const text = lines[line - 1] ?? "";
  const isMeant = IN_PLACE.has(short) ? /^\[\d/ : new RegExp(`^${isKey ? "\\." : ""}${short}\\b`);
  const names = new Set<string>();
  for (const [column, , , , name] of decodedMappings(trace)[line - 1] ?? []) {
    if (name !== undefined && isMeant.test(text.slice(isKey ? column - 1 : column))) names.add(trace.names[name]!);
  }
  return IN_PLACE.has(short) && names.size > 1 ? undefined : [...names][0];
}
