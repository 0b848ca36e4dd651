/** What a bundle is made of, room by room: octets of its text, and the Lua heap that its functions and constants hold. */
import { createVm } from "@songbai/sim/runtime/vm";
import type { Bundle } from "../compile/bundle.ts";
import { layoutOf } from "../compile/lua/layout.ts";

export interface RoomCost {
  /** A folder of `sdk/src`, such as `sdk/crypto`, or the device's own folder. */
  readonly room: string;
  readonly bytes: number;
  readonly heapBytes?: number;
}

/** Octets of heap after load: what comes before the modules, and each module of the bundle. */
export interface HeapByModule {
  readonly prelude: number;
  readonly modules: readonly number[];
}

/** The rooms, the largest first. What belongs to none, such as the helpers that come first, is `prelude`. */
export function roomsOf(bundle: Bundle, heaps?: HeapByModule): RoomCost[] {
  const rooms = new Map<string, { bytes: number; heapBytes: number }>();
  const add = (room: string, bytes: number, heapBytes: number) => {
    const sum = rooms.get(room) ?? { bytes: 0, heapBytes: 0 };
    rooms.set(room, { bytes: sum.bytes + bytes, heapBytes: sum.heapBytes + heapBytes });
  };
  bundle.modules.forEach(({ file, bytes }, i) => {
    add(roomOf(file), bytes, heaps?.modules[i] ?? 0);
  });
  const inModules = bundle.modules.reduce((sum, { bytes }) => sum + bytes, 0);
  add("prelude", Buffer.byteLength(bundle.code) - inModules, heaps?.prelude ?? 0);
  return [...rooms]
    .map(([room, { bytes, heapBytes }]) => ({ room, bytes, ...(heaps === undefined ? {} : { heapBytes }) }))
    .sort((a, b) => b.bytes - a.bytes || (a.room < b.room ? -1 : 1));
}

function roomOf(file: string): string {
  const sdk = /(?:^|\/)sdk\/src\/([^/]+)\//.exec(file);
  return sdk === null ? file.split("/").slice(0, -1).join("/") : `sdk/${sdk[1]}`;
}

/**
 * What the whole bundle holds once it has run, without the engine's own libraries, in octets of a 64-bit Lua 5.4. A 32-bit Lua 5.3 holds
 * about as much: its pointers are half as long, its line numbers four times. The bracelet with the link: 128 kB here, 129 kB beside the
 * libraries on reference-m4 (`npm run bench:board`, "heap after load from source").
 */
export async function heapAfterLoad(bundle: Bundle): Promise<number> {
  return heapOf(`${bundle.code}\nlocal held = receive or program\nfunction receive() return held and "" end\n`);
}

/** Heap with the first module alone, with the first two, and so on: what each one adds. Its exports are held, as others would. */
export async function heapByModule({ code }: Bundle): Promise<HeapByModule> {
  const { prelude, modules } = layoutOf(code);
  const upTo: number[] = [];
  for (let count = 0; count <= modules.length; count++) {
    const present = modules.slice(0, count);
    const text = [prelude, ...present.map(({ text }) => text)].join("").replace(/^(?:receive|program)=.*\n$/m, "");
    const held = present.map(({ variable }) => variable).join(", ");
    upTo.push(await heapOf(`${text}local held = { ${held} }\nfunction receive() return held and "" end\n`));
  }
  return { prelude: upTo[0] ?? 0, modules: modules.map((_, i) => (upTo[i + 1] ?? 0) - (upTo[i] ?? 0)) };
}

async function heapOf(code: string): Promise<number> {
  const vm = await createVm("lua54", { name: "size", code });
  const bytes = vm.heapBytes?.() ?? 0;
  vm.close();
  return bytes;
}
