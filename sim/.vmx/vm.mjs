import { DeviceFault, notPrintable } from "./fault.mjs";
async function createVm(kind, options) {
  const program = {
    maxInstructionsPerCall: 1e8,
    maxHeapBytes: 16 * 2 ** 20,
    locate: (message) => message,
    ...options
  };
  return deadAfterFault(await engines[kind](program), program);
}
const engines = {
  lua51: async (program) => (await import("./lua-wasm.mjs")).luaWasm("5.1.5", program),
  lua53: async (program) => (await import("./lua-fengari.mjs")).luaFengari(program),
  lua54: async (program) => (await import("./lua-wasm.mjs")).luaWasm("5.4.7", program),
  js: async (program) => (await import("./js-quickjs.mjs")).jsQuickjs(program)
};
function deadAfterFault(vm, program) {
  let fault;
  return {
    ...vm,
    call(line) {
      if (fault !== void 0) throw fault;
      try {
        const answer = vm.call(line);
        if (!/^[\n\x20-\x7e]*$/.test(answer)) throw notPrintable(program);
        return answer;
      } catch (error) {
        fault = error;
        throw error;
      }
    }
  };
}
export {
  DeviceFault,
  createVm
};
