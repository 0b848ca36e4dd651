/**
 * The hub's publisher. Messages are kept, in order, until the broker has acknowledged them (QoS 1), so a broker that goes away and
 * comes back loses none. A message may arrive twice; its record's sequence number tells.
 */
import type { IClientPublishOptions } from "mqtt";
import { connect } from "./connect.ts";

/** Seconds after which a message that nobody fetched is worth nothing: a week. */
const EXPIRY_S = 7 * 86_400;

export interface Publisher {
  /** Takes a message; it leaves as soon as the broker lets it. */
  publish(topic: string, payload: object): void;
  /** Waits until all is sent, `timeoutMs` at most; answers how many messages are left. */
  flush(timeoutMs: number): Promise<number>;
  /** MQTT protocol version in use: 5, or 4 for 3.1.1. */
  readonly protocolVersion: number;
  close(): Promise<void>;
}

/** Connects to the broker. Throws `BrokerUnreachable`. */
export async function createPublisher({ url }: { url: string }): Promise<Publisher> {
  const client = await connect(url);
  const protocolVersion = client.options.protocolVersion ?? 4;
  /** Messages that the broker has not acknowledged. */
  let unsent = 0;

  const options: IClientPublishOptions = { qos: 1 };
  if (protocolVersion === 5) {
    options.properties = {
      contentType: "application/json",
      messageExpiryInterval: EXPIRY_S,
      userProperties: { schema: "songbai/v1" },
    };
  }

  return {
    protocolVersion,
    publish(topic, payload) {
      unsent++;
      // The client keeps the message, in order, until it is acknowledged, over any number of connections.
      client.publish(topic, JSON.stringify(payload), options, (error) => {
        if (!error) unsent--;
      });
    },
    async flush(timeoutMs) {
      const deadline = performance.now() + timeoutMs;
      while (unsent > 0 && performance.now() < deadline) await new Promise((resume) => setTimeout(resume, 5));
      return unsent;
    },
    close: () => client.endAsync(true),
  };
}
