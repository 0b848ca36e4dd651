/**
 * songbai hub with a way in: a network server for gateways that speak the Semtech UDP protocol (--udp), a client of the broker of MQTT
 * devices (--broker), a CoAP server (--coap), or several of them.
 */
import { InputError } from "@songbai/sim/scenario/input-error";
import { type Door, nowS } from "../hub/cellular/door.ts";
import { type Hub, hub } from "../hub/hub.ts";
import { listenUdp } from "../hub/lorawan/udp.ts";
import type { Enrolment } from "../hub/store/device.ts";
import { StoreFault } from "../hub/store/fault.ts";
import { fileStore, memoryStore } from "../hub/store/store.ts";
import { demoCredentials, printedId } from "../provision/demo.ts";
import { type FoundDevice, findDevice, isContinuous } from "./find-device.ts";
import { integerOption } from "./options.ts";

export interface HubDoorOptions {
  readonly udp?: string;
  readonly broker?: string;
  readonly coap?: string;
  readonly address: string;
  readonly subBand: string;
  readonly data?: string;
  readonly mqtt?: string;
  readonly demo?: string;
}

/** How long a publisher waits at the end for its broker. */
const SETTLE_MS = 5000;

/** How often it looks for commands that have expired. */
const LOOK_MS = 1000;

type Log = (sentence: string) => void;

/** The ways in that were asked for. */
async function doorsOf(options: HubDoorOptions, far: Hub, log: Log): Promise<Door[]> {
  const { broker, address } = options;
  const doors: Door[] = [];
  if (broker !== undefined) {
    const { brokerDoor } = await import("../hub/cellular/broker.ts");
    doors.push(await brokerDoor({ url: broker, server: far, log }));
  }
  if (options.coap !== undefined) {
    const port = integerOption("--coap", options.coap, 0, 65535);
    const { coapDoor } = await import("../hub/cellular/coap.ts");
    doors.push(await coapDoor({ server: far, port, address, log }));
  }
  return doors;
}

/** What the store could not do is said, and done at the next look. */
function guarded(act: () => void, log: Log): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error;
    log(error.message);
  }
}

/** The simulated device of seed 1. */
function demoEnrolment(found: FoundDevice): Enrolment {
  return { ...demoCredentials(1, found.name), continuous: isContinuous(found) };
}

/** Serves until SIGINT or SIGTERM. */
export async function serveDoors(options: HubDoorOptions): Promise<void> {
  const port = options.udp === undefined ? undefined : integerOption("--udp", options.udp, 0, 65535);
  const subBand = integerOption("--sub-band", options.subBand, 0, 11);
  if (options.data === undefined && options.demo === undefined) {
    throw new InputError("The hub knows no device: give it --data with enrolled ones, or --demo bracelet.");
  }
  const demo = options.demo === undefined ? undefined : demoEnrolment(findDevice(options.demo));
  const store = options.data === undefined ? memoryStore() : fileStore(options.data);
  const log = (sentence: string) => process.stderr.write(`${sentence}\n`);
  const publisher =
    options.mqtt === undefined
      ? undefined
      : await (await import("../hub/platform/mqtt.ts")).createPublisher({ url: options.mqtt });
  let commands: { close(): Promise<void> } | undefined;
  let looks: NodeJS.Timeout | undefined;
  try {
    if (demo !== undefined && store.device(demo.deviceId) === undefined) store.enrol(demo);
    const far = hub({
      store,
      subBand,
      log,
      publish: (topic, payload) => {
        process.stdout.write(`${JSON.stringify({ topic, payload })}\n`);
        publisher?.publish(topic, payload);
      },
    });
    far.resume();
    const { listenForCommands } = await import("../hub/platform/commands.ts");
    if (options.mqtt !== undefined) commands = await listenForCommands({ url: options.mqtt, hub: far, log });
    const listen = (port: number) =>
      listenUdp({
        server: {
          uplink(reception, timeS) {
            const outcome = far.uplink(reception, timeS);
            if (outcome.rejected !== undefined) log(`Refused: ${outcome.rejected}.`);
            return outcome;
          },
          due: far.due,
        },
        port,
        address: options.address,
        log,
      });
    const doors = await doorsOf(options, far, log);
    const server = port === undefined ? undefined : await listen(port);
    const where = [
      ...(server === undefined ? [] : [`for gateways on UDP ${options.address}:${server.port}`]),
      ...doors.map((door) => `for records on ${door.where}`),
    ];
    const devices = store.devices().map(({ deviceId }) => printedId(deviceId));
    log(`Listening ${where.join(", ")}; devices: ${devices.join(", ")}.`);
    looks = setInterval(() => guarded(() => far.expire(nowS()), log), LOOK_MS);
    await new Promise<void>((resume) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resume());
    });
    await server?.close();
    for (const door of doors) await door.close();
    const unsent = publisher === undefined ? 0 : await publisher.flush(SETTLE_MS);
    if (unsent === 0) far.settled();
    for (const door of doors) log(`${door.counts().messages} messages, ${door.counts().malformed} malformed: ${door.where}.`);
    if (server === undefined) log(`${far.counts().accepted} records.`);
    else {
      const { frames, malformed, downlinks, refused } = server.counts();
      log(
        `${frames} frames, ${far.counts().accepted} records, ${downlinks} downlinks (${refused} refused), ${malformed} malformed.`,
      );
    }
  } finally {
    clearInterval(looks);
    await commands?.close();
    await publisher?.close();
    store.close();
  }
}
