/** What devices need of a heap: the emulated board gets that much, and no octet more. */
import { expect, it } from "@jest/globals";
import { type EmulatedBoard, emulatedBoard } from "@songbai/sim/runtime/emulated/board";
import { linkedRuntime } from "@songbai/sim/runtime/linked";
import { bundleFor } from "@songbai/tools/board/build";
import { findBoard } from "@songbai/tools/board/profile";
import { findDevice } from "@songbai/tools/cli/find-device";
import { runScenario } from "../support/simulation.ts";

const KIB = 1024;

it.each([
  // Of the 64 that a script gets.
  ["bracelet", "bad-air", "5.3", 58],
  ["bracelet", "bad-air", "5.4", 62],
  ["watch", "walk-without-phone", "5.3", 64],
  ["watch", "out-of-coverage", "5.3", 64],
] as const)(
  "the %s goes through %s with the digest of native, on Lua %s with a heap of %d KiB",
  async (name, scenario, lua, kib) => {
    const native = await runScenario(scenario);
    const { code } = await bundleFor(findDevice(name), findBoard("reference-m4").profile);
    let board: EmulatedBoard | undefined;
    const run = await runScenario(scenario, {
      start: (hardware) => {
        // A device that restarts gets a board that has just been put under power.
        board?.close();
        board = emulatedBoard({ name, code, heapBytes: kib * KIB, lua, wire: "streams" });
        return linkedRuntime(board, hardware);
      },
    });
    board?.close();
    expect(run.transcript.digest()).toBe(native.transcript.digest());
    expect(run.violations).toEqual([]);
  },
  300_000,
);
