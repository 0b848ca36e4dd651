import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Transcript } from "@songbai/sim/parts/transcript";
import { InputError } from "@songbai/sim/scenario/input-error";

/** Writes `transcript.cbor` and `result.json` to the folder of `--out`. Throws `InputError`. */
export function writeResult(folder: string, result: object, transcript: Transcript): void {
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "transcript.cbor"), transcript.bytes());
    writeFileSync(join(folder, "result.json"), `${JSON.stringify(result, null, 2)}\n`);
  } catch {
    throw new InputError(`The folder ${folder} of --out cannot be written; name one that can.`);
  }
}
