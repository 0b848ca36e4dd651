import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createPublisher } from "@songbai/tools/hub/platform/mqtt";
import mqtt, { type IPublishPacket } from "mqtt";
import { doorTo } from "../support/proxy.ts";

const TOPIC = "songbai/v1/7A3F-11C0-0000-0042/status";

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Debian's mosquitto, which speaks MQTT 5. */
async function startMosquitto(port: number): Promise<ChildProcess> {
  const config = join(mkdtempSync(join(tmpdir(), "mosquitto-")), "mosquitto.conf");
  writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
  const child = spawn("/usr/sbin/mosquitto", ["-c", config], { stdio: ["ignore", "ignore", "pipe"] });
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on("data", (text) => String(text).includes("running") && resolve());
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`mosquitto ended with ${code}`)));
  });
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await new Promise((resolve) => child.once("close", resolve));
}

describe("hub/platform with mosquitto", () => {
  let port: number;
  let broker: ChildProcess;

  beforeEach(async () => {
    port = await freePort();
    broker = await startMosquitto(port);
  });
  afterEach(() => stop(broker));

  it("speaks MQTT 5: content type, expiry, user properties", async () => {
    const url = `mqtt://127.0.0.1:${port}`;
    const packets: IPublishPacket[] = [];
    const reader = await mqtt.connectAsync(url, { protocolVersion: 5 });
    reader.on("message", (_topic, _payload, packet) => packets.push(packet));
    await reader.subscribeAsync(TOPIC, { qos: 1 });
    const publisher = await createPublisher({ url });
    expect(publisher.protocolVersion).toBe(5);
    publisher.publish(TOPIC, { n: 1 });
    expect(await publisher.flush(3000)).toBe(0);
    await new Promise((resume) => setTimeout(resume, 200));
    expect(packets).toHaveLength(1);
    expect(packets[0].properties).toMatchObject({ contentType: "application/json", userProperties: { schema: "songbai/v1" } });
    expect(packets[0].properties?.messageExpiryInterval).toBeGreaterThan(600_000);
    await Promise.all([reader.endAsync(), publisher.close()]);
  });

  it("a broker that is killed and started again in the middle of a stream misses nothing", async () => {
    const door = await doorTo(() => port);
    const publisher = await createPublisher({ url: `mqtt://127.0.0.1:${door.port}` });
    const numbers: number[] = [];
    const listen = async () => {
      const reader = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5, reconnectPeriod: 0 });
      reader.on("error", () => {});
      reader.on("message", (_topic, payload) => numbers.push((JSON.parse(payload.toString()) as { n: number }).n));
      await reader.subscribeAsync(TOPIC, { qos: 1 });
      return reader;
    };
    await listen();
    for (let n = 0; n < 100; n++) publisher.publish(TOPIC, { n });
    expect(await publisher.flush(3000)).toBe(0);
    await stop(broker);
    await door.shut();
    for (let n = 100; n < 200; n++) publisher.publish(TOPIC, { n });
    broker = await startMosquitto(port);
    const reader = await listen();
    await door.open();
    expect(await publisher.flush(10_000)).toBe(0);
    await new Promise((resume) => setTimeout(resume, 300));
    expect([...new Set(numbers)]).toEqual(Array.from({ length: 200 }, (_, n) => n));
    await Promise.all([reader.endAsync(), publisher.close()]);
    await door.shut();
  });
});
