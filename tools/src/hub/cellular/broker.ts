/**
 * Records by MQTT: a client of a broker that takes what devices publish to `songbai/v1/<device>/up` and says on `/down` what the hub holds.
 *
 * Whoever the broker lets may publish to `/up`: a record proves itself by its seal, and what goes down is sealed under the device's command
 * key by the hub, so that nobody but it can have a record declared delivered. The broker is told that it may forget a message (PUBACK)
 * once the record is stored, and it keeps them while the hub is away: the hub's session does not end with its connection.
 */

import { idOctets } from "@songbai/sim/air/cell/broker";
import type { RecordOutcome, RecordServer } from "@songbai/sim/air/record-server";
import type { IClientOptions, MqttClient } from "mqtt";
import { connect } from "../platform/connect.ts";
import { placeOf } from "../platform/place.ts";
import { type Door, nowS } from "./door.ts";

const UP = "songbai/v1/+/up";
const TOPIC = /^songbai\/v1\/((?:[0-9A-F]{4}-){3}[0-9A-F]{4})\/up$/;
const MOST_RECORD = 4096;
/** A session that nobody comes back to, and what goes down to a device that does not, end after a week. */
const WEEK_S = 7 * 86_400;
/** How often the hub looks for what waits for devices that were heard here. */
const POLL_MS = 1000;
/** Devices that are remembered as heard here; the ones that were silent longest give way. */
const MOST_DEVICES = 100_000;

export interface BrokerDoorOptions {
  readonly url: string;
  readonly server: RecordServer;
  readonly log: (sentence: string) => void;
  /** Of the hub's session: another hub at the same broker needs another. */
  readonly clientId?: string;
  /** What became of a record. */
  readonly told?: (outcome: RecordOutcome) => void;
}

/** Connects and subscribes. Throws `BrokerUnreachable`. */
export async function brokerDoor({ url, server, log, clientId = "songbai-hub", told }: BrokerDoorOptions): Promise<Door> {
  let messages = 0;
  let malformed = 0;
  /** By printed id, the one that was heard last is last. */
  const heard = new Map<string, Uint8Array>();

  function say(client: MqttClient, device: string, frame: Uint8Array): void {
    const properties = client.options.protocolVersion === 5 ? { properties: { messageExpiryInterval: WEEK_S } } : {};
    // The client keeps it, over any number of connections, until the broker has it.
    client.publish(`songbai/v1/${device}/down`, Buffer.from(frame), { qos: 1, ...properties });
  }

  function take(client: MqttClient, topic: string, payload: Uint8Array): void {
    const device = TOPIC.exec(topic)?.[1];
    messages++;
    if (device === undefined || payload.length === 0 || payload.length > MOST_RECORD) {
      malformed++;
      return;
    }
    const deviceId = idOctets(device);
    const outcome = server.record(deviceId, new Uint8Array(payload), nowS());
    told?.(outcome);
    if (outcome.rejected !== undefined) {
      log(`Refused by MQTT: ${outcome.rejected}.`);
      return;
    }
    heard.delete(device);
    heard.set(device, deviceId);
    while (heard.size > MOST_DEVICES) heard.delete(heard.keys().next().value as string);
    if (outcome.answer !== undefined) say(client, device, outcome.answer);
  }

  const options: IClientOptions = { clientId, clean: false, properties: { sessionExpiryInterval: WEEK_S } };
  const client = await connect(url, options, (fresh) => {
    // Stored before the client sends its PUBACK, which it does after this.
    fresh.on("message", (topic, payload) => {
      try {
        take(fresh, topic, payload);
      } catch (error) {
        // The store's fault: the device gets no answer and sends it again.
        log(error instanceof Error ? error.message : String(error));
      }
    });
  });
  // And again whenever the broker has forgotten the session: the client sees to that.
  await client.subscribeAsync(UP, { qos: 1 });
  const polls = setInterval(() => {
    for (const [device, deviceId] of heard) {
      const frame = server.waiting?.(deviceId, nowS());
      if (frame !== undefined) say(client, device, frame);
    }
  }, POLL_MS);

  return {
    where: `${UP} of the broker ${placeOf(url)}`,
    counts: () => ({ messages, malformed }),
    close: async () => {
      clearInterval(polls);
      await client.endAsync();
    },
  };
}
