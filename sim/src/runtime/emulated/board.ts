/** A device program on the emulated board: firmware around a real Lua VM, on an emulated Cortex-M4 with 128 kB of RAM. */
import { type DeviceFault, failed, heapExceeded, notPrintable, unreadable } from "../fault.ts";
import type { LinePeer } from "../linked.ts";
import type { Program } from "../vm-options.ts";
import { findFirmware, type LuaVersion, type MachineName } from "./firmware.ts";
import { functionImage, ImageRefused, sourceImage } from "./image.ts";
import { type Machine, startMachine } from "./qemu.ts";
import { type Answer, BoardSilent, type Port, wire } from "./wire.ts";

export interface BoardOptions {
  /** Name of the program in messages. */
  readonly name: string;
  /** A `lua53` bundle. */
  readonly code: string;
  readonly heapBytes: number;
  readonly lua?: LuaVersion;
  readonly machine?: MachineName;
  /** What carries the lines: the UART, or the emulator's streams, which are thirty times as fast (`firmware/port.h`). */
  readonly wire?: "uart" | "streams";
  /** File of the flash's cells, for a board that keeps them; made when it is not there. Without it the flash starts erased. */
  readonly cells?: string;
  /**
   * What lies in flash as the program: its functions, run in place, or its source, which the board compiles in RAM. mps2-an386 takes
   * sources only.
   */
  readonly flash?: "functions" | "source";
  /** Rewrites positions in the bundle, `name:line`, to TypeScript ones. */
  readonly locate?: (message: string) => string;
  /** Stands between host and board, to lose or garble octets. */
  readonly between?: (port: Port) => Port;
  /** How long the board may take to answer; silence after which a line is sent again. Milliseconds. */
  readonly patienceMs?: number;
  readonly repeatMs?: number;
}

export interface EmulatedBoard extends LinePeer {
  heapBytes(): number;
  peakHeapBytes(): number;
  /** `collected`: after collecting garbage, as little as is alive. */
  figures(collected?: boolean): Figures;
  /** Lines that the wire had garbled. */
  resent(): number;
  /** Restarts the board: the program begins anew. */
  reset(): void;
  /** When the last event changed the flash: instructions since it began, from and to. */
  flashChanges(): readonly (readonly [number, number])[];
  /** Power goes so many instructions into the next event. The emulator ends with status 77, and the event with `DeviceFault`. */
  cutPower(instructions: number): void;
  /** The status with which the emulator ends; `null` when it is killed, as `close` does. */
  readonly ended: Promise<number | null>;
}

export interface Figures {
  /** Processor instructions of the last event, or of loading. */
  readonly instructions: number;
  /** Octets of the VM's heap, in the allocator's granules: now; at most; up to the end of the highest block; after loading. */
  readonly heapBytes: number;
  readonly peakHeapBytes: number;
  readonly reachBytes: number;
  readonly loadedBytes: number;
}

/** `WIRE_MAX_TEXT` of the firmware. */
const MAX_LINE = 1000;

/** Throws `DeviceFault` as `createVm` does, and `InputError` when there is no firmware. */
export function emulatedBoard(options: BoardOptions): EmulatedBoard {
  const {
    name,
    code,
    heapBytes,
    lua = "5.3",
    machine: machineName = "netduinoplus2",
    wire: wireKind = "uart",
    flash = machineName === "netduinoplus2" ? "functions" : "source",
    locate = (text) => text,
    between = (port) => port,
  } = options;
  const program: Program = { name, code, locate, maxHeapBytes: heapBytes, maxInstructionsPerCall: 200e6 };
  const firmware = findFirmware(lua);
  let fault: DeviceFault | undefined;

  function faultOf({ text }: Answer): DeviceFault {
    // The second is what Lua says when it has no memory for a stack.
    const memory = /(?:not enough memory|stack overflow \(string slice too long\))(?:: (.*))?/.exec(text);
    if (memory !== null) return heapExceeded(program, "", memory[1]);
    // In flash a program has no name.
    return failed(program, text.replace(/(?<![^\s])\?:(?=\d+:)/g, `${name}:`));
  }

  const silent = () => failed(program, "its board has stopped answering, or its UART garbles all that it says");

  let machine: Machine;
  try {
    machine = startMachine({
      firmware,
      machine: machineName,
      program: flash === "source" ? sourceImage(code) : functionImage(code, firmware),
      heapBytes,
      wire: wireKind,
      cells: options.cells,
    });
  } catch (error) {
    if (error instanceof ImageRefused) throw unreadable(program, error.message.replace(/^\?:/, `${name}:`));
    throw error;
  }
  const line = wire(between(machine), options.patienceMs, options.repeatMs);

  /** After a fault the program is dead, and every call throws the same. */
  function ask(kind: string, text?: string): string {
    if (fault !== undefined) throw fault;
    try {
      const answer = line.ask(kind, text);
      if (answer.kind === "=") return answer.text;
      fault = faultOf(answer);
    } catch (error) {
      if (!(error instanceof BoardSilent)) throw error;
      fault = silent();
    }
    throw fault;
  }

  function figures(collected = false): Figures {
    const [instructions = 0, used = 0, peak = 0, reach = 0, loaded = 0] = ask(collected ? "~" : "?")
      .split(" ")
      .map(Number);
    return { instructions, heapBytes: used, peakHeapBytes: peak, reachBytes: reach, loadedBytes: loaded };
  }

  function start(): void {
    try {
      const first = line.awaitStart();
      // So little heap that there is not even a VM.
      if (first?.kind === "-") fault = faultOf(first);
    } catch {
      fault = silent();
    }
    figures();
  }

  try {
    start();
  } catch (error) {
    machine.close();
    throw error;
  }
  return {
    call(text) {
      if (text.length > MAX_LINE) throw new RangeError(`a line of ${text.length} characters is too long for the board's UART`);
      const answer = ask(">", text);
      if (!/^[\n\x20-\x7e]*$/.test(answer)) throw notPrintable(program);
      return answer;
    },
    heapBytes: () => figures(true).heapBytes,
    peakHeapBytes: () => figures().peakHeapBytes,
    figures,
    resent: line.resent,
    reset() {
      ask("^");
      start();
    },
    flashChanges() {
      const words = ask("%").trim();
      const times = words === "" ? [] : words.split(" ").map(Number);
      return Array.from({ length: times.length / 2 }, (_, i) => [times[2 * i], times[2 * i + 1]] as [number, number]);
    },
    cutPower: (instructions) => void ask("/", String(instructions)),
    ended: machine.ended,
    close: () => machine.close(),
  };
}
