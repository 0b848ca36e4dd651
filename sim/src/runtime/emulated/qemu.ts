/** A board in QEMU, its UART on two named pipes: they are read and written without an event loop, as a simulation step must be. */
import { execFileSync, spawn } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Firmware } from "./firmware.ts";
import { PROGRAM_BASE } from "./image.ts";
import type { Port } from "./wire.ts";

export interface Machine extends Port {
  close(): void;
}

/** One look at a pipe costs a system call; between two of them the emulator may have the processor. */
const LOOK_MS = 0.05;
const UP_TO = 4096;

/** `flash` is the program; `bytes` of RAM are its heap. */
export function startMachine(firmware: Firmware, flash: Buffer, heapBytes: number): Machine {
  const folder = mkdtempSync(join(tmpdir(), "songbai-board-"));
  const at = (name: string) => join(folder, name);
  writeFileSync(at("flash"), flash);
  execFileSync("mkfifo", [at("uart.in"), at("uart.out")]);
  // Opened for both ways, a pipe neither waits for its other end nor ends with it.
  const flags = constants.O_RDWR | constants.O_NONBLOCK;
  const input = openSync(at("uart.in"), flags);
  const output = openSync(at("uart.out"), flags);
  const child = spawn(
    "setpriv",
    [
      // The emulator ends with this process, however that ends.
      ...["--pdeathsig", "KILL", firmware.qemu],
      ...["-M", "netduinoplus2", "-display", "none", "-monitor", "none", "-kernel", firmware.board],
      // An instruction takes a nanosecond of the board's time, so that its timer counts instructions.
      ...["-icount", "shift=0,sleep=on"],
      ...["-chardev", `pipe,id=uart,path=${at("uart")}`, "-serial", "chardev:uart"],
      ...["-device", `loader,file=${at("flash")},addr=${PROGRAM_BASE},force-raw=on`],
      ...["-semihosting-config", `enable=on,target=native,arg=m4,arg=heap=${heapBytes}`],
    ],
    { stdio: "ignore" },
  );
  child.on("error", () => {});
  child.unref();

  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  const buffer = Buffer.alloc(UP_TO);
  let open = true;

  function readNow(): number {
    try {
      return readSync(output, buffer, 0, UP_TO, null);
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
  };
}
