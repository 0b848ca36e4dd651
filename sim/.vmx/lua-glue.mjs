import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
async function instantiateLua(version, maxHeapBytes) {
  const module = await wasmModule(version);
  const wall = { hit: false };
  const createGlue = require2(`${GLUE}-${version}`);
  const glue = withoutProcessListeners(
    () => createGlue({
      instantiateWasm(imports, done) {
        const functions = imports.a;
        const resizeName = Object.keys(functions).find((key) => functions[key].name === "_emscripten_resize_heap");
        const resize = functions[resizeName];
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
      print() {
      },
      printErr() {
      }
    })
  );
  return { lua: bind(glue, version), wall };
}
function bind(glue, version) {
  const toText = glue.cwrap("lua_tolstring", "string", [N, N, N]);
  return {
    newState: glue.cwrap("luaL_newstate", N, []),
    openLibs: glue.cwrap("luaL_openlibs", null, [N]),
    loadText: glue.cwrap("luaL_loadstring", N, [N, "string"]),
    pcall: version === "5.1.5" ? pcall51(glue) : pcall54(glue),
    pushValue: glue.cwrap("lua_pushvalue", null, [N, N]),
    pushText: glue.cwrap("lua_pushstring", null, [N, "string"]),
    toText: (state, index) => toText(state, index, 0),
    setTop: glue.cwrap("lua_settop", null, [N, N])
  };
}
const N = "number";
function pcall51(glue) {
  const pcall = glue.cwrap("lua_pcall", N, [N, N, N, N]);
  return (state, args, results) => pcall(state, args, results, 0);
}
function pcall54(glue) {
  const pcallk = glue.cwrap("lua_pcallk", N, [N, N, N, N, N, N]);
  return (state, args, results) => pcallk(state, args, results, 0, 0, 0);
}
const GLUE = "lua-wasm-bindings/dist/glue/glue-lua";
const require2 = createRequire(import.meta.url);
const wasmModules = /* @__PURE__ */ new Map();
function wasmModule(version) {
  const known = wasmModules.get(version);
  if (known) return known;
  const compiled = readFile(require2.resolve(`${GLUE}-${version}.wasm`)).then((bytes) => WebAssembly.compile(bytes));
  wasmModules.set(version, compiled);
  return compiled;
}
function withoutProcessListeners(create) {
  const events = ["uncaughtException", "unhandledRejection"];
  const before = events.map((event) => process.rawListeners(event));
  const created = create();
  for (const [i, event] of events.entries())
    for (const listener of process.rawListeners(event))
      if (!before[i].includes(listener)) process.removeListener(event, listener);
  return created;
}
const INITIAL_MEMORY_BYTES = 16 * 2 ** 20;
export {
  instantiateLua
};
