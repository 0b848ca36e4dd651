/** A port on a bench: the board's own start file on a fake of the vendor's API, in an engine like the board's. */
import { readFileSync } from "node:fs";
import { createVm, type VmKind } from "@songbai/sim/runtime/vm";
import { artefactsOf } from "@songbai/tools/board/artefacts";
import { type FoundBoard, findBoard } from "@songbai/tools/board/profile";
import { compile } from "@songbai/tools/compile/compile";
import type { Rig } from "./rig.ts";

const FAKES = "tests/board/fakes";

export interface PortRig extends Rig {
  readonly pass: (ms: number) => void;
  readonly press: (pressed: boolean) => void;
  /** Power on the air from now on, dBm. */
  readonly noise: (dbm: number) => void;
  /** What the parts on the bench told: `tx …`, `rx …` and `hears …` of the radio. */
  readonly told: readonly string[];
  /** Octets of the frames that were sent. */
  readonly frames: readonly Uint8Array[];
}

/** What runs on the board: a portable file that exports `program`, or its text; and what its first sector holds. */
export interface Load {
  readonly entryFile: string;
  readonly entrySource?: string;
  readonly identity?: Uint8Array;
}

/** The fakes, the bundle and the start file in one script that defines `receive`. `fakes`: files of tests/board/fakes. */
export function portCode(board: FoundBoard, fakes: readonly string[], { identity, ...request }: Load): string {
  const { runtime, files, flash } = board.profile;
  const bundle = compile({ ...request, target: runtime.target });
  const start = artefactsOf("contract", board, bundle).find(({ name }) => name === files.start)!;
  const [open, close] = runtime.target === "js" ? ["{", "}"] : ["do", "end"];
  return [
    ...fakes.map((file) => readFileSync(`${FAKES}/${file}`, "utf8")),
    identity === undefined ? "" : identityFile(identity, flash.sectorBytes),
    // The bundle stands where the vendor's file system would have it.
    ...[bundle.code, start.text].map((text) => `${open}\n${text}\n${close}`),
  ].join("\n");
}

export async function portRig(boardName: string, vmKind: VmKind, fakes: readonly string[], load: Load): Promise<PortRig> {
  const board = findBoard(boardName);
  const vm = await createVm(vmKind, { name: boardName, code: portCode(board, fakes, load) });
  const log: [number, number][] = [];
  const told: string[] = [];
  const frames: Uint8Array[] = [];
  let buzzes = 0;

  function tell(line: string): void {
    for (const word of vm.call(line).split("\n")) {
      const [kind, ...numbers] = word.split(" ");
      if (kind === "log") log.push([Number(numbers[0]), Number(numbers[1])]);
      if (kind === "motor") buzzes += 1;
      if (kind === "frame") frames.push(Uint8Array.from(numbers[0]!.split("."), Number));
      if (kind === "tx" || kind === "rx" || kind === "hears") told.push(word);
    }
  }

  tell("pass 0");
  return {
    axes: board.profile.parts?.accelerometer?.axes ?? [1, 2, 3],
    pass: (ms) => tell(`pass ${ms}`),
    feel(samples) {
      for (const sample of samples) tell(`feel ${sample.join(" ")}`);
    },
    press: (pressed) => tell(`press ${pressed ? 1 : 0}`),
    hear: (frame) => tell(`hear ${frame.join(" ")}`),
    noise: (dbm) => tell(`noise ${dbm}`),
    told,
    frames,
    log: () => log,
    buzzes: () => buzzes,
    close: () => vm.close(),
  };
}

/** The first sector as a file of the fake Lua boards. */
function identityFile(identity: Uint8Array, sectorBytes: number): string {
  const octets = Array.from({ length: sectorBytes }, (_, i) => `\\${String(identity[i] ?? 255).padStart(3, "0")}`);
  return `fake.files["s0.bin"] = "${octets.join("")}"`;
}
