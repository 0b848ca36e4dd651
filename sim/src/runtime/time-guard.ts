import { createContext, Script } from "node:vm";
import { DeviceFault } from "./fault.ts";

const room: { slice?: () => void } = createContext({});
const script = new Script("slice()");

/**
 * Runs a slice of a simulation, at most `limitMs` of wall time long. A native device program shares the host's own thread, so this
 * is what stops an endless loop in it: a slice takes milliseconds, unless it never ends. Throws `DeviceFault`.
 */
export function withinTime(limitMs: number, slice: () => void): void {
  room.slice = slice;
  try {
    script.runInContext(room, { timeout: limitMs });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    throw new DeviceFault(
      `The device program ran for ${limitMs / 1000} s in one event without coming to rest (endless loop?); --runtime lua54 names the line.`,
    );
  } finally {
    delete room.slice;
  }
}
