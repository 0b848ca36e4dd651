/** What the board counts of a device's whole program: loading it, and a scenario in which its wearer calls for help. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { emulatedBoard } from "@songbai/sim/runtime/emulated/board";
import type { LuaVersion } from "@songbai/sim/runtime/emulated/firmware";
import { linkedRuntime } from "@songbai/sim/runtime/linked";
import { readScenario } from "@songbai/sim/scenario/scenario";
import { type BoardProfile, simulate } from "@songbai/sim/scenario/simulate";
import type { FoundDevice } from "../cli/find-device.ts";
import { linkEntry } from "../cli/runtimes.ts";
import { compiled } from "../compile/compiled.ts";
import { demoHub } from "../hub/hub.ts";
import { demoCredentials, identityOf } from "../provision/demo.ts";
import type { Figures } from "./board-part.ts";

const SEED = 1;
/** A source takes more RAM to compile than the board has: the second machine has it. */
const AMPLE_BYTES = 512 * 1024;

const require = createRequire(import.meta.url);

/** `heapBytes`: what a script may take on the board. */
export async function programFigures(device: FoundDevice, lua: LuaVersion, heapBytes: number): Promise<Figures> {
  const figures: Figures = {};
  const { code } = await compiled({
    entryFile: join(device.folder, "songbai-entry.ts"),
    entrySource: linkEntry(device.manifest),
    target: "lua53",
  });
  const source = emulatedBoard({ name: device.name, code, heapBytes: AMPLE_BYTES, lua, machine: "mps2-an386" });
  figures["heap after load from source, bytes"] = source.figures().loadedBytes;
  figures["heap at peak, loading from source, bytes"] = source.figures().peakHeapBytes;
  source.close();

  const board = emulatedBoard({ name: device.name, code, heapBytes, lua, wire: "streams" });
  figures["instructions to load"] = board.figures().instructions;
  figures["heap after load, bytes"] = board.figures().loadedBytes;
  let batches = 0;
  let instructions = 0;
  const counting = {
    ...board,
    call(line: string) {
      const answer = board.call(line);
      if (line.startsWith("A")) {
        batches++;
        instructions += board.figures().instructions;
      }
      return answer;
    },
  };
  const credentials = demoCredentials(SEED, device.name);
  const result = await simulate({
    scenario: readScenario("sos"),
    seed: SEED,
    profile: require("@songbai/board-profiles/simulator/profile.json") as BoardProfile,
    identity: identityOf(credentials),
    start: (hardware) => linkedRuntime(counting, hardware),
    server: demoHub(credentials, device.manifest.bearers.lorawan?.subBand ?? 0, () => {}),
  });
  figures["instructions a sample"] = Math.round(
    instructions / batches / (device.manifest.sensors.accelerometer?.watermark ?? 1),
  );
  figures["heap after boot, bytes"] = result.heap.afterBootBytes ?? 0;
  figures["heap at peak, bytes"] = result.heap.peakBytes ?? 0;
  return figures;
}
