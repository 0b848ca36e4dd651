/** The simulator's own boards on a bench: the native one and the board link behind an engine. */

import type { Hardware, Program } from "@songbai/sim/parts/hardware";
import { NO_RADIOS } from "../../support/no-radios.ts";
import type { Rig } from "./rig.ts";

const FLASH_BYTES = 65536;
const SECTOR_BYTES = 4096;
const SEND_MS = 50;
const SENSE_MS = 5;

export async function hardwareRig(start: (hardware: Hardware) => Program | Promise<Program>): Promise<Rig> {
  const log: [number, number][] = [];
  let now = 0;
  let buzzes = 0;
  let sampling = false;
  let due: { id: number; at: number; fire: () => void }[] = [];
  let requests = 1_000_000;
  let windowId = 0;
  const after = (id: number, ms: number, fire: () => void) => due.push({ id, at: now + ms, fire });
  const drop = (id: number) => {
    due = due.filter((timer) => timer.id !== id);
  };
  const hardware: Hardware = {
    uptimeMs: () => now,
    epochSeconds: () => 0,
    setTimer: (id, delayMs) => after(id, delayMs, () => program.timer(id)),
    cancelTimer: drop,
    transmit: () => after(requests++, SEND_MS, () => program.sent()),
    receive(_channel, timeoutMs) {
      windowId = requests++;
      after(windowId, timeoutMs, () => program.received(undefined));
    },
    sense: () => after(requests++, SENSE_MS, () => program.sensed(true)),
    programmed() {},
    erased() {},
    buzz(_onMs, _offMs, times) {
      buzzes += times;
    },
    startAccelerometer() {
      sampling = true;
    },
    stopAccelerometer() {
      sampling = false;
    },
    log: (event, value) => log.push([event, value]),
    ...NO_RADIOS,
  };
  const program = await start(hardware);
  program.boot({
    seed: 1,
    epochSeconds: 0,
    flash: new Uint8Array(FLASH_BYTES).fill(255),
    sectorBytes: SECTOR_BYTES,
    batteryPercent: 70,
  });
  return {
    axes: [1, 2, 3],
    pass(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at || a.id - b.id);
        if (next === undefined) break;
        now = next.at;
        drop(next.id);
        next.fire();
      }
      now = end;
    },
    feel(samples) {
      const clipped = samples.flat().map((mg) => Math.max(-4000, Math.min(4000, mg)));
      if (sampling) program.samples(Int32Array.from(clipped), samples.length);
    },
    press: (pressed) => program.button(pressed),
    hear(frame) {
      drop(windowId);
      program.received(Uint8Array.from(frame));
    },
    log: () => log,
    buzzes: () => buzzes,
    close: () => program.close?.(),
  };
}
