import type { Program } from "./vm-options.ts";

/** The device program failed. The message is one sentence: what, and where. */
export class DeviceFault extends Error {
  override readonly name = "DeviceFault";
}

/** The program does not end its event; `where` is the position it was stopped at. */
export function endlessLoop(program: Program, where: string, unit = "instructions"): DeviceFault {
  const limit = program.maxInstructionsPerCall.toLocaleString("en-US");
  return fault(program, `ran ${limit} ${unit} in one event without coming to rest (endless loop?)${lastAt(where)}`);
}

/** The program holds more memory than it may; `how` is what the heap looked like. */
export function heapExceeded(program: Program, where = "", how = ""): DeviceFault {
  return fault(program, `needs more than ${heapSize(program.maxHeapBytes)} of heap${how && ` (${how})`}${lastAt(where)}`);
}

/** An error that the program raised, or that its engine raised for it. */
export function failed(program: Program, message: string): DeviceFault {
  return fault(program, `failed: ${message}`);
}

export function unreadable(program: Program, message: string): DeviceFault {
  return fault(program, `cannot be read: ${message}`);
}

export function withoutReceive(program: Program): DeviceFault {
  return fault(program, "defines no global function receive(line)");
}

/** `type` is the type of what `receive` returned, in the words of the program's language. */
export function notText(program: Program, type: string): DeviceFault {
  return fault(program, `returned a value of type ${type} from receive(line) instead of text`);
}

export function notPrintable(program: Program): DeviceFault {
  return fault(program, "returned text from receive(line) that is not printable ASCII");
}

function fault(program: Program, what: string): DeviceFault {
  return new DeviceFault(program.locate(`The device program ${what}.`));
}

function lastAt(where: string): string {
  return where === "" ? "" : `, last at ${where}`;
}

function heapSize(bytes: number): string {
  return bytes % 2 ** 20 === 0 ? `${bytes / 2 ** 20} MiB` : `${Math.round(bytes / 1024)} KiB`;
}
