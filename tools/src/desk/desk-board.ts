/**
 * The desk board: the simulator's board with an accelerometer, a button and a motor that lie on the desk. Its radio stays the
 * simulator's, with the hub behind it, for Firmata has none.
 */
import { randomInt } from "node:crypto";
import { bleAir } from "@songbai/sim/air/ble/air";
import type { NetworkServer, UplinkOutcome } from "@songbai/sim/air/gateway";
import { loraSite } from "@songbai/sim/air/lora-site";
import type { Agenda } from "@songbai/sim/clock/agenda";
import { stream } from "@songbai/sim/clock/seed";
import type { Hardware, Program } from "@songbai/sim/parts/hardware";
import type { PowerModel } from "@songbai/sim/parts/power";
import type { Transcript } from "@songbai/sim/parts/transcript";
import { virtualBoard } from "@songbai/sim/parts/virtual-board";
import { type Fifo, fifo } from "./fifo.ts";
import type { FlashFile } from "./flash-file.ts";
import { hapticPattern } from "./haptic.ts";
import type { Parts, Wiring } from "./parts.ts";

const AIR = { distanceM: 100, loss: 0, corruption: 0 };

export interface DeskProfile extends Wiring {
  readonly flash: { readonly sizeBytes: number; readonly sectorBytes: number };
}

export interface DeskBoardOptions {
  readonly agenda: Agenda;
  readonly profile: DeskProfile;
  readonly flash: FlashFile;
  /** The simulated radio draws from it; nobody is told what. */
  readonly power: PowerModel;
  readonly server: NetworkServer;
  readonly transcript: Transcript;
  readonly watch: {
    log(event: number, value: number): void;
    uplink(outcome: UplinkOutcome | undefined): void;
    samples(values: Int32Array, count: number): void;
  };
}

export interface DeskBoard {
  powerOn(start: (hardware: Hardware) => Program): void;
  powerOff(): void;
  /** The octets of a reading came; answers whether they are one that was asked for. */
  reading(octets: readonly number[]): boolean;
  /** The button reports; it may repeat itself. */
  button(pressed: boolean): void;
  readonly sampling: () => boolean;
  readonly flashUse: () => { readonly programmedBytes: number; readonly erases: number };
}

export function deskBoard(parts: Parts, options: DeskBoardOptions): DeskBoard {
  const { agenda, profile, flash, watch } = options;
  const simulated = virtualBoard({
    agenda,
    // What the simulator's own accelerometer feels: nothing.
    motion: { fill: () => 0 },
    lora: loraSite(agenda, 0, AIR, options.server),
    // Nobody is on this air.
    bleAir: bleAir(agenda, { loss: 0 }, stream(0, "ble")),
    transcript: options.transcript,
    power: options.power,
    flash: profile.flash,
    identity: flash.image,
    runSeed: randomInt(2 ** 31),
    startEpochS: Math.floor(Date.now() / 1000),
    batteryPercent: 100,
    watch: { log: watch.log, uplink: watch.uplink, buzz() {} },
  });
  const play = hapticPattern(agenda, parts.vibrate);
  let program: Program | undefined;
  let samples: Fifo | undefined;
  let pressed = false;

  const hardware: Hardware = {
    ...simulated.hardware,
    programmed(address, octets) {
      simulated.hardware.programmed(address, octets);
      flash.programmed(address, octets);
    },
    erased(sector) {
      simulated.hardware.erased(sector);
      flash.erased(sector);
    },
    buzz(onMs, offMs, times) {
      simulated.hardware.buzz(onMs, offMs, times);
      play(onMs, offMs, times);
    },
    startAccelerometer(rateHz, rangeG, watermark) {
      simulated.hardware.startAccelerometer(rateHz, rangeG, watermark);
      samples = fifo({ rangeG, watermark }, profile.accelerometer.axes, (values, count) => {
        watch.samples(values, count);
        program?.samples(values, count);
      });
      parts.sample(rateHz, rangeG);
    },
    stopAccelerometer() {
      simulated.hardware.stopAccelerometer();
      samples = undefined;
      parts.stopSampling();
    },
  };

  return {
    powerOn(start) {
      program = start(hardware);
      simulated.powerOn(program);
    },
    powerOff: () => simulated.powerOff(),
    reading: (octets) => samples?.put(octets) ?? false,
    button(now) {
      if (now !== pressed) simulated.press(now);
      pressed = now;
    },
    sampling: () => samples !== undefined,
    flashUse: () => simulated.flashUse(),
  };
}
