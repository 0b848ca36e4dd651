import type { IClientOptions, MqttClient } from "mqtt";
import mqtt from "mqtt";
import { placeOf } from "./place.ts";
import { BrokerUnreachable } from "./unreachable.ts";

/** How long the first connection may take, ms. */
const PATIENCE_MS = 3000;
/** Pause between attempts to reconnect, ms. */
const RECONNECT_MS = 200;
const SCHEMES = ["mqtt:", "mqtts:", "ws:", "wss:", "tcp:", "ssl:"];
/** Return codes of brokers that know MQTT 3.1.1 only: unacceptable protocol version, and MQTT 5's own word for it. */
const WRONG_VERSION = [1, 132];

/**
 * A connected client: MQTT 5, or 3.1.1 where the broker refuses 5. Reconnects by itself. `prepare` gets it before it is connected: a
 * session that was kept begins with what waits in it. Throws `BrokerUnreachable`.
 */
export async function connect(
  url: string,
  options: IClientOptions = {},
  prepare: (client: MqttClient) => void = () => {},
): Promise<MqttClient> {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new BrokerUnreachable(`"${placeOf(url)}" is no broker address; give one such as mqtt://127.0.0.1:1883.`);
  }
  if (!SCHEMES.includes(parsed.protocol) || parsed.hostname === "") {
    throw new BrokerUnreachable(`"${placeOf(url)}" is no broker address; give one such as mqtt://127.0.0.1:1883.`);
  }
  return (await attempt(url, options, prepare, 5)) ?? (await attempt(url, options, prepare, 4)) ?? unreachable(url);
}

function unreachable(url: string): never {
  throw new BrokerUnreachable(
    `No MQTT broker answers at ${placeOf(url)}; start one there, or leave --mqtt out to use the embedded broker.`,
  );
}

/** One client; `undefined` when the broker refuses the protocol version. */
function attempt(
  url: string,
  options: IClientOptions,
  prepare: (client: MqttClient) => void,
  protocolVersion: 4 | 5,
): Promise<MqttClient | undefined> {
  return new Promise((resolve, reject) => {
    const client = mqtt.connect(url, {
      ...options,
      protocolVersion,
      reconnectPeriod: RECONNECT_MS,
      connectTimeout: PATIENCE_MS,
    });
    prepare(client);
    const end = (answer: () => void) => {
      forget();
      client.end(true, {}, answer);
    };
    const fail = () =>
      end(() => {
        try {
          unreachable(url);
        } catch (error) {
          reject(error as Error);
        }
      });
    const connected = () => {
      forget();
      resolve(client);
    };
    const refused = (error: Error) => {
      const code = (error as { code?: number | string }).code;
      if (protocolVersion === 5 && WRONG_VERSION.includes(code as number)) end(() => resolve(undefined));
      else fail();
    };
    const timer = setTimeout(fail, PATIENCE_MS);
    // The client has listeners of its own, which subscribe again and send what waits.
    const forget = () => {
      clearTimeout(timer);
      client.off("connect", connected);
      client.off("error", refused);
      // From now on it reconnects by itself, or ends; what it says meanwhile is no news.
      client.on("error", () => {});
    };
    client.once("connect", connected);
    client.on("error", refused);
  });
}
