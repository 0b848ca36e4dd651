/** The SDK's fall detector, here in this process or as the bundle of a device on one of its runtimes. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Fall, fallDetector } from "@songbai/sdk/sensing/fall/detector";
import type { FallPosition } from "@songbai/sdk/sensing/fall/position";
import { createVm, type VmKind } from "@songbai/sim/runtime/vm";
import { InputError } from "@songbai/sim/scenario/input-error";
import type { Target } from "../compile/bundle.ts";
import { compiled } from "../compile/compiled.ts";
import { fallProgram } from "./fall-program.ts";
import { learntAt } from "./positions.ts";
import type { PositionName } from "./recordings/datasets.ts";
import { COMMON_HZ } from "./recordings/recording.ts";
import { textOfWords } from "./words.ts";

/** A fall, and the sample that decided. */
export interface Found extends Fall {
  /** Place of the sample in what was fed, from 0. */
  readonly at: number;
}

export interface DetectorHost {
  /** The falls that a freshly reset detector hears in x, y, z, x, y, z … (mg, 25 Hz). */
  readonly falls: (samples: Int16Array) => Found[];
  readonly close: () => void;
}

const TARGETS: Record<string, Target> = { lua51: "lua51", lua53: "lua53", lua54: "lua53", js: "js" };
const BOARD = "board:reference-m4";

export const DETECTOR_RUNTIMES = ["native", ...Object.keys(TARGETS), BOARD];

/** Throws `InputError` for a runtime that there is not. */
export async function detectorOn(runtime: string, position: PositionName): Promise<DetectorHost> {
  const learnt = learntAt(position);
  if (runtime === "native") return nativeDetector(learnt);
  const target = runtime === BOARD ? "lua53" : TARGETS[runtime];
  if (target === undefined) {
    throw new InputError(`There is no runtime "${runtime}"; there are ${DETECTOR_RUNTIMES.join(", ")}.`);
  }
  const entryFile = join(fileURLToPath(import.meta.url), "../fall-program.ts");
  const { code } = await compiled({ entryFile, entrySource: fallProgram(position), target });
  const options = { name: "falls", code, maxInstructionsPerCall: Number.POSITIVE_INFINITY };
  if (runtime !== BOARD) return hostOf(await createVm(runtime as VmKind, options));
  const { emulatedBoard } = await import("@songbai/sim/runtime/emulated/board");
  return hostOf(emulatedBoard({ ...options, heapBytes: 65_536, lua: "5.3" }));
}

/** With what `position` has learnt, also one that is still being trained. */
export function nativeDetector(position: FallPosition): DetectorHost {
  return {
    falls(samples) {
      const found: Found[] = [];
      let at = 0;
      const detector = fallDetector({ rateHz: COMMON_HZ, position }, (fall) => found.push({ ...fall, at }));
      const sample = new Int32Array(3);
      for (; 3 * at < samples.length; at++) {
        for (let axis = 0; axis < 3; axis++) sample[axis] = samples[3 * at + axis];
        detector.feed(sample, 1);
      }
      return found;
    },
    close() {},
  };
}

/** Samples a line: the emulated board takes a thousand characters. */
const SAMPLES = 100;

/** A bundle that answers lines: one that is empty resets the detector, any other holds samples and is answered with its falls. */
function hostOf(peer: { call(line: string): string; close(): void }): DetectorHost {
  return {
    falls(samples) {
      peer.call("");
      const found: Found[] = [];
      for (let from = 0; from < samples.length; from += 3 * SAMPLES) {
        const answer = peer.call(textOfWords(samples.subarray(from, from + 3 * SAMPLES)));
        for (const fall of answer.split(";").slice(0, -1)) {
          const [at, impactMg, confidence, agoMs, reason] = fall.split(",").map(Number);
          found.push({ at: from / 3 + at, impactMg, confidence, agoMs, reason });
        }
      }
      return found;
    },
    close: () => peer.close(),
  };
}
