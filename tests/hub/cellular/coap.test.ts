import { createSocket } from "node:dgram";
import { describe, expect, it } from "@jest/globals";
import { coapServer } from "@songbai/sim/air/cell/coap-server";
import { coapDoor } from "@songbai/tools/hub/cellular/coap";
import { printedId } from "@songbai/tools/provision/demo";
import coap from "coap";
import { generate, type Packet, parse } from "coap-packet";
import { hostDevice, until } from "../../support/host-modem.ts";
import { later } from "../../support/later.ts";
import { randomSource } from "../../support/random.ts";
import { hubBench, range } from "./hub-bench.ts";

/** A UDP port that was free a moment ago. */
async function freePort(): Promise<number> {
  const socket = createSocket("udp4");
  await new Promise<void>((resume) => socket.bind(0, "127.0.0.1", resume));
  const { port } = socket.address();
  await new Promise<void>((resume) => socket.close(resume));
  return port;
}

const bench = () => later(hubBench(), (one) => one.close());

describe("hub/cellular: CoAP", () => {
  it("takes a device's records from its socket, whole and in blocks, and answers", async () => {
    for (const blockBytes of [256, 16]) {
      const { server, wang, stored, far } = bench();
      const door = later(await coapDoor({ server, port: 0, address: "127.0.0.1", log: () => {} }), (one) => one.close());
      const watch = later(
        hostDevice({ protocol: "coap", port: door.port, deviceId: wang.credentials.deviceId, blockBytes }),
        (one) => one.stop(),
      );
      watch.journal(...range(0, 30).map((n) => wang.record(n)));
      expect(await until(() => watch.held() === 30)).toBe(true);
      expect(stored()).toEqual(range(0, 30));
      expect(watch.sends()).toBe(30);
      expect(far.counts().duplicates).toBe(0);
      expect(door.counts()).toEqual({ messages: blockBytes === 256 ? 30 : expect.any(Number), malformed: 0, repeated: 0 });
    }
  });

  /** A request by npm coap. */
  const ask = (port: number, path: string, payload: Uint8Array, method: "POST" | "GET" = "POST") =>
    new Promise<{ code: string; payload: Buffer }>((resolve, reject) => {
      const request = coap.request({ host: "127.0.0.1", port, method, pathname: path, confirmable: true });
      request.on("response", (response) => resolve({ code: response.code, payload: response.payload }));
      request.on("error", reject);
      request.end(Buffer.from(payload));
    });

  it("answers npm coap's client: what it took, what it refused, what it does not have", async () => {
    const { server, wang, stored, said } = bench();
    const door = later(await coapDoor({ server, port: 0, address: "127.0.0.1", log: (line) => said.push(line) }), (one) =>
      one.close(),
    );
    const path = `/r/${printedId(wang.credentials.deviceId)}`;
    const { code, payload } = await ask(door.port, path, wang.record(5));
    expect([code, payload.toString("hex")]).toEqual(["2.04", "ac00000005"]);
    const forged = wang.record(6);
    forged[9] ^= 4;
    expect((await ask(door.port, path, forged)).code).toBe("4.00");
    expect((await ask(door.port, "/r/7A3F-11C0-0000-0042", wang.record(7))).code).toBe("4.00");
    expect((await ask(door.port, "/r/x", wang.record(7))).code).toBe("4.04");
    expect((await ask(door.port, "/.well-known/core", wang.record(7))).code).toBe("4.04");
    expect((await ask(door.port, path, new Uint8Array(0), "GET")).code).toBe("4.05");
    expect(stored()).toEqual([5]);
    expect(said.filter((line) => line.startsWith("Refused by CoAP"))).toHaveLength(2);
  });

  it("the device's client is understood by npm coap's server", async () => {
    const { wang } = bench();
    const got: string[] = [];
    const server = later(coap.createServer(), (one) => one.close());
    server.on("request", (request, response) => {
      got.push(`${request.method} ${request.url} ${request.headers["Content-Format"]} ${request.payload.toString("hex")}`);
      const answer = Buffer.alloc(5);
      answer[0] = 0xac;
      answer.writeUInt32BE(3, 1);
      response.code = "2.04";
      response.end(answer);
    });
    const port = await freePort();
    await new Promise<void>((resume) => server.listen(port, "127.0.0.1", () => resume()));
    const watch = later(hostDevice({ protocol: "coap", port, deviceId: wang.credentials.deviceId }), (one) => one.stop());
    watch.journal(wang.record(3));
    expect(await until(() => watch.held() === 1)).toBe(true);
    const record = Buffer.from(wang.record(3)).toString("hex");
    expect(got).toEqual([`POST /r/${watch.name} application/octet-stream ${record}`]);
  });

  it("says that a port is taken", async () => {
    const { server } = bench();
    const taken = later(createSocket("udp4"), (one) => one.close());
    await new Promise<void>((resume) => taken.bind(0, "127.0.0.1", resume));
    const { port } = taken.address();
    await expect(coapDoor({ server, port, address: "127.0.0.1", log: () => {} })).rejects.toThrow(
      `The hub cannot listen on UDP port ${port} of 127.0.0.1 (EADDRINUSE).`,
    );
  });
});

describe("hub/cellular: the CoAP server by the message", () => {
  const DEVICE = "7A3F-11C0-0000-0042";
  const taken: string[] = [];
  const fresh = () => {
    taken.length = 0;
    return coapServer({
      record(_id, sealed) {
        taken.push(Buffer.from(sealed).toString("hex"));
        return { answer: Uint8Array.of(0xac) };
      },
    });
  };
  const post = (messageId: number, payload: Buffer, more: Packet = {}): Uint8Array =>
    new Uint8Array(
      generate({
        confirmable: true,
        code: "0.02",
        messageId,
        token: Buffer.of(1, 2, 3, 4),
        payload,
        ...more,
        options: [
          { name: "Uri-Path", value: Buffer.from("r") },
          { name: "Uri-Path", value: Buffer.from(DEVICE) },
          ...((more.options ?? []) as { name: "Block1"; value: Buffer }[]),
        ],
      }),
    );
  const block = (number: number, more: boolean, exponent: number) => ({
    options: [{ name: "Block1" as const, value: Buffer.of((number << 4) | (more ? 8 : 0) | exponent) }],
  });
  const codeOf = (answer: Uint8Array | undefined): string => (answer === undefined ? "none" : parse(Buffer.from(answer)).code);

  it("takes a message that comes again once, and answers it alike; four minutes later it is another", () => {
    const server = fresh();
    const first = server.take(post(9, Buffer.from("abc")), "a", 1000);
    expect(server.take(post(9, Buffer.from("abc")), "a", 1200)).toEqual(first);
    expect(taken).toEqual(["616263"]);
    expect(server.counts().repeated).toBe(1);
    server.take(post(9, Buffer.from("abc")), "b", 1200);
    server.take(post(9, Buffer.from("abc")), "a", 1248);
    expect(taken).toHaveLength(3);
  });

  it("puts blocks together in their order only, per peer", () => {
    const server = fresh();
    const send = (id: number, text: string, number: number, more: boolean, peer = "a") =>
      codeOf(server.take(post(id, Buffer.from(text), block(number, more, 0)), peer, 1000));
    expect(send(1, "0123456789abcdef", 0, true)).toBe("2.31");
    expect(send(2, "0123456789ABCDEF", 1, true, "b")).toBe("4.08");
    expect(send(3, "ghijklmnopqrstuv", 1, true)).toBe("2.31");
    expect(send(4, "wx", 3, false)).toBe("4.08");
    expect(send(5, "wx", 2, false)).toBe("2.04");
    expect(taken.map((hex) => Buffer.from(hex, "hex").toString())).toEqual(["0123456789abcdefghijklmnopqrstuvwx"]);
    expect(send(6, "wx", 2, false)).toBe("4.08");
    expect(send(7, "short", 0, true)).toBe("4.00");
    expect(codeOf(server.take(post(8, Buffer.from("x"), block(0, false, 7)), "a", 1000))).toBe("4.00");
  });

  it("says 5.03 when the hub cannot keep a record, and 4.13 to one without an end", () => {
    const server = coapServer({
      record() {
        throw new Error("full");
      },
    });
    expect(codeOf(server.take(post(1, Buffer.from("a")), "a", 0))).toBe("5.03");
    let code = "";
    for (let n = 0; n < 20 && code !== "4.13"; n++) {
      const value = Buffer.of((n << 4) >> 8, ((n << 4) & 255) | 8 | 4);
      code = codeOf(server.take(post(10 + n, Buffer.alloc(256), { options: [{ name: "Block1", value }] }), "a", 0));
    }
    expect(code).toBe("4.13");
  });

  it("resets a ping and a stray answer, and says nothing to noise", () => {
    const server = fresh();
    const ping = server.take(new Uint8Array(generate({ confirmable: true, code: "0.00", messageId: 5 })), "a", 0);
    expect(Buffer.from(ping ?? []).toString("hex")).toBe("70000005");
    expect(server.take(new Uint8Array(generate({ ack: true, code: "2.04", messageId: 5 })), "a", 0)).toBeUndefined();
    const random = randomSource(4);
    const good = post(1, Buffer.from("0123456789abcdef"), block(0, true, 0));
    const genuine = "30313233343536373839616263646566";
    for (let i = 0; i < 20_000; i++) {
      const octets = Uint8Array.from(good);
      for (let left = 1 + random.below(3); left > 0; left--) octets[random.below(octets.length)] = random.below(256);
      const answer = server.take(random.below(4) === 0 ? octets.slice(0, random.below(octets.length)) : octets, "n", i * 300);
      if (answer !== undefined) parse(Buffer.from(answer));
    }
    expect(server.counts().malformed).toBeGreaterThan(100);
    // Changes of the payload are for the seal to find; no more comes through than was sent.
    for (const hex of taken) expect(hex.length).toBeLessThanOrEqual(genuine.length + 2 * good.length);
  });
});
