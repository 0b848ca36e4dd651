import { describe, expect, it } from "@jest/globals";
import { type BrokerDoorOptions, brokerDoor } from "@songbai/tools/hub/cellular/broker";
import { startBroker } from "@songbai/tools/hub/platform/broker";
import { printedId } from "@songbai/tools/provision/demo";
import mqtt from "mqtt";
import { type HostDeviceOptions, hostDevice, until } from "../../support/host-modem.ts";
import { later } from "../../support/later.ts";
import { doorTo } from "../../support/proxy.ts";
import { hubBench, range } from "./hub-bench.ts";

const broker = async () => later(await startBroker(), (one) => one.stop());
const bench = () => later(hubBench(), (one) => one.close());
const door = async (options: BrokerDoorOptions) => later(await brokerDoor(options), (one) => one.close());
const device = (options: HostDeviceOptions) => later(hostDevice(options), (one) => one.stop());

describe("hub/cellular: a broker of MQTT 3.1.1 (npm aedes)", () => {
  it("brings a device's records to the hub, and what the hub says back", async () => {
    const { port, url } = await broker();
    const { server, wang, stored, far, said } = bench();
    const entry = await door({ url, server, log: (line) => said.push(line) });
    const watch = device({ protocol: "mqtt", port, deviceId: wang.credentials.deviceId });
    watch.journal(...range(0, 12).map((n) => wang.record(n)));
    expect(await until(() => watch.held() === 12)).toBe(true);
    expect(stored()).toEqual(range(0, 12));
    expect(watch.sends()).toBe(12);
    expect(far.counts()).toEqual({ accepted: 12, duplicates: 0, rejected: 0 });
    expect(entry.counts()).toEqual({ messages: 12, malformed: 0 });
    expect(entry.where).toBe(`songbai/v1/+/up of the broker ${url}`);
    expect(said).toEqual([]);
  });

  it("loses nothing and stores nothing twice while the network goes between device, broker and hub", async () => {
    const { port, url } = await broker();
    const { server, wang, stored } = bench();
    const toHub = later(await doorTo(() => port), (one) => one.shut().catch(() => {}));
    const toDevice = later(await doorTo(() => port), (one) => one.shut().catch(() => {}));
    await door({ url: url.replace(`${port}`, `${toHub.port}`), server, log: () => {} });
    const watch = device({ protocol: "mqtt", port: toDevice.port, deviceId: wang.credentials.deviceId, hurry: 40 });
    const all = range(0, 30);
    for (const n of all) {
      watch.journal(wang.record(n));
      if (n % 9 === 4) watch.cut();
      if (n === 10) await toDevice.shut();
      if (n === 15) await toDevice.open();
      if (n === 18) await toHub.shut();
      if (n === 25) await toHub.open();
      await new Promise((resume) => setTimeout(resume, 15));
    }
    expect(await until(() => watch.held() === 30, 20)).toBe(true);
    expect([...stored()].sort((a, b) => a - b)).toEqual(all);
  });

  it("refuses what anybody else publishes, and answers nobody for it", async () => {
    const { port, url } = await broker();
    const { server, wang, stored, far } = bench();
    const said: string[] = [];
    const entry = await door({ url, server, log: (line) => said.push(line) });
    const id = printedId(wang.credentials.deviceId);
    const forger = later(await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`), (one) => one.endAsync());
    const heard: string[] = [];
    forger.on("message", (topic) => heard.push(topic));
    await forger.subscribeAsync("songbai/v1/+/down");
    const forged = wang.record(7);
    forged[forged.length - 1] ^= 1;
    for (const [topic, payload] of [
      [`songbai/v1/${id}/up`, forged],
      [`songbai/v1/${id}/up`, wang.record(8).slice(0, 9)],
      ["songbai/v1/7A3F-11C0-0000-0042/up", wang.record(9)],
      [`songbai/v1/${id}/up`, new Uint8Array(0)],
      [`songbai/v1/${id}/up`, new Uint8Array(5000)],
      [`songbai/v1/${id.toLowerCase()}/up`, wang.record(10)],
      ["songbai/v1/x/up", wang.record(11)],
    ] as const) {
      await forger.publishAsync(topic, Buffer.from(payload), { qos: 1 });
    }
    await forger.publishAsync(`songbai/v1/${id}/up`, Buffer.from(wang.record(12)), { qos: 1 });
    expect(await until(() => heard.length === 1)).toBe(true);
    expect(stored()).toEqual([12]);
    expect(entry.counts()).toEqual({ messages: 8, malformed: 4 });
    expect(far.counts().rejected).toBe(3);
    expect(said).toEqual([
      expect.stringMatching(/^Refused by MQTT: the record fails its authentication tag\.$/),
      expect.stringMatching(/^Refused by MQTT: the (record fails|octets are no)/),
      expect.stringMatching(/^Refused by MQTT: the record comes from a device that is not enrolled\.$/),
    ]);
  });

  it("says down what waits for a device that was heard, at once", async () => {
    const { port, url } = await broker();
    const { server, wang } = bench();
    const frames = [Uint8Array.of(0xc0, 1)];
    await door({ url, server: { ...server, waiting: () => frames.shift() }, log: () => {} });
    const watch = device({ protocol: "mqtt", port, deviceId: wang.credentials.deviceId });
    watch.journal(wang.record(0));
    expect(await until(() => watch.heard.some((frame) => frame[0] === 0xc0))).toBe(true);
  });

  it("goes on after a fault of the store, and gets the record again", async () => {
    const { port, url } = await broker();
    const { server, wang, stored } = bench();
    let faults = 2;
    const said: string[] = [];
    const record: typeof server.record = (...given) => {
      if (faults-- > 0) throw new Error("The disk is full.");
      return server.record(...given);
    };
    await door({ url, server: { ...server, record }, log: (line) => said.push(line) });
    const watch = device({ protocol: "mqtt", port, deviceId: wang.credentials.deviceId, hurry: 100 });
    watch.journal(wang.record(3));
    expect(await until(() => watch.held() === 1)).toBe(true);
    expect(stored()).toEqual([3]);
    expect(said).toEqual(["The disk is full.", "The disk is full."]);
  });

  it("says that no broker answers", async () => {
    await expect(brokerDoor({ url: "mqtt://127.0.0.1:9", server: bench().server, log: () => {} })).rejects.toThrow(
      "No MQTT broker answers at mqtt://127.0.0.1:9;",
    );
  });
});
