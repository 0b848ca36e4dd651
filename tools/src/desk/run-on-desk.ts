/** Runs a device program on the desk board for a while, in the time of the desk. */
import type { NetworkServer } from "@songbai/sim/air/gateway";
import { type Agenda, agenda } from "@songbai/sim/clock/agenda";
import type { Hardware, Program } from "@songbai/sim/parts/hardware";
import type { PowerModel } from "@songbai/sim/parts/power";
import { type Transcript, transcript } from "@songbai/sim/parts/transcript";
import { withinTime } from "@songbai/sim/runtime/time-guard";
import { type Outcome, outcomeKeeper } from "@songbai/sim/scenario/outcome";
import { type DeskBoard, type DeskProfile, deskBoard } from "./desk-board.ts";
import type { FlashFile } from "./flash-file.ts";
import { openParts } from "./parts.ts";
import type { Port } from "./port.ts";
import { pulse } from "./pulse.ts";

/** How often the board is asked whether it lives. */
const ASK_EVERY_MS = 1000;
/** A device program that is at one turn's events for so long does not come to rest. */
const TURN_LIMIT_MS = 20_000;
const TURN_MS = 4;

export interface DeskOptions {
  readonly port: Port;
  readonly profile: DeskProfile;
  readonly flash: FlashFile;
  readonly power: PowerModel;
  readonly start: (hardware: Hardware) => Program;
  readonly server: NetworkServer;
  readonly durationMs: number;
  /** Ends the run before its time. */
  readonly signal?: AbortSignal;
  readonly keepTranscript?: boolean;
  readonly watch?: DeskWatcher;
  /** Another time than the wall's. */
  readonly pace?: Pace;
}

/** For those who look on. Times are milliseconds since power on. */
export interface DeskWatcher {
  progress?(timeMs: number): void;
  log?(timeMs: number, event: number, value: number): void;
  /** x, y, z of `count` samples, mg, in the axes of the body part. */
  samples?(values: Int32Array, count: number): void;
}

export interface Pace {
  readonly agenda: Agenda;
  /** Waits for a moment, then answers the milliseconds since power on. */
  readonly turn: () => Promise<number>;
}

export interface DeskResult {
  readonly outcome: Outcome;
  readonly transcript: Transcript;
  readonly seconds: number;
  readonly flash: { readonly programmedBytes: number; readonly erases: number };
  /** Readings of the accelerometer: taken, and dropped because they were garbled on the wire. */
  readonly readings: { readonly taken: number; readonly dropped: number };
}

function realTime(): Pace {
  const began = performance.now();
  return {
    agenda: agenda(),
    turn: async () => {
      await new Promise((resume) => setTimeout(resume, TURN_MS));
      return performance.now() - began;
    },
  };
}

/** Throws `BoardFault`, and what the device program throws. */
export async function runOnDesk(options: DeskOptions): Promise<DeskResult> {
  const { port, profile, watch = {} } = options;
  const life = pulse(port.name, profile.accelerometer.address);
  /** What the parts have told since the last turn: the program hears of it between two events, not in the middle of one. */
  const arrived: ((board: DeskBoard) => void)[] = [];
  const readings = { taken: 0, dropped: 0 };
  const parts = await openParts(port, profile, {
    heard: life.heard,
    gone: life.gone,
    reading: (octets) =>
      arrived.push((board) => {
        if (!board.sampling()) return;
        const taken = board.reading(octets);
        readings[taken ? "taken" : "dropped"]++;
        if (taken) life.read();
      }),
    button: (pressed) => arrived.push((board) => board.button(pressed)),
  });

  const { agenda: time, turn } = options.pace ?? realTime();
  const script = transcript(options.keepTranscript ?? false);
  const keeper = outcomeKeeper();
  const board = deskBoard(parts, {
    ...options,
    agenda: time,
    transcript: script,
    watch: {
      log(event, value) {
        keeper.log(time.nowUs() / 1e6, event, value);
        watch.log?.(Math.floor(time.nowUs() / 1000), event, value);
      },
      uplink: (outcome) => keeper.uplink(time.nowUs() / 1e6, outcome, "lorawan"),
      samples: (values, count) => watch.samples?.(values, count),
    },
  });

  let nowMs = 0;
  let askAtMs = ASK_EVERY_MS;
  try {
    board.powerOn(options.start);
    while (nowMs < options.durationMs && options.signal?.aborted !== true) {
      const beforeMs = nowMs;
      nowMs = await turn();
      withinTime(TURN_LIMIT_MS, () => {
        while (time.step(Math.round(nowMs * 1000)));
        for (const tell of arrived.splice(0)) tell(board);
      });
      if (nowMs >= askAtMs) {
        askAtMs = nowMs + ASK_EVERY_MS;
        parts.ask();
      }
      life.passed(nowMs - beforeMs, board.sampling());
      watch.progress?.(nowMs);
    }
  } finally {
    board.powerOff();
    await parts.close();
  }
  const seconds = Math.floor(nowMs) / 1000;
  return { outcome: keeper.outcome(seconds, () => 0), transcript: script, seconds, flash: board.flashUse(), readings };
}
