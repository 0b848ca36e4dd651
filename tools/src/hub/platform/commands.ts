/**
 * Commands from platforms, over MQTT. Who may give them is for the broker to say: whoever may publish on `songbai/v1/<device>/command`
 * commands the device. A message that the broker has kept (retain) is not taken, or each start of the hub would give it anew.
 */
import type { IPublishPacket } from "mqtt";
import { deviceIdOf, printedId } from "../../provision/demo.ts";
import type { Hub } from "../hub.ts";
import { StoreFault } from "../store/fault.ts";
import { connect } from "./connect.ts";
import type { Subscriber } from "./subscriber.ts";

const TOPICS = "songbai/v1/+/command";
const DEVICE_LEVEL = 2;

export interface CommandListener {
  readonly url: string;
  readonly hub: Pick<Hub, "command">;
  /** A line of the log. */
  readonly log: (sentence: string) => void;
}

/** `undefined` where it is no JSON. */
function parsed(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** Subscribes. Throws `BrokerUnreachable`. */
export async function listenForCommands({ url, hub, log }: CommandListener): Promise<Subscriber> {
  function give(deviceId: Uint8Array, json: unknown): void {
    try {
      const given = hub.command(deviceId, json, Date.now() / 1000);
      if ("rejected" in given) log(`Refused: a command for ${printedId(deviceId)}: ${given.rejected}.`);
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error;
      log(error.message);
    }
  }

  const client = await connect(url);
  client.on("message", (topic: string, payload: Buffer, { retain }: IPublishPacket) => {
    const deviceId = deviceIdOf(topic.split("/")[DEVICE_LEVEL]);
    if (deviceId === undefined) log(`Refused: ${topic} names no device.`);
    else if (retain) log(`Refused: a kept message on ${topic}; commands are published without retain.`);
    else give(deviceId, parsed(payload));
  });
  await client.subscribeAsync(TOPICS, { qos: 1 });
  return { close: () => client.endAsync(true) };
}
