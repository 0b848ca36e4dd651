import { getQuickJS } from "quickjs-emscripten";
import { es5Only } from "./es5.mjs";
import { endlessLoop, failed, heapExceeded, notText, unreadable, withoutReceive } from "./fault.mjs";
import { heapPeak } from "./heap-peak.mjs";
async function jsQuickjs(program) {
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
function start(context, program) {
  const { runtime } = context;
  let rounds = 0;
  const maxRounds = Math.ceil(program.maxInstructionsPerCall / TURNS_PER_INTERRUPT);
  runtime.setInterruptHandler(() => ++rounds >= maxRounds);
  function valueOf(result) {
    if (!result.error) return result.value;
    runtime.setMemoryLimit(-1);
    throw result.error.consume((error) => faultOf(program, thrownBy(context, error)));
  }
  function usedBytes() {
    return runtime.computeMemoryUsage().consume((usage) => context.getProp(usage, "memory_used_size").consume(context.getNumber));
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
    }
  };
}
const TURNS_PER_INTERRUPT = 1e4;
function thrownBy(context, error) {
  if (context.typeof(error) !== "object")
    return {
      name: "",
      message: context.typeof(error) === "string" ? context.getString(error) : "a value that is no Error",
      where: ""
    };
  const property = (name) => context.getProp(error, name).consume((value) => context.typeof(value) === "string" ? context.getString(value) : "");
  const stack = property("stack");
  return {
    name: property("name"),
    message: property("message"),
    where: /[(\s]([^\s():]+:\d+(?::\d+)?)\)?$/m.exec(stack)?.[1] ?? ""
  };
}
function faultOf(program, thrown) {
  const { name, message, where } = thrown;
  if (name === "InternalError" && message === "interrupted") return endlessLoop(program, where, "loop turns and calls");
  if (name === "InternalError" && message === "out of memory") return heapExceeded(program, where);
  const sentence = [where, name, message].filter((part) => part !== "").join(": ");
  return name === "SyntaxError" ? unreadable(program, sentence) : failed(program, sentence);
}
export {
  jsQuickjs
};
