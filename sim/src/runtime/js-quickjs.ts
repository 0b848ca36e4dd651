import { newQuickJSWASMModule, type QuickJSContext, type QuickJSHandle } from "quickjs-emscripten";
import { es5Only } from "./es5.ts";
import {
  type DeviceFault,
  endlessLoop,
  failed,
  heapExceeded,
  notPrintable,
  notText,
  unreadable,
  withoutReceive,
} from "./fault.ts";
import { heapPeak } from "./heap-peak.ts";
import type { Program, Vm } from "./vm-options.ts";

/**
 * QuickJS cut down to ES5. Each program gets a WebAssembly instance of its own (9 ms, 0.4 MB): one that exhausts its stack
 * leaves its instance unusable, and `close` has only to let go of it.
 */
export async function jsQuickjs(program: Program): Promise<Vm> {
  const runtime = (await newQuickJSWASMModule()).newRuntime();
  const context = runtime.newContext({ intrinsics: { BaseObjects: true, Eval: true, TypedArrays: true } });
  let rounds = 0;
  const maxRounds = Math.ceil(program.maxInstructionsPerCall / JUMPS_PER_INTERRUPT);
  runtime.setMaxStackSize(STACK_BYTES);
  runtime.setInterruptHandler(() => ++rounds >= maxRounds);

  /** The value, or the program's fault thrown in its place. */
  function unwrap(result: ReturnType<QuickJSContext["evalCode"]>): QuickJSHandle {
    if (!result.error) return result.value;
    runtime.setMemoryLimit(-1); // A full heap has no room to tell what happened.
    throw result.error.consume((error) => faultOf(program, context.dump(error)));
  }

  function usedBytes(): number {
    return runtime
      .computeMemoryUsage()
      .consume((usage) => context.getProp(usage, "memory_used_size").consume(context.getNumber));
  }

  unwrap(context.evalCode(es5Only)).dispose();
  const baseline = usedBytes();
  const heapBytes = () => usedBytes() - baseline;
  runtime.setMemoryLimit(baseline + program.maxHeapBytes);

  unwrap(context.evalCode(program.code, program.name)).dispose();
  const receive = context.getProp(context.global, "receive");
  if (context.typeof(receive) !== "function") throw withoutReceive(program);

  const peak = heapPeak(heapBytes);
  return {
    call(line) {
      rounds = 0;
      const result = context.newString(line).consume((text) => context.callFunction(receive, context.undefined, text));
      return unwrap(result).consume((answer) => {
        const type = context.typeof(answer);
        if (type !== "string") throw notText(program, type);
        const text = context.getString(answer);
        const length = context.getProp(answer, "length").consume(context.getNumber);
        if (text.length !== length) throw notPrintable(program); // Cut at a zero.
        peak.afterCall();
        return text;
      });
    },
    heapBytes,
    peakHeapBytes: peak.bytes,
    close() {},
  };
}

/** More would, in deep recursion, exhaust the host's own stack of 1 MB first. */
const STACK_BYTES = 128 * 1024;

/** QuickJS asks its interrupt handler after so many jumps and calls (`JS_INTERRUPT_COUNTER_INIT` in quickjs.c). */
const JUMPS_PER_INTERRUPT = 10_000;

interface Thrown {
  readonly name?: string;
  readonly message?: string;
  readonly stack?: string;
}

function faultOf(program: Program, thrown: Thrown | string | null): DeviceFault {
  // For an error that it has no room to make, QuickJS throws null.
  if (thrown === null) return heapExceeded(program);
  if (typeof thrown !== "object") return failed(program, String(thrown));
  const { name = "a value that is no Error", message = "", stack = "" } = thrown;
  const where = innermost(stack);
  if (name === "InternalError" && message === "interrupted") return endlessLoop(program, where, "jumps and calls");
  if (name === "InternalError" && message === "out of memory") return heapExceeded(program, where);
  const sentence = [where, name, message].filter((part) => part !== "").join(": ");
  return name === "SyntaxError" ? unreadable(program, sentence) : failed(program, sentence);
}

/** `name:line:column` of the innermost frame that has one, or "". */
function innermost(stack: string): string {
  return /[(\s]([^\s():]+:\d+:\d+)\)?$/m.exec(stack)?.[1] ?? "";
}
