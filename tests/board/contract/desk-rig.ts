/** The desk board on a bench: johnny-five and our Firmata peer at the two ends of a stream, in a time of their own. */
import type { NativeProgram } from "@songbai/sim/runtime/native";
import { findBoard } from "@songbai/tools/board/profile";
import { wiringOf } from "@songbai/tools/desk/command";
import { flashFile } from "@songbai/tools/desk/flash-file";
import { startOf } from "@songbai/tools/desk/program";
import { runOnDesk } from "@songbai/tools/desk/run-on-desk";
import { deskTime, octetsArrive, TURN_MS } from "../../support/desk.ts";
import { firmataPeer } from "../../support/firmata-peer.ts";
import { PROFILE } from "../../support/simulation.ts";
import type { Rig } from "./rig.ts";

/** The contract's program reads at 50 Hz. */
const READING_MS = 20;
/** johnny-five waits 5 ms of the wall's time before it believes a switch; a turn of the stream takes one or more. */
const DEBOUNCE_TURNS = 15;

export async function deskRig(program: NativeProgram): Promise<Rig> {
  const profile = wiringOf(findBoard("firmata-desk").profile);
  const log: [number, number][] = [];
  const felt: (readonly number[])[] = [];
  const { agenda, every } = deskTime();
  const peer = firmataPeer({
    every,
    motion: {
      fill(_startUs, _periodUs, _count, into) {
        const sample = felt.shift();
        if (sample === undefined) return 0;
        into.set(sample);
        return 1;
      },
    },
  });

  // The run waits in `turn` until the bench lets time pass; the bench waits until the run is there again.
  let nowMs = 0;
  let endMs = 0;
  let goOn = () => {};
  let atEnd = () => {};
  async function turn(): Promise<number> {
    if (nowMs === endMs) {
      const wait = new Promise<void>((resume) => {
        goOn = resume;
      });
      atEnd();
      await wait;
    }
    await octetsArrive();
    nowMs = Math.min(nowMs + TURN_MS, endMs);
    return nowMs;
  }
  const untilEnd = () =>
    new Promise<void>((resume) => {
      atEnd = resume;
    });

  const stop = new AbortController();
  const booted = untilEnd();
  const run = runOnDesk({
    port: peer.port,
    profile,
    flash: flashFile(undefined, profile.flash, new Uint8Array(0)),
    power: PROFILE.power,
    start: startOf(program),
    server: { uplink: () => ({}) },
    durationMs: Number.POSITIVE_INFINITY,
    signal: stop.signal,
    watch: { log: (_timeMs, event, value) => log.push([event, value]) },
    pace: { agenda, turn },
  });
  await Promise.race([booted, run]);

  async function pass(ms: number): Promise<void> {
    endMs += ms;
    const reached = untilEnd();
    goOn();
    await Promise.race([reached, run]);
  }

  return {
    axes: profile.accelerometer.axes,
    pass,
    feel(samples) {
      felt.push(...samples);
      return pass((samples.length + 2) * READING_MS);
    },
    async press(pressed) {
      peer.press(pressed);
      for (let i = 0; i < DEBOUNCE_TURNS; i++) await octetsArrive();
    },
    hear() {}, // it has no radio
    log: () => log,
    buzzes: peer.buzzes,
    async close() {
      stop.abort();
      goOn();
      await run;
      await peer.port.close();
    },
  };
}
