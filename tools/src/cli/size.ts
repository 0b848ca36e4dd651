/** songbai size: what in a device's bundle costs what, room by room. */
import type { Command } from "commander";
import { bundleFor } from "../board/build.ts";
import { boardNames, findBoard } from "../board/profile.ts";
import { type RoomCost, roomsOf } from "../board/rooms.ts";
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
    .addHelpText("after", "\nExample:\n  songbai size bracelet --board luatos-air780e")
    .action((name: string, options: SizeOptions) => size(name, options));
}

async function size(name: string, options: SizeOptions): Promise<void> {
  const device = findDevice(name);
  const { profile } = findBoard(options.board);
  const bundle = await bundleFor(device, profile);
  const rooms = await roomsOf(bundle);
  const bytes = Buffer.byteLength(bundle.code);
  if (options.json === true) {
    process.stdout.write(
      `${JSON.stringify({ device: device.name, board: profile.id, target: bundle.target, bytes, rooms })}\n`,
    );
    return;
  }
  const hasHeap = rooms.some(({ heapBytes }) => heapBytes !== undefined);
  process.stdout.write(`${device.name} for ${profile.id} (${bundle.target})\n\n`);
  process.stdout.write(`${"room".padEnd(24)} ${"bytes".padStart(8)}${hasHeap ? ` ${"heap".padStart(8)}` : ""}\n`);
  for (const room of [...rooms, totalOf(rooms)]) process.stdout.write(lineOf(room));
  if (hasHeap) {
    process.stdout.write(
      "\nheap: bytes after load on a 64-bit Lua 5.4; a 32-bit Lua 5.3 holds about as much. What the program makes when it boots comes on top.\n",
    );
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
