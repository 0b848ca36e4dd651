/** The firmware of an emulated board, as `build.sh` of its profile leaves it. */
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { InputError } from "../../scenario/input-error.ts";

export type LuaVersion = "5.3" | "5.4";

/** netduinoplus2 is the reference; mps2-an386 has a flash whose every octet is in a file at once. */
export type MachineName = "netduinoplus2" | "mps2-an386";

export interface Firmware {
  /** Run programs. */
  readonly boards: Readonly<Record<MachineName, string>>;
  /** Makes images of programs, on a machine with more memory. */
  readonly compiler: string;
  readonly qemu: string;
  /** Of images, which fit one build of the firmware. */
  readonly imageFolder: string;
}

const QEMU = "qemu-system-arm";

/** Throws `InputError`, with what to do, when the firmware or the emulator is not there. */
export function findFirmware(lua: LuaVersion): Firmware {
  const profile = dirname(createRequire(import.meta.url).resolve("@songbai/board-profiles/reference-m4/profile.json"));
  const folder = join(profile, "../../node_modules/.cache/songbai/firmware", keyOf(profile));
  const boardOf = (machine: MachineName) => join(folder, `${machine}-lua${lua}.elf`);
  const boards = { netduinoplus2: boardOf("netduinoplus2"), "mps2-an386": boardOf("mps2-an386") };
  const qemu = onPath(QEMU);
  if (qemu === undefined || !existsSync(boards.netduinoplus2)) {
    const what = qemu === undefined ? `the emulator ${QEMU} is not installed` : "its firmware has not been built";
    throw new InputError(
      `The board reference-m4 cannot start, as ${what}: run board-profiles/reference-m4/build.sh, on Debian.`,
    );
  }
  return { boards, compiler: join(folder, `compile-lua${lua}.elf`), qemu, imageFolder: join(folder, `images-lua${lua}`) };
}

/** `sha256sum build.sh firmware/* | sha256sum | cut -c1-16` */
function keyOf(profile: string): string {
  const names = readdirSync(join(profile, "firmware")).sort();
  const files = ["build.sh", ...names.map((name) => `firmware/${name}`)];
  const hash = (octets: Buffer | string) => createHash("sha256").update(octets).digest("hex");
  return hash(files.map((file) => `${hash(readFileSync(join(profile, file)))}  ${file}\n`).join("")).slice(0, 16);
}

function onPath(command: string): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, command))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
