/** A board in QEMU, its wire on two named pipes: they are read and written without an event loop, as a simulation step must be. */
import { execFileSync, spawn } from "node:child_process";
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Firmware, MachineName } from "./firmware.ts";
import { PROGRAM_BASE } from "./image.ts";
import { BoardSilent, type Port } from "./wire.ts";

export interface MachineOptions {
  readonly firmware: Firmware;
  readonly machine: MachineName;
  /** What lies in flash as the program; of RAM, its heap. */
  readonly program: Buffer;
  readonly heapBytes: number;
  /** `firmware/port.h` says what the two are. */
  readonly wire: "uart" | "streams";
  /** File of the flash's cells; made erased when it is not there. Without one they are erased on each start. */
  readonly cells?: string | undefined;
}

export interface Machine extends Port {
  close(): void;
  /** The status with which the emulator ends; `null` when it is killed. */
  readonly ended: Promise<number | null>;
}

/** `FLASH_BYTES` of the firmware. */
export const FLASH_BYTES = 262_144;

/** Where the program lies, how large the file of the cells is, and how the machine gets it. */
const MACHINES: Record<MachineName, { readonly program: number; readonly cellsBytes: number; readonly cells: string[] }> = {
  netduinoplus2: { program: PROGRAM_BASE, cellsBytes: FLASH_BYTES, cells: ["-M", "netduinoplus2"] },
  "mps2-an386": {
    program: 0x0020_0000,
    cellsBytes: 0x0100_0000,
    cells: [
      ...["-M", "mps2-an386,memory-backend=cells"],
      ...["-object", "memory-backend-file,id=cells,mem-path=cells,share=on,size=16M"],
    ],
  },
};

/** One look at a pipe costs a system call; between two of them the emulator may have the processor. */
const LOOK_MS = 0.05;
const UP_TO = 4096;

export function startMachine(options: MachineOptions): Machine {
  const { firmware, wire } = options;
  const machine = MACHINES[options.machine];
  const folder = mkdtempSync(join(tmpdir(), "songbai-board-"));
  const at = (name: string) => join(folder, name);
  writeFileSync(at("program"), options.program);
  const cells = options.cells === undefined ? at("cells") : resolve(options.cells);
  if (!existsSync(cells)) {
    writeFileSync(cells, Buffer.alloc(FLASH_BYTES, 0xff));
    truncateSync(cells, machine.cellsBytes);
  }
  if (options.cells !== undefined) symlinkSync(cells, at("cells"));
  execFileSync("mkfifo", [at("uart.in"), at("uart.out")]);
  // Opened for both ways, a pipe neither waits for its other end nor ends with it.
  const flags = constants.O_RDWR | constants.O_NONBLOCK;
  const input = openSync(at("uart.in"), flags);
  // The streams are opened here for the emulator too, so theirs ends when it does.
  const output = openSync(at("uart.out"), wire === "uart" ? flags : constants.O_RDONLY | constants.O_NONBLOCK);
  const streams = wire === "uart" ? [] : [openSync(at("uart.in"), "r"), openSync(at("uart.out"), "w")];
  const uart = ["-chardev", "pipe,id=uart,path=uart", "-serial", "chardev:uart"];
  const words = [`heap=${options.heapBytes}`, `wire=${wire}`, "flash=cells"];
  const child = spawn(
    "setpriv",
    [
      // The emulator ends with this process, however that ends.
      ...["--pdeathsig", "KILL", firmware.qemu],
      ...[...machine.cells, "-display", "none", "-monitor", "none", "-kernel", firmware.boards[options.machine]],
      // An instruction takes a nanosecond of the board's time, so that its timer counts instructions.
      ...["-icount", "shift=0,sleep=on"],
      ...(wire === "uart" ? uart : ["-serial", "null"]),
      ...["-device", `loader,file=program,addr=${machine.program},force-raw=on`],
      ...["-semihosting-config", `enable=on,target=native,arg=m4,${words.map((word) => `arg=${word}`).join(",")}`],
    ],
    { cwd: folder, stdio: wire === "uart" ? "ignore" : [...streams, "ignore"] },
  );
  const ended = new Promise<number | null>((end) => child.on("exit", end).on("error", () => end(null)));
  child.unref();
  for (const stream of streams) closeSync(stream);

  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  const buffer = Buffer.alloc(UP_TO);
  let open = true;

  /** Throws `BoardSilent` at the end of the streams. */
  function readNow(): number {
    try {
      const count = readSync(output, buffer, 0, UP_TO, null);
      if (count === 0) throw new BoardSilent();
      return count;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EAGAIN") return 0;
      throw error;
    }
  }

  return {
    write(octets) {
      // A line is far shorter than a pipe's 64 kB, and is answered before the next one.
      writeSync(input, octets);
    },
    read(timeoutMs) {
      const until = performance.now() + timeoutMs;
      for (;;) {
        const count = readNow();
        if (count > 0) return Buffer.from(buffer.subarray(0, count));
        if (performance.now() >= until) return Buffer.alloc(0);
        Atomics.wait(sleeper, 0, 0, LOOK_MS);
      }
    },
    close() {
      if (!open) return;
      open = false;
      child.kill("SIGKILL");
      closeSync(input);
      closeSync(output);
      rmSync(folder, { recursive: true, force: true });
    },
    ended,
  };
}
