/** The link of one session: MAC commands that the device sends, those that it gets, and its data rate. */
import type { SessionState } from "../store/device.ts";
import { adr } from "./adr.ts";
import {
  DEV_STATUS_REQUEST,
  deviceTimeAnswer,
  devStatusOf,
  type LinkSettings,
  linkAdrAccepted,
  linkAdrRequest,
  linkCheckAnswer,
  readCommands,
  type UpCommand,
} from "./commands.ts";
import type { Uplink } from "./session.ts";

/** How often a device is asked for its status, and how often it may leave that unanswered. */
const STATUS_EVERY_S = 86_400;
const STATUS_TRIES = 3;
/** Answers that stand in every frame until the device hears a downlink, whichever. */
const STICKY: readonly UpCommand["name"][] = ["rx-param-setup", "rx-timing-setup", "dl-channel"];

/** How a frame was heard. */
export interface Signal {
  readonly spreadingFactor: number;
  readonly snrDb: number;
  readonly gateways: number;
  /** Seconds since 1970 at its end. */
  readonly timeS: number;
}

export interface Due {
  /** Whole commands for the next downlink, in order. */
  readonly commands: readonly Uint8Array[];
  /** The device waits for a downlink. */
  readonly urgent: boolean;
}

export interface Link {
  /** Takes what a frame says of the link; answers what is due. */
  readonly take: (uplink: Uplink, signal: Signal) => Due;
  /** NbTrans at the device. */
  readonly transmissions: () => number;
  readonly state: () => Pick<SessionState, "txPower" | "nbTrans" | "status">;
}

export interface LinkOptions {
  readonly subBand: number;
  /** The state that the link was left in, and whether its device is one to ask for its status. */
  readonly state: SessionState;
  readonly asksStatus: boolean;
}

export function linkOf({ subBand, state, asksStatus }: LinkOptions): Link {
  const rate = adr();
  let { txPower, nbTrans, status } = state;
  let lastRate = state.heard?.dataRate;
  /** A LinkADRReq that the device has not answered yet. */
  let asked: LinkSettings | undefined;
  let statusDueS = Number.NEGATIVE_INFINITY;
  let statusTries = 0;

  function answered(command: UpCommand): void {
    if (asked === undefined) return;
    if (linkAdrAccepted(command)) ({ txPower, nbTrans } = asked);
    asked = undefined;
    // Refused or not: frames of before say nothing of what comes.
    rate.changed();
  }

  /** What the device says; answers what it asks. */
  function read(commands: readonly UpCommand[], signal: Signal): Uint8Array[] {
    const answers: Uint8Array[] = [];
    for (const command of commands) {
      if (command.name === "link-check") {
        answers.push(linkCheckAnswer(signal.snrDb, signal.spreadingFactor, signal.gateways));
      } else if (command.name === "device-time") {
        const time = deviceTimeAnswer(signal.timeS);
        if (time !== undefined) answers.push(time);
      } else if (command.name === "link-adr") answered(command);
      else if (command.name === "dev-status") {
        status = devStatusOf(command);
        statusDueS = signal.timeS + STATUS_EVERY_S;
        statusTries = 0;
      }
    }
    return answers;
  }

  function statusRequest(timeS: number): Uint8Array[] {
    if (!asksStatus || timeS < statusDueS) return [];
    statusTries++;
    if (statusTries >= STATUS_TRIES) {
      statusDueS = timeS + STATUS_EVERY_S;
      statusTries = 0;
    }
    return [DEV_STATUS_REQUEST];
  }

  return {
    take(uplink, signal) {
      const dataRate = 12 - signal.spreadingFactor;
      const commands = readCommands(uplink.commands);
      const answers = read(commands, signal);
      // A device that hears nothing for long goes back to full power, and slower then (TS001-1.0.4 section 4.3.1.1).
      if (lastRate !== undefined && dataRate < lastRate) {
        txPower = 0;
        rate.changed();
      }
      lastRate = dataRate;
      if (!uplink.repeated) rate.heard(uplink.counter, signal.snrDb);
      asked = uplink.adaptive ? (rate.advice({ dataRate, txPower, nbTrans }) ?? undefined) : undefined;
      const requests = asked === undefined ? [] : [linkAdrRequest(asked, subBand)];
      return {
        commands: [...requests, ...answers, ...statusRequest(signal.timeS)],
        urgent:
          requests.length + answers.length > 0 || uplink.asksForSign || commands.some(({ name }) => STICKY.includes(name)),
      };
    },
    transmissions: () => nbTrans,
    state: () => ({ txPower, nbTrans, ...(status === undefined ? {} : { status }) }),
  };
}
