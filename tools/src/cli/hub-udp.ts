/** songbai hub --udp: the hub as a network server for gateways that speak the Semtech UDP protocol. */
import { InputError } from "@songbai/sim/scenario/input-error";
import { hub } from "../hub/hub.ts";
import { listenUdp } from "../hub/lorawan/udp.ts";
import { fileStore, memoryStore } from "../hub/store/store.ts";
import { demoCredentials, printedId } from "../provision/demo.ts";
import { findDevice } from "./find-device.ts";
import { integerOption } from "./options.ts";

export interface HubUdpOptions {
  readonly udp: string;
  readonly address: string;
  readonly subBand: string;
  readonly data?: string;
  readonly mqtt?: string;
  readonly demo?: string;
}

/** How long a publisher waits at the end for its broker. */
const SETTLE_MS = 5000;

/** Serves until SIGINT or SIGTERM. */
export async function serveUdp(options: HubUdpOptions): Promise<void> {
  const port = integerOption("--udp", options.udp, 0, 65535);
  const subBand = integerOption("--sub-band", options.subBand, 0, 11);
  if (options.data === undefined && options.demo === undefined) {
    throw new InputError("The hub knows no device: give it --data with enrolled ones, or --demo bracelet.");
  }
  const demo = options.demo === undefined ? undefined : demoCredentials(1, findDevice(options.demo).name);
  const store = options.data === undefined ? memoryStore() : fileStore(options.data);
  const log = (sentence: string) => process.stderr.write(`${sentence}\n`);
  const publisher =
    options.mqtt === undefined
      ? undefined
      : await (await import("../hub/platform/mqtt.ts")).createPublisher({ url: options.mqtt });
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
    const server = await listenUdp({
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
    const devices = store.devices().map(({ deviceId }) => printedId(deviceId));
    log(`Listening for gateways on UDP ${options.address}:${server.port}; devices: ${devices.join(", ")}.`);
    await new Promise<void>((resume) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resume());
    });
    await server.close();
    const unsent = publisher === undefined ? 0 : await publisher.flush(SETTLE_MS);
    if (unsent === 0) far.settled();
    const { frames, malformed, downlinks, refused } = server.counts();
    log(
      `${frames} frames, ${far.counts().accepted} records, ${downlinks} downlinks (${refused} refused), ${malformed} malformed.`,
    );
  } finally {
    await publisher?.close();
    store.close();
  }
}
