import { getQuickJS, type QuickJSContext, type QuickJSHandle } from "quickjs-emscripten";
import { es5Only } from "./es5.ts";
import { type DeviceFault, endlessLoop, failed, heapExceeded, notText, unreadable, withoutReceive } from "./fault.ts";
import { heapPeak } from "./heap-peak.ts";
import type { Program, Vm } from "./vm.ts";

/** QuickJS cut down to ES5, one runtime and one heap for each program. */
export async function jsQuickjs(program: Program): Promise<Vm> {
  const runtime = (await getQuickJS()).newRuntime();
  const context = runtime.newContext({ intrinsics: { BaseObjects: true, Eval: true, TypedArrays: true } });
  try {
    return start(context, program);
  } catch (error) {
    context.dispose();
    runtime.dispose();
    throw error;
  }
}

function start(context: QuickJSContext, program: Program): Vm {
  const { runtime } = context;
  let rounds = 0;
  const maxRounds = Math.ceil(program.maxInstructionsPerCall / TURNS_PER_INTERRUPT);
  runtime.setInterruptHandler(() => ++rounds >= maxRounds);

  /** The value, or the program's fault thrown in its place. */
  function valueOf(result: ReturnType<QuickJSContext["evalCode"]>): QuickJSHandle {
    if (!result.error) return result.value;
    runtime.setMemoryLimit(-1); // A full heap has no room to tell what happened.
    throw result.error.consume((error) => faultOf(program, thrownBy(context, error)));
  }

  function usedBytes(): number {
    return runtime
      .computeMemoryUsage()
      .consume((usage) => context.getProp(usage, "memory_used_size").consume(context.getNumber));
  }

  valueOf(context.evalCode(es5Only)).dispose();
  const baseline = usedBytes();
  const heapBytes = () => usedBytes() - baseline;
  runtime.setMemoryLimit(baseline + program.maxHeapBytes);

  valueOf(context.evalCode(program.code, program.name)).dispose();
  const receive = context.getProp(context.global, "receive");
  if (context.typeof(receive) !== "function") {
    receive.dispose();
    throw withoutReceive(program);
  }

  const peak = heapPeak(heapBytes);
  return {
    call(line) {
      rounds = 0;
      const result = context.newString(line).consume((text) => context.callFunction(receive, context.undefined, text));
      return valueOf(result).consume((answer) => {
        const type = context.typeof(answer);
        if (type !== "string") throw notText(program, type);
        peak.afterCall();
        return context.getString(answer);
      });
    },
    heapBytes,
    peakHeapBytes: peak.bytes,
    close() {
      receive.dispose();
      context.dispose();
      runtime.dispose();
    },
  };
}

/** QuickJS asks its interrupt handler after so many backward jumps and calls (`JS_INTERRUPT_COUNTER_INIT` in quickjs.c). */
const TURNS_PER_INTERRUPT = 10_000;

interface Thrown {
  readonly name: string;
  readonly message: string;
  /** `name:line:column` of the innermost frame that has one, or "". */
  readonly where: string;
}

function thrownBy(context: QuickJSContext, error: QuickJSHandle): Thrown {
  // A program may throw anything; of an error QuickJS itself has no room to make, it throws null.
  if (context.typeof(error) !== "object")
    return {
      name: "",
      message: context.typeof(error) === "string" ? context.getString(error) : "a value that is no Error",
      where: "",
    };
  const property = (name: string) =>
    context.getProp(error, name).consume((value) => (context.typeof(value) === "string" ? context.getString(value) : ""));
  const stack = property("stack");
  return {
    name: property("name"),
    message: property("message"),
    where: /[(\s]([^\s():]+:\d+(?::\d+)?)\)?$/m.exec(stack)?.[1] ?? "",
  };
}

function faultOf(program: Program, thrown: Thrown): DeviceFault {
  const { name, message, where } = thrown;
  if (name === "InternalError" && message === "interrupted") return endlessLoop(program, where, "loop turns and calls");
  if (name === "InternalError" && message === "out of memory") return heapExceeded(program, where);
  const sentence = [where, name, message].filter((part) => part !== "").join(": ");
  return name === "SyntaxError" ? unreadable(program, sentence) : failed(program, sentence);
}
