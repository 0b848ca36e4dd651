/** A client of its own that listens to what the hub publishes, as a nurse's page would. */
import { connect } from "./connect.ts";

const TOPICS = "songbai/v1/+/+";

export interface Subscriber {
  close(): Promise<void>;
}

/** Subscribes; `onMessage` gets each payload as an object. Throws `BrokerUnreachable`. */
export async function createSubscriber(options: {
  url: string;
  onMessage: (topic: string, payload: object) => void;
}): Promise<Subscriber> {
  const client = await connect(options.url);
  client.on("message", (topic, payload) => {
    try {
      options.onMessage(topic, JSON.parse(payload.toString("utf8")) as object);
    } catch {
      // Another program's message on our topics is not for us.
    }
  });
  await client.subscribeAsync(TOPICS, { qos: 1 });
  return { close: () => client.endAsync(true) };
}
