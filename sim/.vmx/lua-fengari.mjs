import { createRequire } from "node:module";
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { failed, heapExceeded } from "./fault.mjs";
import { luaFault, luaGuard } from "./lua-guard.mjs";
async function luaFengari(program) {
  const state = lauxlib.luaL_newstate();
  const growth = new HeapGrowth();
  const heap = { maxBytes: program.maxHeapBytes, exceeded: false };
  lualib.luaL_openlibs(state);
  lua.lua_atnativeerror(state, (at) => {
    lua.lua_pushstring(at, to_luastring(String(lua.lua_touserdata(at, 1))));
    return 1;
  });
  function topText() {
    const text = lua.lua_tostring(state, -1);
    return text ? decoder.decode(text) : void 0;
  }
  function run(args, results) {
    const outer = limit;
    limit = heap;
    const status = lua.lua_pcall(state, args, results, 0);
    limit = outer;
    if (heap.exceeded) throw heapExceeded(program);
    if (status !== 0) throw luaFault(program, topText() ?? "an error that is no text");
  }
  function setUp(text, results) {
    if (lauxlib.luaL_loadstring(state, to_luastring(text)) !== 0)
      throw failed(program, topText() ?? "the runtime's own text does not load");
    run(0, results);
  }
  function ask(index, ...texts) {
    growth.restart();
    lua.lua_pushvalue(state, index);
    for (const text of texts) lua.lua_pushstring(state, to_luastring(text));
    run(texts.length, 1);
    const answer = topText() ?? "";
    lua.lua_settop(state, CALL);
    return answer;
  }
  lua.lua_register(state, "collectgarbage", (at) => {
    if (lua.lua_isnoneornil(at, 1)) collectHostGarbage();
    lua.lua_pushnumber(at, growth.luaBytes() / 1024);
    return 1;
  });
  lua.lua_register(state, "checklength", (at) => {
    checkLength(lua.lua_tonumber(at, 1));
    return 0;
  });
  setUp(limitedRepeat, 0);
  setUp(luaGuard(program), 2);
  ask(LOAD, program.code, program.name);
  return { call: (line) => ask(CALL, line), close() {
  } };
}
const decoder = new TextDecoder();
const LOAD = 1;
const CALL = 2;
class HeapGrowth {
  start = 0;
  restart() {
    this.start = 0;
  }
  luaBytes() {
    const { used_heap_size, external_memory } = getHeapStatistics();
    const used = used_heap_size + external_memory;
    this.start ||= used;
    return (used - this.start) / FENGARI_PER_LUA;
  }
}
const FENGARI_PER_LUA = 12;
function collectHostGarbage() {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}
let limit = { maxBytes: Number.POSITIVE_INFINITY, exceeded: false };
function checkLength(length) {
  if (length <= limit.maxBytes) return;
  limit.exceeded = true;
  throw new RangeError("not enough memory");
}
function limitStrings({ TString }) {
  const { tsslen } = TString.prototype;
  TString.prototype.tsslen = function() {
    const length = tsslen.call(this);
    checkLength(length);
    return length;
  };
}
const limitedRepeat = `
local rep, check = string.rep, checklength
function string.rep(text, times, between)
  check((#text + #(between or "")) * (times + 0.0))
  return rep(text, times, between)
end`;
const require2 = createRequire(import.meta.url);
const { lua, lauxlib, lualib, to_luastring } = require2("fengari");
limitStrings(require2("fengari/src/lstring.js"));
export {
  luaFengari
};
