/**
 * Commands on their way to devices over bearers that do not say what arrived (BLE, MQTT, CoAP). The store keeps each until the device's
 * sealed answer has its number, or until it expires; meanwhile it is given out again whenever the device is heard, and now and then.
 *
 * A device does a command once and none with a number below the last, so the first that is not answered goes alone.
 */
import { COMMAND } from "@songbai/sdk/record/codes";
import type { TimedObservation } from "@songbai/sdk/record/observation";
import { sequenceOf } from "@songbai/sdk/record/seal";
import { COMMAND_PORT } from "./command.ts";
import type { EnrolledDevice, QueuedDownlink } from "./store/device.ts";
import type { Store } from "./store/store.ts";

/** An answer takes a moment: one that was given out is not given again before, though the device is heard. Seconds. */
const ANSWER_S = 10;
/** A device that is not heard may have lost it all the same; the pause doubles. */
const AGAIN_S = 60;
const LONGEST_PAUSE_S = 3600;

export interface Errands {
  /** A record of the device came: an answer in it ends its command, with the next `commit` of the store. */
  readonly heard: (device: EnrolledDevice, observations: readonly TimedObservation[], nowS: number) => void;
  /** What a bearer is to carry to the device now. What is no command is not given out again, after the next `commit`. */
  readonly next: (device: EnrolledDevice, epoch: number, nowS: number) => QueuedDownlink | undefined;
  /** Forgets what expired, with the next `commit`, and tells `expired` of the commands among it. */
  readonly expire: (nowS: number) => void;
}

/** The command of a device that was given out last. */
interface Given {
  /** Of its row in the store. */
  readonly row: number;
  atS: number;
  pauseS: number;
  heardS: number;
}

/** `expired`: nobody has answered the command of that number. */
export function errands(store: Store, expired: (device: number, command: number) => void): Errands {
  const given = new Map<number, Given>();
  /** The highest number that a device has answered. */
  const answered = new Map<number, number>();

  const numberOf = ({ payload }: QueuedDownlink) => sequenceOf(payload, payload.length);
  const isCommand = ({ port }: QueuedDownlink) => port === COMMAND_PORT;
  /** Whether the device may still do it: one of an epoch that has ended, or below one that it did, it refuses. */
  const mayBeDone = (device: EnrolledDevice, epoch: number, downlink: QueuedDownlink) =>
    downlink.payload[0] >> 4 === (epoch & 15) && numberOf(downlink) > (answered.get(device.number) ?? 0);

  function heard(device: EnrolledDevice, observations: readonly TimedObservation[], nowS: number): void {
    const out = given.get(device.number);
    if (out !== undefined) out.heardS = nowS;
    for (const { code, values } of observations) {
      if (code !== COMMAND) continue;
      const [number] = values;
      answered.set(device.number, Math.max(number, answered.get(device.number) ?? 0));
      for (const downlink of store.queued(device.number, 0)) {
        if (!isCommand(downlink) || numberOf(downlink) !== number) continue;
        store.dropQueued(downlink);
        given.delete(device.number);
      }
    }
  }

  function isDue({ atS, pauseS, heardS }: Given, nowS: number): boolean {
    return nowS >= atS + pauseS || (heardS > atS && nowS >= atS + ANSWER_S);
  }

  function next(device: EnrolledDevice, epoch: number, nowS: number): QueuedDownlink | undefined {
    const queue = store.queued(device.number, nowS);
    const first = queue.find((downlink) => !isCommand(downlink) || mayBeDone(device, epoch, downlink));
    if (first === undefined) return undefined;
    if (!isCommand(first)) {
      store.dropQueued(first);
      return first;
    }
    const before = given.get(device.number);
    if (before === undefined || before.row !== first.number) {
      given.set(device.number, { row: first.number, atS: nowS, pauseS: AGAIN_S, heardS: nowS });
      return first;
    }
    if (!isDue(before, nowS)) return undefined;
    before.pauseS = Math.min(2 * before.pauseS, LONGEST_PAUSE_S);
    before.atS = nowS;
    return first;
  }

  return {
    heard,
    next,
    expire(nowS) {
      for (const { device, ...downlink } of store.expired(nowS)) {
        store.dropQueued(downlink);
        if (given.get(device)?.row === downlink.number) given.delete(device);
        if (isCommand(downlink)) expired(device, numberOf(downlink));
      }
    },
  };
}
