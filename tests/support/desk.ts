/** The bracelet on a desk board at the end of a stream, with one time for both, faster than the wall's. */
import { type Agenda, agenda } from "@songbai/sim/clock/agenda";
import { findDevice } from "@songbai/tools/cli/find-device";
import type { DeskProfile } from "@songbai/tools/desk/desk-board";
import { type FlashFile, flashFile } from "@songbai/tools/desk/flash-file";
import { nativeStart } from "@songbai/tools/desk/program";
import { type DeskOptions, type DeskResult, runOnDesk } from "@songbai/tools/desk/run-on-desk";
import { demoHub } from "@songbai/tools/hub/hub";
import { demoCredentials, identityOf } from "@songbai/tools/provision/demo";
import { type FirmataPeer, type FirmataPeerOptions, firmataPeer } from "./firmata-peer.ts";
import { type Message, PROFILE } from "./simulation.ts";

export const TURN_MS = 40;

export const DESK: DeskProfile = {
  pins: { button: 2, haptic: 13 },
  accelerometer: { address: 0x68, axes: [1, 2, 3] },
  flash: PROFILE.flash,
};

export interface Desk {
  readonly peer: FirmataPeer;
  /** Lets this happen at a time of the desk. */
  at(ms: number, happen: () => void): void;
  run(seconds: number, options?: Partial<DeskOptions>): Promise<DeskRun>;
}

export interface DeskRun extends DeskResult {
  readonly messages: readonly Message[];
}

/** One time for host and board, which stands still unless it is told to move on. */
export interface DeskTime {
  readonly agenda: Agenda;
  readonly at: (ms: number, happen: () => void) => void;
  readonly every: (ms: number, task: () => void) => () => void;
}

export function deskTime(): DeskTime {
  const time = agenda();
  return {
    agenda: time,
    at: (ms, happen) => void time.at(ms * 1000, happen),
    every(ms, task) {
      let entry = 0;
      const again = () => {
        entry = time.at(time.nowUs() + ms * 1000, again);
        task();
      };
      entry = time.at(time.nowUs() + ms * 1000, again);
      return () => time.cancel(entry);
    },
  };
}

/** For octets to arrive at both ends of the stream. */
export const octetsArrive = () => new Promise<void>((resume) => setTimeout(resume, 1));

export function desk(peerOptions: FirmataPeerOptions = {}): Desk {
  const { agenda: time, at, every } = deskTime();
  const peer = firmataPeer({ every, ...peerOptions });
  let nowMs = 0;
  const turn = async () => {
    await octetsArrive();
    nowMs += TURN_MS;
    return nowMs;
  };

  return {
    peer,
    at,
    async run(seconds, options = {}) {
      const credentials = demoCredentials(1, "bracelet");
      const messages: Message[] = [];
      try {
        const result = await runOnDesk({
          port: peer.port,
          profile: DESK,
          flash: deskFlash(),
          power: PROFILE.power,
          start: await nativeStart(findDevice("bracelet")),
          server: demoHub(credentials, 10, (topic, payload) => messages.push({ topic, payload })),
          durationMs: seconds * 1000,
          pace: { agenda: time, turn },
          ...options,
        });
        return { ...result, messages };
      } finally {
        await peer.port.close();
      }
    },
  };
}

export function deskFlash(path?: string): FlashFile {
  return flashFile(path, PROFILE.flash, identityOf(demoCredentials(1, "bracelet")));
}
