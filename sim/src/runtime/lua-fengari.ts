import { createRequire } from "node:module";
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { failed, heapExceeded } from "./fault.ts";
import { luaFault, luaGuard } from "./lua-guard.ts";
import type { Program, Vm } from "./vm-options.ts";

/**
 * fengari: Lua 5.3 in JavaScript, with 32-bit integers as on boards built with LUA_32BITS (but 64-bit floats). Its values lie
 * in the host's own heap, so a program's live heap cannot be told; a heap that runs away within one event can.
 */
export async function luaFengari(program: Program): Promise<Vm> {
  const state = lauxlib.luaL_newstate();
  const growth = new HeapGrowth(program.maxHeapBytes / 4);
  const heap: StringLimit = { maxBytes: program.maxHeapBytes, exceeded: false };
  lualib.luaL_openlibs(state);
  lua.lua_atnativeerror(state, (at) => {
    lua.lua_pushstring(at, to_luastring(String(lua.lua_touserdata(at, 1))));
    return 1;
  });

  function topText(): string | undefined {
    const text = lua.lua_tostring(state, -1);
    return text ? decoder.decode(text) : undefined;
  }

  /** Calls the function at the top of the stack, below `args` arguments, and leaves `results` or throws the program's fault. */
  function run(args: number, results: number, handler: number): void {
    const outer = limit;
    limit = heap;
    const status = lua.lua_pcall(state, args, results, handler);
    limit = outer;
    if (heap.exceeded) throw heapExceeded(program);
    if (status !== 0) throw luaFault(program, topText() ?? "an error that is no text");
  }

  function setUp(text: string, results: number): void {
    if (lauxlib.luaL_loadstring(state, to_luastring(text)) !== 0)
      throw failed(program, topText() ?? "the runtime's own text does not load");
    run(0, results, 0);
  }

  function ask(index: number, ...texts: string[]): string {
    growth.restart();
    lua.lua_pushvalue(state, index);
    for (const text of texts) lua.lua_pushstring(state, to_luastring(text));
    run(texts.length, 1, BLAME);
    const answer = topText() ?? "";
    lua.lua_settop(state, BLAME);
    return answer;
  }

  lua.lua_register(state, "collectgarbage", (at) => {
    if (lua.lua_isnoneornil(at, 1)) {
      growth.collect();
      return 0;
    }
    lua.lua_pushnumber(at, growth.luaBytes() / 1024);
    return 1;
  });
  lua.lua_register(state, "checklength", (at) => {
    checkLength(lua.lua_tonumber(at, 1));
    return 0;
  });
  setUp(limitedRepeat, 0);
  setUp(luaGuard(program), 4);
  ask(LOAD, program.code, program.name);
  return { call: (line) => ask(CALL, line), close() {} };
}

const decoder = new TextDecoder();

/** Where the guard's functions stand on the Lua stack. */
const LOAD = 1;
const CALL = 2;
const BLAME = 4;

/**
 * How far the host's heap has grown since the first look in this event, on the scale of Lua's own heap. Between events other
 * programs run, so growth over several events has no meaning.
 */
class HeapGrowth {
  private start = 0;
  /** No look is worth a collection below this: the last collection was there, and cost 20 to 200 ms. */
  private quietBelow = 0;
  private collected = false;

  constructor(private readonly slackBytes: number) {}

  restart(): void {
    this.start = 0;
    this.quietBelow = 0;
  }

  luaBytes(): number {
    const used = usedBytes();
    this.start ||= used;
    if (!this.collected && used < this.quietBelow) return 0;
    this.collected = false;
    return (used - this.start) / FENGARI_PER_LUA;
  }

  /** Collects garbage, if the heap was ever looked at in this event. The next look is a true one. */
  collect(): void {
    if (this.start === 0) return;
    collectHostGarbage();
    this.collected = true;
    this.quietBelow = usedBytes() + this.slackBytes * FENGARI_PER_LUA;
  }
}

function usedBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}

/** A table slot takes 16 octets in Lua and about 200 in fengari: an object for the key, one for the value, one for their link. */
const FENGARI_PER_LUA = 12;

/** V8's collector, which Node hands out under a flag only. It is run when a program's heap seems to run away, never else. */
function collectHostGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

interface StringLimit {
  readonly maxBytes: number;
  exceeded: boolean;
}

/** That of the program which is running. */
let limit: StringLimit = { maxBytes: Number.POSITIVE_INFINITY, exceeded: false };

function checkLength(length: number): void {
  if (length <= limit.maxBytes) return;
  limit.exceeded = true;
  throw new RangeError("not enough memory");
}

/**
 * `s = s .. s` goes from one octet to gigabytes in a hundred instructions, sooner than a hook looks. fengari asks every string
 * for its length before it joins it to another; that is the one place where a limit can stand.
 */
function limitStrings({ TString }: FengariStrings): void {
  const { tsslen } = TString.prototype;
  TString.prototype.tsslen = function () {
    const length = tsslen.call(this);
    checkLength(length);
    return length;
  };
}

/** `string.rep` makes its whole result at once, so its length is asked beforehand. */
const limitedRepeat = `
local rep, check = string.rep, checklength
function string.rep(text, times, between)
  check((#text + #(between or "")) * (times + 0.0))
  return rep(text, times, between)
end`;

// fengari has no types: what of it is used here. A Lua string is a Uint8Array.
interface Fengari {
  readonly lua: {
    lua_atnativeerror(state: State, handler: HostFunction): void;
    lua_isnoneornil(state: State, index: number): boolean;
    lua_pcall(state: State, args: number, results: number, handler: number): number;
    lua_pushnumber(state: State, value: number): void;
    lua_pushstring(state: State, text: Uint8Array): void;
    lua_pushvalue(state: State, index: number): void;
    lua_register(state: State, name: string, f: HostFunction): void;
    lua_settop(state: State, index: number): void;
    lua_tonumber(state: State, index: number): number;
    lua_tostring(state: State, index: number): Uint8Array | null;
    lua_touserdata(state: State, index: number): unknown;
  };
  readonly lauxlib: {
    luaL_loadstring(state: State, text: Uint8Array): number;
    luaL_newstate(): State;
  };
  readonly lualib: { luaL_openlibs(state: State): void };
  to_luastring(text: string): Uint8Array;
}

type State = object;
type HostFunction = (state: State) => number;

interface FengariStrings {
  readonly TString: { readonly prototype: { tsslen(): number } };
}

const require = createRequire(import.meta.url);
const { lua, lauxlib, lualib, to_luastring } = require("fengari") as Fengari;
limitStrings(require("fengari/src/lstring.js") as FengariStrings);
