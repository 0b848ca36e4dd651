import { describe, expect, it } from "@jest/globals";
import { BUSY } from "@songbai/sdk/lang/result";
import { emulatedBoard } from "@songbai/sim/runtime/emulated/board";
import { compile } from "@songbai/tools/compile/compile";
import { answersOnBoard, BOARD_LUAS } from "../support/on-board.ts";
import { randomSource } from "../support/random.ts";
import { ed25519Tasks, fieldTasks, scalarTasks, sha512Task, VECTORS, x25519Task } from "./curve-peer.ts";
import { linesOf, wrong } from "./vectors.ts";

const PROGRAM = "tests/crypto/curve-program.ts";
const LONGEST_LINE = 1000;
const HEAP_BYTES = 49_152;
/** Of a slice, in `sdk/src/crypto/ed25519.ts` and `x25519.ts`. */
const SLICE_INSTRUCTIONS = 8_000_000;

describe.each(BOARD_LUAS)("curve25519 on the emulated Cortex-M4, Lua %s", (lua) => {
  it("computes every published vector that fits a line, and agrees with Node's OpenSSL on random input", () => {
    const random = randomSource(13);
    const tasks = [
      ...Object.values(VECTORS).flat(),
      ...fieldTasks(random, 20),
      ...scalarTasks(random, 20),
      ...Array.from({ length: 20 }, () => sha512Task(random)),
      x25519Task(random),
      ...ed25519Tasks(random),
    ].filter(({ line }) => line.length <= LONGEST_LINE);
    expect(wrong(tasks, answersOnBoard(lua, PROGRAM, linesOf(tasks)))).toEqual([]);
  }, 400_000);

  it("no slice takes longer than its comment says, and all memory comes back", () => {
    const { code } = compile({ entryFile: PROGRAM, target: "lua53" });
    const board = emulatedBoard({ name: "test", code, heapBytes: HEAP_BYTES, lua });
    board.call("next");
    const before = board.figures(true).heapBytes;
    const [sign, verify] = VECTORS.ed25519.slice(1, 3);
    for (const { line, answer } of [VECTORS.x25519[0], sign, verify]) {
      board.call(`begin ${line}`);
      let answered = "";
      do {
        expect(board.figures().instructions).toBeLessThan(SLICE_INSTRUCTIONS);
        answered = board.call("next");
      } while (answered === `${BUSY} -`);
      expect(answered).toBe(answer);
    }
    expect(board.figures(true).heapBytes - before).toBeLessThan(1000);
    board.close();
  }, 400_000);
});
