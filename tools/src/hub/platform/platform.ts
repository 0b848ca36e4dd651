/** The platform side of a run: a broker (embedded unless one is named), the hub's publisher, and a separate subscriber. */
import type { Publish } from "../hub.ts";

/** How long a run waits at its end for what it has published to arrive. */
const SETTLE_MS = 5000;

/** MQTT messages: handed to the broker, received by a separate subscriber, not sent at the end. */
export interface Published {
  readonly published: number;
  readonly received: number;
  readonly unsent: number;
}

export interface Platform {
  readonly url: string;
  readonly publish: Publish;
  /** Waits until all that was published has arrived, a few seconds at most. */
  settle(): Promise<Published>;
  close(): Promise<void>;
}

/** Connects to the broker at `url`, or starts one of its own. Throws `BrokerUnreachable`. */
export async function connectPlatform(url?: string, onMessage?: (topic: string, payload: object) => void): Promise<Platform> {
  // Heavy modules, loaded when a run needs them.
  const { startBroker } = await import("./broker.ts");
  const { createPublisher } = await import("./mqtt.ts");
  const { createSubscriber } = await import("./subscriber.ts");
  const broker = url === undefined ? await startBroker() : undefined;
  const at = url ?? (broker as { url: string }).url;
  const publisher = await createPublisher({ url: at });
  let published = 0;
  let received = 0;
  const subscriber = await createSubscriber({
    url: at,
    onMessage: (topic, payload) => {
      received++;
      onMessage?.(topic, payload);
    },
  });
  return {
    url: at,
    publish(topic, payload) {
      published++;
      publisher.publish(topic, payload);
    },
    async settle() {
      const unsent = await publisher.flush(SETTLE_MS);
      const deadline = performance.now() + SETTLE_MS;
      while (received < published - unsent && performance.now() < deadline)
        await new Promise((resume) => setTimeout(resume, 5));
      return { published, received, unsent };
    },
    async close() {
      await subscriber.close();
      await publisher.close();
      await broker?.stop();
    },
  };
}
