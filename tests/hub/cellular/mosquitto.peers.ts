// Needs Debian's mosquitto and openssl.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { type Identity, readIdentity } from "@songbai/sdk/identity/identity";
import { type BrokerDoorOptions, brokerDoor } from "@songbai/tools/hub/cellular/broker";
import { makeDevice } from "@songbai/tools/provision/device";
import { brokerLoginOf } from "@songbai/tools/provision/registry";
import mqtt, { type IPublishPacket } from "mqtt";
import { ORDER, vendor } from "../../provision/vendor.ts";
import { type HostDeviceOptions, hostDevice, until } from "../../support/host-modem.ts";
import { later } from "../../support/later.ts";
import { blankImage, norPart } from "../../support/nor-part.ts";
import { hubBench, range } from "./hub-bench.ts";
import { freePort, mosquitto } from "./mosquitto.ts";

const bench = () => later(hubBench(), (one) => one.close());
const door = async (options: BrokerDoorOptions) => later(await brokerDoor(options), (one) => one.close());
const device = (options: HostDeviceOptions) => later(hostDevice(options), (one) => one.stop());
const broker = async (...lines: Parameters<typeof mosquitto>) => {
  const one = later(mosquitto(...lines), (some) => some.kill());
  await one.start();
  return one;
};
const open = (port: number) => [`listener ${port} 127.0.0.1`, "allow_anonymous true", "max_topic_alias 10"];

describe("hub/cellular with mosquitto", () => {
  it("MQTT 5: records with content type and expiry, by topic alias, and answers", async () => {
    const port = await freePort();
    await broker(() => open(port));
    const { server, wang, stored } = bench();
    const packets: IPublishPacket[] = [];
    const reader = later(await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5 }), (one) =>
      one.endAsync(true),
    );
    reader.on("message", (_topic, _payload, packet) => packets.push(packet));
    await reader.subscribeAsync("songbai/v1/+/up", { qos: 1 });
    await door({ url: `mqtt://127.0.0.1:${port}`, server, log: () => {} });
    const watch = device({ protocol: "mqtt", port, deviceId: wang.credentials.deviceId });
    watch.journal(...range(0, 40).map((n) => wang.record(n)));
    expect(await until(() => watch.held() === 40)).toBe(true);
    expect(stored()).toEqual(range(0, 40));
    expect(watch.sends()).toBe(40);
    await until(() => packets.length === 40);
    for (const packet of packets) {
      expect(packet).toMatchObject({ topic: `songbai/v1/${watch.name}/up`, qos: 1, dup: false });
      expect(packet.properties?.contentType).toBe("application/vnd.songbai.record");
      expect(packet.properties?.messageExpiryInterval).toBeGreaterThan(604_000);
    }
  });

  it("3.1.1: falls back where the front refuses MQTT 5", async () => {
    const port = await freePort();
    await broker(() => open(port));
    const levels: number[] = [];
    /** Lets only 3.1.1 through; the protocol level is the ninth octet of CONNECT. */
    const front = createServer((client) => {
      client.once("data", (first) => {
        levels.push(first[8]);
        if (first[8] === 5) {
          client.end(Buffer.of(0x20, 2, 0, 1));
          return;
        }
        const to = connect(port, "127.0.0.1");
        for (const socket of [client, to]) socket.on("error", () => socket.destroy());
        to.write(first);
        client.pipe(to).pipe(client);
      });
    });
    await new Promise<void>((resume) => front.listen(0, "127.0.0.1", resume));
    later(front, (one) => one.close());
    const { server, wang, stored } = bench();
    await door({ url: `mqtt://127.0.0.1:${port}`, server, log: () => {} });
    const watch = device({
      protocol: "mqtt",
      port: (front.address() as { port: number }).port,
      deviceId: wang.credentials.deviceId,
    });
    watch.journal(...range(0, 20).map((n) => wang.record(n)));
    expect(await until(() => watch.held() === 20)).toBe(true);
    expect(stored()).toEqual(range(0, 20));
    expect(levels).toEqual([5, 4]);
  });

  it("TLS by the modem's socket, and not with a certificate of somebody else", async () => {
    const [plain, secure] = [await freePort(), await freePort()];
    const tls = await broker((folder) => {
      const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
      execFileSync(
        "openssl",
        [
          "req",
          "-x509",
          "-newkey",
          "ec",
          "-pkeyopt",
          "ec_paramgen_curve:P-256",
          "-nodes",
          "-keyout",
          key,
          "-out",
          certificate,
        ].concat(["-days", "2", "-subj", "/CN=hub.example", "-addext", "subjectAltName=DNS:hub.example"]),
        { stdio: "ignore" },
      );
      return [...open(plain), `listener ${secure} 127.0.0.1`, `certfile ${certificate}`, `keyfile ${key}`];
    });
    const ca = readFileSync(join(tls.folder, "certificate.pem"));
    const { server, wang, stored } = bench();
    await door({ url: `mqtt://127.0.0.1:${plain}`, server, log: () => {} });
    const options = { protocol: "mqtt", port: secure, deviceId: wang.credentials.deviceId } as const;
    const stranger = device({ ...options, tls: { servername: "hub.example" }, hurry: 50 });
    const wrongName = device({ ...options, tls: { ca, servername: "other.example" }, hurry: 50 });
    const watch = device({ ...options, tls: { ca, servername: "hub.example" } });
    watch.journal(...range(0, 20).map((n) => wang.record(n)));
    expect(await until(() => watch.held() === 20)).toBe(true);
    expect(stored()).toEqual(range(0, 20));
    expect([stranger.isReady(), wrongName.isReady()]).toEqual([false, false]);
  });

  it("user and password, and a device that has the wrong one", async () => {
    const port = await freePort();
    await broker((folder) => {
      const file = join(folder, "passwords");
      execFileSync("mosquitto_passwd", ["-b", "-c", file, "wang", "secret"], { stdio: "ignore" });
      return [`listener ${port} 127.0.0.1`, "allow_anonymous false", `password_file ${file}`];
    });
    const { wang } = bench();
    const options = { protocol: "mqtt", port, deviceId: wang.credentials.deviceId, hurry: 20 } as const;
    const login = (word: string) => ({ login: { user: "wang", password: () => new Uint8Array(Buffer.from(word)) } });
    const wrong = device({ ...options, mqtt: login("guess") });
    expect(await until(() => wrong.isReady(), 2)).toBe(false);
    const right = device({ ...options, mqtt: login("secret") });
    expect(await until(right.isReady)).toBe(true);
  });

  it("a provisioned device logs in with the password that songbai provision gave the broker, and no stranger does", async () => {
    const { vault: before, random } = vendor(2);
    const { vault, identity } = makeDevice(before, { ...ORDER, model: "watch" }, random);
    const { user, password } = brokerLoginOf(vault, vault.devices[0]);
    const port = await freePort();
    await broker((folder) => {
      const file = join(folder, "passwords");
      // As `songbai provision broker` writes it.
      writeFileSync(file, `${user}:${password}\nhub:hub\n`);
      execFileSync("mosquitto_passwd", ["-U", file], { stdio: "ignore" });
      return [`listener ${port} 127.0.0.1`, "allow_anonymous false", `password_file ${file}`];
    });
    const image = blankImage(2, 4096);
    image.set(identity);
    const { fields, brokerPassword } = readIdentity(norPart(image, 4096)) as Identity;
    const options = { protocol: "mqtt", port, deviceId: fields.deviceId as Uint8Array, hurry: 20 } as const;
    const anonymous = device({ ...options, mqtt: { login: { user, password: () => undefined } } });
    expect(await until(() => anonymous.isReady(), 1)).toBe(false);
    const provisioned = device({ ...options, mqtt: { login: { user, password: brokerPassword } } });
    expect(await until(provisioned.isReady)).toBe(true);
    // Also when it connects again: the password is read anew.
    provisioned.cut();
    expect(await until(() => !provisioned.isReady())).toBe(true);
    expect(await until(provisioned.isReady)).toBe(true);
    // The hub's own password stands in the address of its broker, and in no sentence.
    const { server } = bench();
    const there = await door({ url: `mqtt://hub:hub@127.0.0.1:${port}`, server, log: () => {} });
    expect(there.where).toBe(`songbai/v1/+/up of the broker mqtt://127.0.0.1:${port}`);
    await expect(brokerDoor({ url: `mqtt://hub:guess@127.0.0.1:${port}`, server, log: () => {} })).rejects.toThrow(
      `No MQTT broker answers at mqtt://127.0.0.1:${port};`,
    );
  });

  it("the broker is killed and started again in the middle: nothing is lost, nothing is stored twice", async () => {
    const port = await freePort();
    const one = await broker(() => open(port));
    const { server, wang, stored, far } = bench();
    await door({ url: `mqtt://127.0.0.1:${port}`, server, log: () => {} });
    const watch = device({ protocol: "mqtt", port, deviceId: wang.credentials.deviceId, hurry: 40 });
    const all = range(0, 150);
    for (const n of all) {
      watch.journal(wang.record(n));
      if (n === 40 || n === 100) await one.kill();
      if (n === 70 || n === 130) await one.start();
      await new Promise((resume) => setTimeout(resume, 10));
    }
    expect(await until(() => watch.held() === 150, 40)).toBe(true);
    expect([...stored()].sort((a, b) => a - b)).toEqual(all);
    expect(far.counts()).toMatchObject({ accepted: 150, rejected: 0 });
  });

  it("what the hub says while the device is away waits for it in the broker", async () => {
    const port = await freePort();
    await broker(() => open(port));
    const { server, wang } = bench();
    const frames: Uint8Array[] = [];
    await door({ url: `mqtt://127.0.0.1:${port}`, server: { ...server, waiting: () => frames.shift() }, log: () => {} });
    const options = { protocol: "mqtt", port, deviceId: wang.credentials.deviceId } as const;
    const first = device(options);
    first.journal(wang.record(0));
    expect(await until(() => first.held() === 1)).toBe(true);
    first.stop();
    frames.push(Uint8Array.of(0xc0, 1, 2), Uint8Array.of(0xc0, 3));
    await until(() => frames.length === 0);
    await new Promise((resume) => setTimeout(resume, 200));
    const again = device(options);
    expect(await until(() => again.heard.length === 2)).toBe(true);
    expect(again.heard.map((frame) => [...frame])).toEqual([
      [0xc0, 1, 2],
      [0xc0, 3],
    ]);
  });

  it("what devices send while the hub is away waits for it in the broker", async () => {
    const port = await freePort();
    await broker(() => open(port));
    const { server, wang, stored } = bench();
    const url = `mqtt://127.0.0.1:${port}`;
    const before = await brokerDoor({ url, server, log: () => {} });
    await before.close();
    const watch = device({ protocol: "mqtt", port, deviceId: wang.credentials.deviceId });
    watch.journal(wang.record(0));
    expect(await until(() => watch.sends() === 1)).toBe(true);
    await new Promise((resume) => setTimeout(resume, 200));
    watch.stop();
    await door({ url, server, log: () => {} });
    expect(await until(() => stored().length === 1)).toBe(true);
  });
});
