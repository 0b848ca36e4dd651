import { DeviceFault } from "@songbai/sim/runtime/fault";
import { InputError } from "@songbai/sim/scenario/input-error";
import { RecordingError } from "@songbai/sim/world/recording";
import { CompileError } from "../compile/diagnostic.ts";
import { BrokerUnreachable } from "../hub/platform/unreachable.ts";
import { StoreFault } from "../hub/store/fault.ts";

const INPUT = [InputError, RecordingError, CompileError, BrokerUnreachable, StoreFault];

/** What a user is told of an error, and the exit status: 2 for their input, 1 for a device program that failed. */
export function sentenceOf(error: unknown): { sentence: string; status: number } {
  const text = error instanceof Error ? error.message : String(error);
  if (INPUT.some((kind) => error instanceof kind)) return { sentence: text, status: 2 };
  if (error instanceof DeviceFault) return { sentence: text, status: 1 };
  const trace = process.env.SONGBAI_DEBUG === undefined ? "set SONGBAI_DEBUG=1 for the trace" : (error as Error).stack;
  return { sentence: `songbai has failed, which is a defect of its own: ${text} (${trace}).`, status: 1 };
}
