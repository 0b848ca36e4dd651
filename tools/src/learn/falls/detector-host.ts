/** The SDK's fall detector, here in this process or as the bundle of a device on one of its runtimes. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Fall, fallDetector } from "@songbai/sdk/sensing/fall/detector";
import type { FallPosition } from "@songbai/sdk/sensing/fall/position";
import { COMMON_HZ } from "../sense/part.ts";
import { type LineProgram, programOn } from "../sense/runtimes.ts";
import { textOfWords } from "../words.ts";
import { fallProgram } from "./fall-program.ts";
import { learntAt } from "./positions.ts";
import type { PositionName } from "./recordings/datasets.ts";

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

/** Throws `InputError` for a runtime that there is not. */
export async function detectorOn(runtime: string, position: PositionName): Promise<DetectorHost> {
  if (runtime === "native") return nativeDetector(learntAt(position));
  const entryFile = join(fileURLToPath(import.meta.url), "../fall-program.ts");
  return hostOf(await programOn(runtime, "falls", { entryFile, entrySource: fallProgram(position) }));
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
function hostOf(peer: LineProgram): DetectorHost {
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
