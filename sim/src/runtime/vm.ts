import { DeviceFault, failed, notPrintable } from "./fault.ts";
import type { Program, Vm, VmOptions } from "./vm-options.ts";

export type { Vm, VmOptions } from "./vm-options.ts";
export { DeviceFault };

/** The script engines a bundle can run on: Lua 5.1 (doubles), 5.3 (int32 and double), 5.4 (int64 and double), ES5. */
export type VmKind = "lua51" | "lua53" | "lua54" | "js";

/** Loads a bundle. Throws `DeviceFault` when it cannot be read, fails while loading, or defines no `receive`. */
export async function createVm(kind: VmKind, options: VmOptions): Promise<Vm> {
  const program: Program = {
    maxInstructionsPerCall: 50e6,
    maxHeapBytes: 16 * 2 ** 20,
    locate: (message) => message,
    ...options,
  };
  return deadAfterFault(await engines[kind](program), program);
}

/** Engines are imported when one is asked for: each costs up to 100 ms. */
const engines: Record<VmKind, (program: Program) => Promise<Vm>> = {
  lua51: async (program) => (await import("./lua-wasm.ts")).luaWasm("5.1.5", program),
  lua53: async (program) => (await import("./lua-fengari.ts")).luaFengari(program),
  lua54: async (program) => (await import("./lua-wasm.ts")).luaWasm("5.4.7", program),
  js: async (program) => (await import("./js-quickjs.ts")).jsQuickjs(program),
};

/** After a fault the program's state is anyone's guess: a board would reboot. Nothing is run on it again. */
function deadAfterFault(vm: Vm, program: Program): Vm {
  let fault: DeviceFault | undefined;
  return {
    ...vm,
    call(line) {
      if (fault) throw fault;
      try {
        const answer = vm.call(line);
        if (!/^[\n\x20-\x7e]*$/.test(answer)) throw notPrintable(program);
        return answer;
      } catch (error) {
        // Whatever else an engine throws is its own way of running out of stack.
        fault = error instanceof DeviceFault ? error : failed(program, String(error));
        throw fault;
      }
    },
  };
}
