import { DeviceFault, failed, notPrintable } from "./fault.ts";

export { DeviceFault };

/** The script engines a bundle can run on: Lua 5.1 (doubles), 5.3 (int32 and double), 5.4 (int64 and double), ES5. */
export type VmKind = "lua51" | "lua53" | "lua54" | "js";

export interface VmOptions {
  /** Chunk name; positions in messages begin with it. Example: "bracelet". */
  readonly name: string;
  /** Lua text or ES5 text that defines one global function, `receive(line: string): string`. At most 1,000,000 characters. */
  readonly code: string;
  /**
   * What one event may cost, in VM instructions (`js`: jumps and calls), 1 or more; checked about every 10,000. Default
   * 100 million. `Infinity` sets no limit and, in Lua, saves the cost of counting; a runaway heap then stops late or never.
   */
  readonly maxInstructionsPerCall?: number;
  /** Live heap that the program may hold, in bytes. Default 16 MiB. */
  readonly maxHeapBytes?: number;
  /** Rewrites bundle positions, `name:line` in Lua and `name:line:column` in `js`, to TypeScript ones. Gets a whole sentence. */
  readonly locate?: (message: string) => string;
}

/** One running device program. Programs share nothing: any number of them can take turns in one process. */
export interface Vm {
  /**
   * Hands the program one line of printable ASCII, at most 1,000,000 characters, and returns its answer: printable ASCII with
   * line feeds. Throws `DeviceFault` when the program fails; it is then dead, and every later call throws the same fault.
   */
  call(line: string): string;
  /** Live heap of the program in bytes, after collecting garbage, without the VM's own libraries. Absent where unknown. */
  heapBytes?(): number;
  /** Largest live heap of the samples taken after loading, after calls 1, 2, 4 … 1024, and after every 1024th. */
  peakHeapBytes?(): number;
  close(): void;
}

/** What an engine is asked for: `VmOptions` with its defaults filled in. */
export type Program = Required<VmOptions>;

/** Loads a bundle. Throws `DeviceFault` when it cannot be read, fails while loading, or defines no `receive`. */
export async function createVm(kind: VmKind, options: VmOptions): Promise<Vm> {
  const program: Program = {
    maxInstructionsPerCall: 100e6,
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
