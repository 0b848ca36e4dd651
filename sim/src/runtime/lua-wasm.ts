import { bitShim } from "./bit-shim.ts";
import { failed, heapExceeded } from "./fault.ts";
import { heapPeak } from "./heap-peak.ts";
import { instantiateLua, type LuaVersion } from "./lua-glue.ts";
import { luaFault, luaGuard } from "./lua-guard.ts";
import type { Program, Vm } from "./vm-options.ts";

/**
 * PUC-Rio Lua, compiled to WebAssembly by lua-wasm-bindings. That package makes one instance for all programs, whose memory
 * never shrinks; here each program gets an instance of its own (3 ms, 0.2 MB), so that it can fill only its own memory and
 * gives it back on `close`.
 */
export async function luaWasm(version: LuaVersion, program: Program): Promise<Vm> {
  const { lua, wall } = await instantiateLua(version, program.maxHeapBytes);
  const state = lua.newState();
  lua.openLibs(state);

  /** Calls the function at the top of the stack, below `args` arguments, and leaves `results` or throws the program's fault. */
  function run(args: number, results: number, handler: number): void {
    const status = protectedCall(() => lua.pcall(state, args, results, handler));
    if (wall.hit) throw heapExceeded(program);
    if (status !== 0) throw luaFault(program, lua.toText(state, -1) || "an error that is no text");
  }

  function setUp(text: string, results: number): void {
    if (lua.loadText(state, text) !== 0) throw failed(program, lua.toText(state, -1) || "the runtime's own text does not load");
    run(0, results, 0);
  }

  /** Calls one of the guard's functions with texts and returns its answer as text. */
  function ask(index: number, ...texts: string[]): string {
    lua.pushValue(state, index);
    for (const text of texts) {
      if (text.length > MAX_TEXT) throw failed(program, `a text of ${text.length} characters does not fit the engine's stack`);
      lua.pushText(state, text);
    }
    run(texts.length, 1, BLAME);
    const answer = lua.toText(state, -1);
    lua.setTop(state, BLAME);
    return answer;
  }

  if (version === "5.1.5") setUp(bitShim, 0);
  setUp(luaGuard(program), 4);
  ask(LOAD, program.code, program.name);

  const heapBytes = () => Math.max(0, Math.round(Number(ask(LIVE)) * 1024));
  const peak = heapPeak(heapBytes);
  return {
    call(line) {
      const answer = ask(CALL, line);
      peak.afterCall();
      return answer;
    },
    heapBytes,
    peakHeapBytes: peak.bytes,
    close() {},
  };
}

/** Where the guard's functions stand on the Lua stack. */
const LOAD = 1;
const CALL = 2;
const LIVE = 3;
const BLAME = 4;

/** Texts pass over the instance's 5 MB C stack, 4 octets set aside for each character. */
const MAX_TEXT = 1_000_000;

/** Lua outside a protected call, when memory runs out, panics and would end the process: here that is an exception. */
function protectedCall(run: () => number): number {
  try {
    return run();
  } catch {
    return PANIC;
  }
}

const PANIC = -1;
