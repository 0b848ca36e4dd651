import { connect as connectSocket } from "node:net";
import { networkInterfaces } from "node:os";
import { afterEach, describe, expect, it } from "@jest/globals";
import { type Broker, startBroker } from "@songbai/tools/hub/platform/broker";
import { createPublisher } from "@songbai/tools/hub/platform/mqtt";
import { connectPlatform } from "@songbai/tools/hub/platform/platform";
import { createSubscriber } from "@songbai/tools/hub/platform/subscriber";
import { doorTo } from "../support/proxy.ts";

const TOPIC = "songbai/v1/7A3F-11C0-0000-0042/alarm";
const open: { close?(): Promise<void>; stop?(): Promise<void> }[] = [];

function keep<T extends { close?(): Promise<void>; stop?(): Promise<void> }>(thing: T): T {
  open.push(thing);
  return thing;
}

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await (thing.close?.() ?? thing.stop?.());
});

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition() && Date.now() < deadline) await new Promise((resume) => setTimeout(resume, 10));
}

/** A subscriber that notes what it hears. */
async function listener(broker: Broker): Promise<{ topic: string; n: number }[]> {
  const heard: { topic: string; n: number }[] = [];
  keep(
    await createSubscriber({
      url: broker.url,
      onMessage: (topic, payload) => heard.push({ topic, ...(payload as { n: number }) }),
    }),
  );
  return heard;
}

describe("hub/platform: MQTT", () => {
  it("brings messages to a subscriber, in order, by MQTT 3.1.1 where the broker knows no 5", async () => {
    const broker = keep(await startBroker());
    const heard = await listener(broker);
    const publisher = keep(await createPublisher({ url: broker.url }));
    expect(publisher.protocolVersion).toBe(4);
    for (let n = 0; n < 200; n++) publisher.publish(TOPIC, { n });
    expect(await publisher.flush(5000)).toBe(0);
    await until(() => heard.length === 200);
    expect(heard).toEqual(Array.from({ length: 200 }, (_, n) => ({ topic: TOPIC, n })));
  });

  it("keeps what is published while the broker is away, and sends all of it in order once it is back", async () => {
    const first = await startBroker();
    let port = first.port;
    const door = await doorTo(() => port);
    keep({ close: door.shut });
    const publisher = keep(await createPublisher({ url: `mqtt://127.0.0.1:${door.port}` }));
    const before = await listener(first);
    for (let n = 0; n < 20; n++) publisher.publish(TOPIC, { n });
    await until(() => before.length === 20);
    await door.shut();
    await first.stop();
    for (let n = 20; n < 120; n++) publisher.publish(TOPIC, { n });
    expect(await publisher.flush(300)).toBe(100);

    const second = keep(await startBroker());
    port = second.port;
    const after = await listener(second);
    await door.open();
    for (let n = 120; n < 140; n++) publisher.publish(TOPIC, { n });
    expect(await publisher.flush(10_000)).toBe(0);
    await until(() => after.length >= 120);
    const numbers = [...new Set([...before, ...after].map(({ n }) => n))];
    expect(numbers).toEqual(Array.from({ length: 140 }, (_, n) => n));
  });

  it("says within seconds that no broker answers, or that the address is none", async () => {
    const began = Date.now();
    await expect(createPublisher({ url: "mqtt://127.0.0.1:9" })).rejects.toThrow(
      "No MQTT broker answers at mqtt://127.0.0.1:9;",
    );
    for (const url of ["broker", "http://127.0.0.1", "mqtt://", ""]) {
      await expect(createPublisher({ url })).rejects.toThrow(
        `"${url}" is no broker address; give one such as mqtt://127.0.0.1:1883.`,
      );
    }
    expect(Date.now() - began).toBeLessThan(5000);
  });

  it("ignores what others send on its topics", async () => {
    const broker = keep(await startBroker());
    const heard = await listener(broker);
    const { default: mqtt } = await import("mqtt");
    const other = await mqtt.connectAsync(broker.url);
    await other.publishAsync(TOPIC, "no JSON", { qos: 1 });
    await other.publishAsync(TOPIC, '{"n":1}', { qos: 1 });
    await other.endAsync();
    await until(() => heard.length === 1);
    expect(heard).toEqual([{ topic: TOPIC, n: 1 }]);
  });

  it("the embedded broker answers on the loopback interface only", async () => {
    const broker = keep(await startBroker());
    const outside = Object.values(networkInterfaces())
      .flat()
      .filter((face) => face !== undefined && !face.internal && face.family === "IPv4");
    for (const face of outside) {
      const refused = await new Promise<boolean>((resolve) => {
        const socket = connectSocket({ port: broker.port, host: face?.address ?? "" });
        socket.once("connect", () => resolve(!socket.destroy()));
        socket.once("error", () => resolve(true));
      });
      expect(refused).toBe(true);
    }
    expect(broker.url).toMatch(/^mqtt:\/\/127\.0\.0\.1:\d+$/);
  });

  it("a whole platform counts what was published and what a separate subscriber received", async () => {
    const platform = keep(await connectPlatform());
    for (let n = 0; n < 50; n++) platform.publish(TOPIC, { n }, n);
    expect(await platform.settle()).toEqual({ published: 50, received: 50, unsent: 0 });
  });
});
