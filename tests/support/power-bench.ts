/**
 * A device program on mps2-an386, whose flash is a file of the host, and power that goes while it works. Beside it runs a twin: the
 * same program in the host's process, on a copy of the same cells. What the twin does is what the board is held to, and what it
 * programs and erases is what the board was about to when its power went.
 */

import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "@jest/globals";
import type { Hardware, Program } from "@songbai/sim/parts/hardware";
import { emulatedBoard } from "@songbai/sim/runtime/emulated/board";
import { FLASH_BYTES } from "@songbai/sim/runtime/emulated/qemu";
import { BoardSilent, type Port } from "@songbai/sim/runtime/emulated/wire";
import { DeviceFault } from "@songbai/sim/runtime/fault";
import { linkedRuntime } from "@songbai/sim/runtime/linked";
import { type NativeProgram, nativeRuntime } from "@songbai/sim/runtime/native";
import { compile } from "@songbai/tools/compile/compile";
import { NO_RADIOS } from "./no-radios.ts";
import { blankImage } from "./nor-part.ts";
import type { Change } from "./torn.ts";

const HEAP_BYTES = 196_608;
const SECTOR_BYTES = 4096;
/** What the firmware exits with when its power goes. */
const CUT = 77;

/** What a program did in one event. */
export interface Done {
  readonly log: readonly (readonly [event: number, value: number])[];
  readonly changes: readonly Change[];
}

/** Something that happens to a program; `flash` is what it boots with. */
export type Event = (program: Program, flash: Uint8Array) => void;

export const powerOnEvent: Event = (program, flash) =>
  program.boot({ seed: 1, epochSeconds: 0, flash, sectorBytes: SECTOR_BYTES, batteryPercent: 70 });

/** The program under power: it has not booted yet. */
export interface Powered {
  /** On the board and its twin, which must do the same. */
  readonly does: (event: Event) => Done;
  /** The same, to learn when the event changes the flash: instructions since it began, from and to. */
  readonly rehearse: (event: Event) => readonly (readonly [number, number])[];
  /** Power goes so many instructions into the event. Answers what the twin did, and whether the board came to the event's end. */
  readonly doesUntil: (event: Event, instructions: number) => Promise<{ readonly twin: Done; readonly ended: boolean }>;
  /** The emulator is killed so long after it was told of the event; answers what the twin did. */
  readonly doesUntilKilled: (event: Event, milliseconds: number) => Promise<Done>;
  readonly off: () => Promise<void>;
}

export interface PowerBench {
  readonly powerOn: () => Powered;
  /** What the flash holds, while power is off. */
  readonly cells: () => Buffer;
  readonly restore: (cells: Uint8Array) => void;
  readonly close: () => void;
}

/** `program` exports `program`, a device program; `link` has it behind the board link. Paths from the root of the checkout. */
export async function powerBench(program: string, link: string): Promise<PowerBench> {
  const native = compile({ entryFile: program, target: "native" }).code;
  const twinProgram = ((await import(`data:text/javascript,${encodeURIComponent(native)}`)) as { program: NativeProgram })
    .program;
  const { code } = compile({ entryFile: link, target: "lua53" });
  const folder = mkdtempSync(join(tmpdir(), "songbai-power-"));
  const file = join(folder, "cells");

  function cells(): Buffer {
    const octets = Buffer.alloc(FLASH_BYTES);
    const descriptor = openSync(file, "r");
    readSync(descriptor, octets, 0, FLASH_BYTES, 0);
    closeSync(descriptor);
    return octets;
  }

  function restore(octets: Uint8Array): void {
    const descriptor = openSync(file, "r+");
    writeSync(descriptor, octets, 0, FLASH_BYTES, 0);
    closeSync(descriptor);
  }

  function powerOn(): Powered {
    let killAfterMs: number | undefined;
    const killable = (port: Port): Port => ({
      write: port.write,
      read(timeoutMs) {
        if (killAfterMs === undefined) return port.read(timeoutMs);
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, killAfterMs);
        peer.close();
        throw new BoardSilent();
      },
    });
    const peer = emulatedBoard({
      ...{ name: "power", code, heapBytes: HEAP_BYTES, machine: "mps2-an386", wire: "streams", cells: file },
      between: killable,
    });
    const board = witness((hardware) => linkedRuntime(peer, hardware), blankImage(FLASH_BYTES / SECTOR_BYTES, SECTOR_BYTES));
    const twin = witness((hardware) => nativeRuntime(twinProgram, hardware), cells());

    /** A process that was killed may still be writing until it has ended. */
    async function off(): Promise<void> {
      peer.close();
      await peer.ended;
    }

    /** Answers whether the board came to the event's end. */
    function tried(event: Event): boolean {
      try {
        board(event);
        return true;
      } catch (error) {
        if (error instanceof DeviceFault) return false;
        throw error;
      }
    }

    function does(event: Event): Done {
      const done = board(event);
      expect(done).toEqual(twin(event));
      return done;
    }

    /** Collects garbage, so that an event takes as long after many others as after none. */
    const collect = () => peer.figures(true);

    return {
      does,
      rehearse(event) {
        collect();
        does(event);
        return peer.flashChanges();
      },
      async doesUntil(event, instructions) {
        collect();
        peer.cutPower(instructions);
        const ended = tried(event);
        if (ended) await off();
        else expect(await peer.ended).toBe(CUT);
        peer.close();
        return { twin: twin(event), ended };
      },
      async doesUntilKilled(event, milliseconds) {
        killAfterMs = milliseconds;
        expect(tried(event)).toBe(false);
        await off();
        return twin(event);
      },
      off,
    };
  }

  return { powerOn, cells, restore, close: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A program whose doings are noted. */
function witness(start: (hardware: Hardware) => Program, flash: Uint8Array): (event: Event) => Done {
  let log: [number, number][] = [];
  let changes: Change[] = [];

  function change(kind: Change["kind"], address: number, octets: Uint8Array): void {
    // A copy: what a Buffer calls a slice is a view.
    changes.push({ kind, address, octets: Uint8Array.from(octets) });
  }

  const program = start({
    uptimeMs: () => 0,
    epochSeconds: () => 0,
    setTimer() {},
    cancelTimer() {},
    transmit() {},
    receive() {},
    sense() {},
    programmed: (address, octets) => change("program", address, octets),
    erased: (sector) => change("erase", sector * SECTOR_BYTES, blankImage(1, SECTOR_BYTES)),
    buzz() {},
    startAccelerometer() {},
    stopAccelerometer() {},
    log: (event, value) => log.push([event, value]),
    ...NO_RADIOS,
  });
  return (event) => {
    log = [];
    changes = [];
    event(program, flash);
    return { log, changes };
  };
}
