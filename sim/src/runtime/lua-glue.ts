import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

/** The builds of PUC-Rio Lua in lua-wasm-bindings that are used here. */
export type LuaVersion = "5.1.5" | "5.4.7";

export interface Wall {
  /** The program asked for memory beyond it, and was refused. */
  hit: boolean;
}

/**
 * A Lua state whose memory stops growing at twice the heap limit. Garbage, up to as much again as is alive, stands below that
 * wall; what hits it is growth too quick for the guard's hook: `s = s .. s` goes from one octet to 16 MiB in 72 instructions.
 */
export async function instantiateLua(version: LuaVersion, maxHeapBytes: number): Promise<{ lua: Lua; wall: Wall }> {
  const module = await wasmModule(version);
  const wall: Wall = { hit: false };
  const createGlue = require(`${GLUE}-${version}`) as (options: GlueOptions) => Glue;
  const glue = withoutProcessListeners(() =>
    createGlue({
      instantiateWasm(imports, done) {
        const functions = imports.a!;
        const resizeName = Object.keys(functions).find((key) => functions[key]!.name === "_emscripten_resize_heap")!;
        const resize = functions[resizeName]!;
        functions[resizeName] = (bytes) => {
          wall.hit ||= bytes >>> 0 > INITIAL_MEMORY_BYTES + 2 * maxHeapBytes;
          return wall.hit ? 0 : resize(bytes);
        };
        const instance = new WebAssembly.Instance(module, imports);
        done(instance);
        return instance.exports;
      },
      quit(_status, reason) {
        throw reason;
      },
      print() {},
      printErr() {},
    }),
  );
  return { lua: bind(glue, version), wall };
}

/** The functions of Lua's C API (reference manual, section 4.8) that a program is driven by. */
export interface Lua {
  newState(): number;
  openLibs(state: number): void;
  loadText(state: number, text: string): number;
  pcall(state: number, args: number, results: number, handler: number): number;
  pushValue(state: number, index: number): void;
  pushText(state: number, text: string): void;
  /** Empty for a value that is no text. */
  toText(state: number, index: number): string;
  setTop(state: number, index: number): void;
}

function bind(glue: Glue, version: LuaVersion): Lua {
  const toText = glue.cwrap<(state: number, index: number, length: number) => string>("lua_tolstring", "string", [N, N, N]);
  return {
    newState: glue.cwrap("luaL_newstate", N, []),
    openLibs: glue.cwrap("luaL_openlibs", null, [N]),
    loadText: glue.cwrap("luaL_loadstring", N, [N, "string"]),
    pcall: version === "5.1.5" ? glue.cwrap("lua_pcall", N, [N, N, N, N]) : pcall54(glue),
    pushValue: glue.cwrap("lua_pushvalue", null, [N, N]),
    pushText: glue.cwrap("lua_pushstring", null, [N, "string"]),
    toText: (state, index) => toText(state, index, 0),
    setTop: glue.cwrap("lua_settop", null, [N, N]),
  };
}

const N = "number";

function pcall54(glue: Glue): Lua["pcall"] {
  const pcallk = glue.cwrap<(...args: number[]) => number>("lua_pcallk", N, [N, N, N, N, N, N]);
  return (state, args, results, handler) => pcallk(state, args, results, handler, 0, 0);
}

// What Emscripten wrote, as far as it is used here, and the part of WebAssembly that @types/node does not declare.
declare namespace WebAssembly {
  type Exports = Record<string, unknown>;
  class Module {
    private readonly brand;
  }
  class Instance {
    constructor(module: Module, imports: object);
    readonly exports: Exports;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
}

interface Glue {
  cwrap<F extends (...args: never[]) => unknown>(name: string, returns: "number" | "string" | null, takes: string[]): F;
}

interface GlueOptions {
  instantiateWasm(
    imports: Record<string, Record<string, (argument: number) => number>>,
    done: (instance: WebAssembly.Instance) => void,
  ): WebAssembly.Exports;
  quit(status: number, reason: unknown): never;
  print(text: string): void;
  printErr(text: string): void;
}

const GLUE = "lua-wasm-bindings/dist/glue/glue-lua";
const require = createRequire(import.meta.url);
const wasmModules = new Map<LuaVersion, Promise<WebAssembly.Module>>();

function wasmModule(version: LuaVersion): Promise<WebAssembly.Module> {
  const known = wasmModules.get(version);
  if (known) return known;
  const compiled = readFile(require.resolve(`${GLUE}-${version}.wasm`)).then((bytes) => WebAssembly.compile(bytes));
  wasmModules.set(version, compiled);
  return compiled;
}

/** Every instance would make the process abort on any unhandled rejection. That is not for a library to decide. */
function withoutProcessListeners<T>(create: () => T): T {
  const events = ["uncaughtException", "unhandledRejection"] as const;
  const before = events.map((event) => process.rawListeners(event));
  const created = create();
  for (const [i, event] of events.entries())
    for (const listener of process.rawListeners(event))
      if (!before[i]!.includes(listener)) process.removeListener(event, listener as () => void);
  return created;
}

/** Every instance begins with 16 MiB, of which 5 are its C stack. */
const INITIAL_MEMORY_BYTES = 16 * 2 ** 20;
