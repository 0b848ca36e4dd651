/** What a bundle's modules hold in the heap of reference-m4, as the board itself counts it. */
import { emulatedBoard } from "@songbai/sim/runtime/emulated/board";
import type { Bundle } from "../compile/bundle.ts";
import { layoutOf } from "../compile/lua/layout.ts";
import type { HeapByModule } from "./rooms.ts";

/** The board that is emulated here. */
export const MEASURED_BOARD = "reference-m4";

export interface BoardHeap extends HeapByModule {
  /** What the VM and its libraries hold before the bundle, and the measure itself: half a kilobyte. */
  readonly vmBytes: number;
}

/**
 * The bundle with a measure before its first line, behind its prelude and behind each module: what is alive, once garbage is collected.
 * At the end the exports of each module are let go, as they are when a bundle has run: what that frees is not its cost. Functions and
 * constants lie in flash. The board's allocator rounds each block up to 8 octets, which is not counted.
 *
 * Throws `InputError` when the board's firmware has not been built, and `DeviceFault` as the board does.
 */
export function heapOnBoard(bundle: Bundle, heapBytes: number): BoardHeap {
  const { prelude, modules } = layoutOf(bundle.code);
  const texts = modules.map(({ text }) => text);
  const letGo = modules.map(({ variable }) => `${variable} = nil\n`);
  const counts = countsBehind(["", prelude, ...texts, ...letGo], heapBytes);
  const added = (step: number) => (counts[step] ?? 0) - (counts[step - 1] ?? 0);
  return {
    vmBytes: counts[0] ?? 0,
    prelude: added(1),
    modules: texts.map((_, i) => added(2 + i) + added(2 + texts.length + i)),
  };
}

/** What is alive on the board behind each of the texts, octets. */
function countsBehind(texts: readonly string[], heapBytes: number): number[] {
  const measured = texts.map((text, i) => `${text}____measure(${i + 1})\n`).join("");
  const board = emulatedBoard({ name: "size", code: `${measureOf(texts.length)}${measured}${ANSWER}`, heapBytes });
  try {
    return texts.map((_, i) => Number(board.call(String(i + 1))));
  } finally {
    board.close();
  }
}

/** Its places are there before anything is measured, and what loading took and left has been collected. */
const measureOf = (places: number) => `local ____counts = { ${"0, ".repeat(places)} }
local function ____measure(place)
  collectgarbage()
  ____counts[place] = math.floor(collectgarbage("count") * 1024)
end
for _ = 1, 8 do ____measure(1) end
`;

/** Takes the place of the bundle's own `receive`. */
const ANSWER = `local ____receive = receive
function receive(place) return ____receive and string.format("%d", ____counts[place + 0]) end
`;
