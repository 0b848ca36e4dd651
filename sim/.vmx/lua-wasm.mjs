import { bitShim } from "./bit-shim.mjs";
import { failed, heapExceeded } from "./fault.mjs";
import { heapPeak } from "./heap-peak.mjs";
import { instantiateLua } from "./lua-glue.mjs";
import { luaFault, luaGuard } from "./lua-guard.mjs";
async function luaWasm(version, program) {
  const { lua, wall } = await instantiateLua(version, program.maxHeapBytes);
  const state = lua.newState();
  lua.openLibs(state);
  function run(args, results) {
    const status = protectedCall(() => lua.pcall(state, args, results));
    if (wall.hit) throw heapExceeded(program);
    if (status !== 0) throw luaFault(program, lua.toText(state, -1) ?? "an error that is no text");
  }
  function setUp(text, results) {
    if (lua.loadText(state, text) !== 0) throw failed(program, lua.toText(state, -1) ?? "the runtime's own text does not load");
    run(0, results);
  }
  function ask(index, ...texts) {
    lua.pushValue(state, index);
    for (const text of texts) {
      if (text.length > MAX_TEXT) throw failed(program, `a text of ${text.length} characters does not fit the engine's stack`);
      lua.pushText(state, text);
    }
    run(texts.length, 1);
    const answer = lua.toText(state, -1) ?? "";
    lua.setTop(state, LIVE);
    return answer;
  }
  if (version === "5.1.5") setUp(bitShim, 0);
  setUp(luaGuard(program), 3);
  ask(LOAD, program.code, program.name);
  const heapBytes = () => Math.round(Number(ask(LIVE)) * 1024);
  const peak = heapPeak(heapBytes);
  return {
    call(line) {
      const answer = ask(CALL, line);
      peak.afterCall();
      return answer;
    },
    heapBytes,
    peakHeapBytes: peak.bytes,
    close() {
    }
  };
}
const LOAD = 1;
const CALL = 2;
const LIVE = 3;
const MAX_TEXT = 1e6;
function protectedCall(run) {
  try {
    return run();
  } catch {
    return PANIC;
  }
}
const PANIC = -1;
export {
  luaWasm
};
