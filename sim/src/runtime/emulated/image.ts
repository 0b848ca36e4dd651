/** The flash image of a program: `board-profiles/reference-m4/firmware/image.h` has the format. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Firmware } from "./firmware.ts";

const SOURCE_MAGIC = "1SbL";
const COMPILER_TIMEOUT_MS = 60_000;
/** What `compile.c` exits with when the program does not compile; its output is then the reason. */
const REFUSED = 3;

/** The program is not one that the board's Lua can read. */
export class ImageRefused extends Error {
  override readonly name = "ImageRefused";
}

/** Lua text as it lies in flash. */
export function sourceImage(code: string): Buffer {
  const source = Buffer.from(code, "latin1");
  const head = Buffer.alloc(8);
  head.write(SOURCE_MAGIC, "latin1");
  head.writeUInt32LE(source.length, 4);
  return Buffer.concat([head, source]);
}

/** The program's functions, to be run where they lie. Kept by content. Throws `ImageRefused`. */
export function functionImage(code: string, firmware: Firmware): Buffer {
  const key = createHash("sha256").update(code).digest("hex");
  const file = join(firmware.imageFolder, `${key}.bin`);
  if (existsSync(file)) return readFileSync(file);
  const image = madeImage(code, firmware);
  mkdirSync(firmware.imageFolder, { recursive: true });
  // Another process may be at it too: a file appears whole.
  writeFileSync(`${file}.${process.pid}`, image);
  renameSync(`${file}.${process.pid}`, file);
  return image;
}

function madeImage(code: string, firmware: Firmware): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "songbai-image-"));
  const at = (name: string) => join(folder, name);
  try {
    writeFileSync(at("source"), sourceImage(code));
    const status = emulate(firmware, "mps2-an386", firmware.compiler, at("source"), 0x200000, `out=${at("image")}`);
    const image = existsSync(at("image")) ? readFileSync(at("image")) : Buffer.alloc(0);
    if (status === REFUSED) throw new ImageRefused(image.toString("latin1"));
    if (status !== 0) throw new Error(`the compiler of reference-m4 ended with status ${status}`);
    const linked = emulate(
      firmware,
      "netduinoplus2",
      firmware.boards.netduinoplus2,
      at("image"),
      PROGRAM_BASE,
      `link=${at("strings")}`,
    );
    if (linked !== 0) throw new Error(`the linker of reference-m4 ended with status ${linked}`);
    link(image, readFileSync(at("strings")));
    return image;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where the program begins in the board's flash. */
export const PROGRAM_BASE = 0x0808_0000;

function emulate(firmware: Firmware, machine: string, kernel: string, file: string, address: number, argument: string) {
  const { status } = spawnSync(
    firmware.qemu,
    [
      ...["-M", machine, "-display", "none", "-monitor", "none", "-serial", "null", "-kernel", kernel],
      ...["-device", `loader,file=${file},addr=${address},force-raw=on`],
      ...["-semihosting-config", `enable=on,target=native,arg=m4,arg=${argument}`],
    ],
    { timeout: COMPILER_TIMEOUT_MS, killSignal: "SIGKILL", stdio: "ignore" },
  );
  return status;
}

/** Writes the addresses of the strings to the table of strings and to the constants that name them. */
function link(image: Buffer, addresses: Buffer): void {
  const [strings, stringsAt, fixes, fixesAt] = [8, 12, 16, 20].map((at) => image.readUInt32LE(at)) as [
    number,
    number,
    number,
    number,
  ];
  for (let i = 0, at = stringsAt; i < strings; i++) {
    addresses.copy(image, at, 4 * i, 4 * i + 4);
    at += 8 + ((image.readUInt32LE(at + 4) + 3) & ~3);
  }
  for (let i = 0; i < fixes; i++) {
    const constant = image.readUInt32LE(fixesAt + 8 * i);
    const number = image.readUInt32LE(fixesAt + 8 * i + 4);
    addresses.copy(image, constant, 4 * number, 4 * number + 4);
  }
}
