/** Programs that are counted by themselves on the emulated board. */
import { type EmulatedBoard, emulatedBoard } from "@songbai/sim/runtime/emulated/board";
import type { LuaVersion } from "@songbai/sim/runtime/emulated/firmware";

/** Instructions and octets by their names. */
export type Figures = Record<string, number>;

export interface Part {
  readonly name: string;
  /** The program. It answers each line, and those that mean nothing to it, by ".". */
  readonly source: string;
  /** `bench` makes a new board with the program; who takes one closes it. */
  readonly figures: (bench: () => Bench) => Figures;
}

export interface Bench {
  readonly call: (line: string) => void;
  /** Instructions of a line, above those of one that means nothing. */
  readonly cost: (line: string) => number;
  /** The same of its second call: all memory that it takes has been taken once, and none of it is garbage. */
  readonly settled: (line: string) => number;
  /** Octets that stay taken behind a line. */
  readonly heapOf: (line: string) => number;
  readonly close: () => void;
}

/** For parts that no program has all at once. */
const PARTS_BYTES = 96 * 1024;
const NOTHING = " ";

export function benchOf(name: string, code: string, lua: LuaVersion): Bench {
  const board = emulatedBoard({ name, code, heapBytes: PARTS_BYTES, lua });
  const idle = second(board, NOTHING);
  const call = (line: string) => {
    const answer = board.call(line);
    if (answer !== ".") throw new Error(`the program of the bench answered "${answer}"`);
  };
  return {
    call,
    cost(line) {
      call(line);
      return board.figures().instructions - idle;
    },
    settled: (line) => second(board, line) - idle,
    heapOf(line) {
      const before = board.figures(true).heapBytes;
      call(line);
      return board.figures(true).heapBytes - before;
    },
    close: board.close,
  };
}

function second(board: EmulatedBoard, line: string): number {
  board.call(line);
  board.figures(true);
  board.call(line);
  return board.figures().instructions;
}

/** What so many calls of a line cost together. */
export function costOf({ cost }: Bench, line: string, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += cost(line);
  return sum;
}
