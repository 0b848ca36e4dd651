/**
 * npm run bench:board: what the bracelet costs on the emulated Cortex-M4, in processor instructions and octets of heap. Compared
 * with board-profiles/reference-m4/baseline.json; more than 3 % worse is a failure. `-- --write` makes the figures the baseline.
 *
 * Instructions are counted on the board, around each event: the same input gives the same count.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { LuaVersion } from "@songbai/sim/runtime/emulated/firmware";
import { type FoundDevice, findDevice } from "../cli/find-device.ts";
import { sentenceOf } from "../cli/sentence.ts";
import { compiled } from "../compile/compiled.ts";
import { ACTIVITY } from "./activity-parts.ts";
import { benchOf, type Figures, type Part } from "./board-part.ts";
import { CRYPTO } from "./crypto-parts.ts";
import { FALL } from "./fall-parts.ts";
import { GAIT } from "./gait-parts.ts";
import { HEART } from "./heart-parts.ts";
import { HOME } from "./home-parts.ts";
import { MAC } from "./mac-parts.ts";
import { programFigures } from "./program-figures.ts";
import { PULSE } from "./pulse-parts.ts";
import { RADIO } from "./radio-parts.ts";
import { RECORD } from "./record-parts.ts";
import { WEARABLE } from "./wearable-parts.ts";

const GATE = 0.03;

const require = createRequire(import.meta.url);
const BASELINE = require.resolve("@songbai/board-profiles/reference-m4/baseline.json");
const { memory } = require("@songbai/board-profiles/reference-m4/profile.json") as {
  readonly memory: { readonly scriptHeapBytes: { readonly value: number } };
};

const LIMITS: Record<string, string> = {
  "instructions a sample": "5,000, aim 2,500",
  "instructions a sealed record": "500,000",
  "heap at peak, bytes": "65,536, aim 49,152",
  "instructions a sample, detector at 25 Hz": "2,500",
  "instructions at a fall decision": "300,000",
  "heap of the fall detector, bytes": "8,192",
  "instructions a 25 Hz sample, all senses, walking": "6,000",
  "instructions a 25 Hz sample, all senses, walking, the heart in step with the arm": "6,000",
  "instructions a 25 Hz sample, all senses, walking, first half minute of light": "6,000",
  "instructions a 25 Hz sample, all senses, still": "6,000",
  "instructions a 25 Hz sample, all senses, still, noise over the beats": "6,000",
  "instructions a 25 Hz sample, all senses, walking, light 24 s in 120": "6,000",
  "heap of all senses, bytes": "20,480",
  "instructions a 100 Hz sample of a foot sensor, mean over a walk": "2,500",
  "instructions a 100 Hz sample of an insole of 8 cells, mean over a walk": "2,500",
};

/** In the order of the rows. */
const PARTS: readonly Part[] = [RECORD, ...CRYPTO, MAC, FALL, ACTIVITY, HEART, PULSE, GAIT, HOME, WEARABLE, RADIO];

async function figuresOf(device: FoundDevice, lua: LuaVersion): Promise<Figures> {
  const figures: Figures = {};
  for (const { name, source, figures: counted } of PARTS) {
    const entryFile = join(device.folder, `${name}-bench-entry.ts`);
    const { code } = await compiled({ entryFile, entrySource: source, target: "lua53" });
    Object.assign(
      figures,
      counted(() => benchOf(name, code, lua)),
    );
  }
  return Object.assign(figures, await programFigures(device, lua, memory.scriptHeapBytes.value));
}

async function main(): Promise<number> {
  const device = findDevice("bracelet");
  const measured = { "5.3": await figuresOf(device, "5.3"), "5.4": await figuresOf(device, "5.4") };
  if (process.argv.includes("--write")) writeFileSync(BASELINE, `${JSON.stringify(measured, null, 2)}\n`);
  const baseline = JSON.parse(readFileSync(BASELINE, "utf8")) as Record<string, Figures | undefined>;
  let worse = 0;
  for (const [lua, figures] of Object.entries(measured)) {
    console.log(`\nreference-m4, Lua ${lua}, ${memory.scriptHeapBytes.value.toLocaleString("en-US")} bytes of heap`);
    for (const [name, value] of Object.entries(figures)) {
      const before = baseline[lua]?.[name];
      const change = before === undefined ? Number.NaN : value / before - 1;
      // A figure that nobody has written down fails as well.
      const fails = !(change <= GATE);
      if (fails) worse++;
      const percent = before === undefined ? "new" : `${change < 0 ? "" : "+"}${(100 * change).toFixed(1)} %`;
      const limit = LIMITS[name] === undefined ? "" : `limit ${LIMITS[name]}`;
      const row = [name.padEnd(42), value.toLocaleString("en-US").padStart(10), percent.padStart(9), fails ? "WORSE" : "     "];
      console.log(`  ${row.join("  ")}  ${limit}`.trimEnd());
    }
  }
  if (worse > 0) console.log(`\n${worse} figures are more than 3 % worse than baseline.json, or not in it.`);
  return worse > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const { sentence, status } = sentenceOf(error);
  console.error(sentence);
  process.exitCode = status;
}
