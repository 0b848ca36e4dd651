/** songbai size: what in a device's bundle costs what, room by room. */
import { InputError } from "@songbai/sim/scenario/input-error";
import type { Command } from "commander";
import { artefactsOf } from "../board/artefacts.ts";
import { heapOnBoard, MEASURED_BOARD } from "../board/board-heap.ts";
import { bundleFor } from "../board/build.ts";
import { boardNames, findBoard, type Profile } from "../board/profile.ts";
import { type HeapByModule, heapByModule, type RoomCost, roomsOf } from "../board/rooms.ts";
import type { Bundle } from "../compile/bundle.ts";
import { deviceNames, findDevice } from "./find-device.ts";

interface SizeOptions {
  board: string;
  json?: boolean;
}

export function addSize(program: Command): void {
  program
    .command("size")
    .description("show what in a device's bundle costs what: octets and Lua heap by room")
    .argument("<device>", `one of ${deviceNames().join(", ")}, or a folder with main.ts and manifest.json`)
    .option("--board <name>", `the bundle of ${boardNames().join(", ")}, or of a folder with profile.json`, "luatos-air780e")
    .option("--json", "print one JSON object and nothing else")
    .addHelpText(
      "after",
      "\nExample:\n  songbai size bracelet --board luatos-air780e\n  songbai size bracelet --board reference-m4",
    )
    .action((name: string, options: SizeOptions) => size(name, options));
}

async function size(name: string, options: SizeOptions): Promise<void> {
  const device = findDevice(name);
  const board = findBoard(options.board);
  const { profile } = board;
  const bundle = await bundleFor(device, profile);
  const { heaps, says } = await heapOf(bundle, profile);
  const rooms = roomsOf(bundle, heaps);
  const bytes = Buffer.byteLength(bundle.code);
  const files = artefactsOf(device.name, board, bundle).map(({ name, bytes }) => ({ name, bytes }));
  if (options.json === true) {
    const heap = says === undefined ? {} : { heap: says };
    process.stdout.write(
      `${JSON.stringify({ device: device.name, board: profile.id, target: bundle.target, bytes, ...heap, rooms, files })}\n`,
    );
    return;
  }
  process.stdout.write(`${device.name} for ${profile.id} (${bundle.target})\n\n`);
  process.stdout.write(`${"room".padEnd(24)} ${"bytes".padStart(8)}${heaps === undefined ? "" : ` ${"heap".padStart(8)}`}\n`);
  for (const room of [...rooms, totalOf(rooms)]) process.stdout.write(lineOf(room));
  process.stdout.write(`\n${"file".padEnd(24)} ${"bytes".padStart(8)}\n`);
  for (const { name, bytes } of files) process.stdout.write(`${name.padEnd(24)} ${String(bytes).padStart(8)}\n`);
  if (says !== undefined) process.stdout.write(`\nheap: ${says}\n`);
}

interface Heap {
  readonly heaps?: HeapByModule;
  /** What the figures are, or why there are none. */
  readonly says?: string;
}

const BOOT = "What the program makes when it boots comes on top.";

async function heapOf(bundle: Bundle, { id, memory }: Profile): Promise<Heap> {
  if (id === MEASURED_BOARD) return heapMeasured(bundle, memory.ramBytes?.value ?? 0);
  if (bundle.target !== "lua53") return {};
  return {
    heaps: await heapByModule(bundle),
    says: `bytes after load on a 64-bit Lua 5.4; a 32-bit Lua 5.3 holds about as much. ${BOOT}`,
  };
}

function heapMeasured(bundle: Bundle, ramBytes: number): Heap {
  try {
    const heaps = heapOnBoard(bundle, ramBytes);
    return {
      heaps,
      says: `bytes after load, measured on ${MEASURED_BOARD}, where functions lie in flash; its Lua holds about ${Math.round(heaps.vmBytes / 1000)} kB before. ${BOOT}`,
    };
  } catch (error) {
    if (error instanceof InputError) return { says: error.message };
    throw error;
  }
}

function totalOf(rooms: readonly RoomCost[]): RoomCost {
  const bytes = rooms.reduce((sum, room) => sum + room.bytes, 0);
  const heaps = rooms.flatMap(({ heapBytes }) => heapBytes ?? []);
  return { room: "all", bytes, ...(heaps.length === 0 ? {} : { heapBytes: heaps.reduce((sum, heap) => sum + heap, 0) }) };
}

function lineOf({ room, bytes, heapBytes }: RoomCost): string {
  const heap = heapBytes === undefined ? "" : ` ${String(heapBytes).padStart(8)}`;
  return `${room.padEnd(24)} ${String(bytes).padStart(8)}${heap}\n`;
}
