/** The flash image of a program: `board-profiles/reference-m4/firmware/image.h` has the format. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Firmware } from "./firmware.ts";

/** Where the program begins in the board's flash. */
export const PROGRAM_BASE = 0x0808_0000;
/** Where `compile.c` looks for the source. */
const SOURCE_AT = 0x0020_0000;
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
    const status = compile(firmware, at("source"), at("image"));
    const image = existsSync(at("image")) ? readFileSync(at("image")) : Buffer.alloc(0);
    if (status === REFUSED) throw new ImageRefused(image.toString("latin1"));
    if (status !== 0) throw new Error(`the compiler of reference-m4 ended with status ${status}`);
    return image;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Answers the status with which the compiler ends; `image` is then the image, or why there is none. */
function compile(firmware: Firmware, source: string, image: string): number | null {
  const { status } = spawnSync(
    firmware.qemu,
    [
      ...["-M", "mps2-an386", "-display", "none", "-monitor", "none", "-serial", "null", "-kernel", firmware.compiler],
      ...["-device", `loader,file=${source},addr=${SOURCE_AT},force-raw=on`],
      ...["-semihosting-config", `enable=on,target=native,arg=m4,arg=out=${image}`],
    ],
    { timeout: COMPILER_TIMEOUT_MS, killSignal: "SIGKILL", stdio: "ignore" },
  );
  return status;
}
