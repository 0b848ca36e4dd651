import { describe, expect, it } from "@jest/globals";
import { linkedRuntime } from "@songbai/sim/runtime/linked";
import { type NativeProgram, nativeRuntime } from "@songbai/sim/runtime/native";
import { createVm, type VmKind } from "@songbai/sim/runtime/vm";
import { type Capability, findBoard } from "@songbai/tools/board/profile";
import { compile } from "@songbai/tools/compile/compile";
import { hardwareRig } from "./contract/hardware-rig.ts";
import { portRig } from "./contract/port-rig.ts";
import { PRESSED, PROMISES, SAMPLE } from "./contract/promises.ts";
import type { Rig } from "./contract/rig.ts";

const PROGRAM = "tests/board/contract/program.ts";
const LINK = "tests/board/contract/link.ts";

async function nativeRig(): Promise<Rig> {
  const { code } = compile({ entryFile: PROGRAM, target: "native" });
  const { program } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { program: NativeProgram };
  return hardwareRig((hardware) => nativeRuntime(program, hardware));
}

async function linkRig(kind: VmKind): Promise<Rig> {
  const { code } = compile({ entryFile: LINK, target: kind === "lua54" ? "lua53" : kind });
  return hardwareRig(async (hardware) => linkedRuntime(await createVm(kind, { name: "contract", code }), hardware));
}

/** The board, and its bench. */
const BOARDS: readonly (readonly [name: string, board: string, rig: () => Promise<Rig>])[] = [
  ["the simulator's native board", "simulator", nativeRig],
  ["the board link on Lua 5.1", "simulator", () => linkRig("lua51")],
  ["the board link on Lua 5.3", "simulator", () => linkRig("lua53")],
  ["the board link on Lua 5.4", "simulator", () => linkRig("lua54")],
  ["the board link on an ES5 engine", "simulator", () => linkRig("js")],
  port("nodemcu-esp8266", "lua51", ["bench.lua", "nodemcu.lua", "nodemcu-esp8266.lua"]),
  port("nodemcu-esp32", "lua53", ["bench.lua", "nodemcu.lua", "nodemcu-esp32.lua"]),
  port("luatos-air780e", "lua53", ["bench.lua", "luatos-air780e.lua"]),
  port("espruino-bangle2", "js", ["espruino-bangle2.js"]),
];

function port(board: string, kind: VmKind, fakes: string[]): readonly [string, string, () => Promise<Rig>] {
  return [`the port ${board}`, board, () => portRig(board, kind, fakes, { entryFile: PROGRAM })];
}

/** In the axes of the part, mg. The fourth leaves the range of 4 g. */
const FELT: readonly (readonly [number, number, number])[] = [
  [1000, 0, -200],
  [-40, 2000, 8],
  [0, 0, 1000],
  [9000, -9000, 20],
  [600, -600, 200],
];
/** Parts and firmware round to their digit: 2 mg at 4 g. */
const DIGIT_MG = 2;

describe.each(BOARDS)("%s keeps the promises of Board", (_, boardName, makeRig) => {
  const capabilities = findBoard(boardName).profile.capabilities;
  const has = (capability: Capability) => capabilities.includes(capability);

  it("each of them, and no motion, press or frame is lost", async () => {
    const rig = await makeRig();
    const valuesOf = (event: number) => rig.log().flatMap(([logged, value]) => (logged === event ? [value] : []));
    rig.pass(1000);
    rig.feel(FELT);
    rig.feel(FELT); // after stop: felt by no one
    rig.press(true);
    rig.pass(100);
    rig.press(false);
    rig.pass(100);
    rig.hear([1, 128, 255]);
    rig.pass(5000);

    const broken = PROMISES.filter(
      ({ by, number }) => has(by) && !(valuesOf(number).length > 0 && valuesOf(number).every((v) => v === 1)),
    );
    expect(broken.map(({ by, says }) => `${by}: ${says}`)).toEqual([]);
    if (has("accelerometer")) {
      const expected = FELT.flatMap((sample) =>
        rig.axes.map((axis) => Math.max(-4000, Math.min(4000, Math.sign(axis) * (sample[Math.abs(axis) - 1] as number)))),
      );
      const samples = valuesOf(SAMPLE);
      expect(samples).toHaveLength(expected.length);
      samples.forEach((mg, i) => {
        expect(Math.abs(mg - (expected[i] as number))).toBeLessThanOrEqual(DIGIT_MG);
        expect(Math.abs(mg)).toBeLessThanOrEqual(4000);
      });
    }
    if (has("button")) expect(valuesOf(PRESSED)).toEqual([1, 0]);
    if (has("haptic")) expect(rig.buzzes()).toBe(3);
    rig.close();
  });
});
