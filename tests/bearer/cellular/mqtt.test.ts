import { describe, expect, it } from "@jest/globals";
import { CONNACK, connected, DOWN, PINGRESP, puback, publish, SUBACK, says, sentIn, UP, type Version } from "./broker-words.ts";
import { reopened, talk } from "./talk.ts";

const RECORD = "21050607";
const VERSIONS: Version[] = [5, 4];

/** The socket is closed, and the device comes back. */
function lost(): string {
  talk("open 0");
  return reopened();
}

describe("bearer/cellular/mqtt", () => {
  it("connects with its device id, subscribes to its frames, and is ready then", () => {
    expect(talk("mqtt 0")).toBe("attach");
    expect(talk("is")).toMatch(/^not/);
    expect(talk("attached 1", "pass 2001")).toMatch(/^@\d+ open 0 hub.example 1883$/);
    const [connect] = sentIn(talk("open 1"), 5);
    expect(connect).toMatchObject({
      cmd: "connect",
      protocolId: "MQTT",
      protocolVersion: 5,
      clean: false,
      keepalive: 300,
      clientId: "7A3F-11C0-0000-0042",
      properties: { sessionExpiryInterval: 604800, receiveMaximum: 32, maximumPacketSize: 128 },
    });
    const [subscribe] = sentIn(talk(`data ${says(5, CONNACK)}`), 5);
    expect(subscribe).toMatchObject({ cmd: "subscribe", messageId: 65535, subscriptions: [{ topic: DOWN, qos: 1 }] });
    expect(talk("is", `data ${says(5, SUBACK)}`, "is")).toMatch(/^not .* \| ready \| ready 430/);
  });

  it("gives user and password to a broker that wants them", () => {
    const [connect] = sentIn(talk("mqtt 0 wang secret", "attached 1", "pass 2001", "open 1"), 5);
    expect(connect).toMatchObject({ username: "wang", password: Buffer.from("secret") });
    // What is left of it in the device's memory, once it has gone.
    expect(talk("lent")).toContain("lent 000000000000");
    // The longest that there may be, and no more of it.
    const user = "w".repeat(90);
    const [long] = sentIn(talk(`mqtt 0 ${user} ${"x".repeat(40)}`, "attached 1", "pass 2001", "open 1"), 5);
    expect(String((long as { password?: Buffer }).password)).toBe("x".repeat(32));
    expect(long).toHaveProperty("username", user);
  });

  it("does not log in where it has no password", () => {
    const [connect] = sentIn(talk("mqtt 0 wang none", "attached 1", "pass 2001", "open 1"), 5);
    expect(connect).toMatchObject({ cmd: "connect", clientId: "7A3F-11C0-0000-0042" });
    for (const name of ["username", "password"]) expect(connect).not.toHaveProperty(name);
  });

  it.each(VERSIONS)("version %i: publishes a record as it is, and settles it when the hub has spoken", (version) => {
    connected(version);
    const [packet, ...more] = sentIn(talk(`send ${RECORD}`), version);
    expect(more).toEqual([]);
    expect(packet).toMatchObject({ cmd: "publish", topic: UP, qos: 1, messageId: 1, dup: false, retain: false });
    expect(packet).toHaveProperty("payload", Buffer.from(RECORD, "hex"));
    if (version === 5) {
      expect(packet).toMatchObject({
        properties: { contentType: "application/vnd.songbai.record", messageExpiryInterval: 604800 },
      });
    }
    expect(talk(`data ${says(version, puback(1))}`, "send 00")).toBe("-1");
    const answer = talk(`data ${says(version, publish("a1b2c3"))}`);
    expect(answer).toMatch(/^down a1b2c3 done 0 0 >/);
    expect(sentIn(answer, version)).toMatchObject([{ cmd: "puback", messageId: 7 }]);
    expect(sentIn(talk("send 0102"), version)).toMatchObject([{ cmd: "publish", messageId: 2 }]);
  });

  it("settles a record by a frame that overtakes the PUBACK, and by one of QoS 0", () => {
    connected(4);
    talk(`send ${RECORD}`);
    expect(talk(`data ${says(4, publish("aa", { qos: 0, messageId: undefined }))}`, `data ${says(4, puback(1))}`)).toBe(
      "down aa | done 0 0",
    );
  });

  it("gives a record up when the hub is silent for 15 s, when nobody has subscribed, or when the broker does not take it", () => {
    connected(5);
    talk(`send ${RECORD}`, `data ${says(5, puback(1))}`);
    expect(talk("pass 14900", "pass 200")).toMatch(/^@\d+ done 0 0$/);
    talk(`send ${RECORD}`);
    expect(talk(`data ${says(5, puback(2, 16))}`)).toBe("done 0 0");
    talk(`send ${RECORD}`);
    expect(talk(`data ${says(5, puback(3, 0x97))}`)).toBe("done 0 0");
    expect(talk("is")).toMatch(/^ready/);
  });

  it("leaves a broker that is silent for 30 s, and the record to the outbox", () => {
    connected(5);
    talk(`send ${RECORD}`);
    expect(talk("pass 29900", "is", "pass 200", "is")).toMatch(/^ready .* \| @\d+ close done 0 0 \| not/);
    expect(talk("pass 3000")).toMatch(/open 0 hub.example/);
    expect(sentIn(talk("open 1"), 5)).toMatchObject([{ cmd: "connect", clean: false }]);
  });

  it("takes packets that are cut anywhere, and several at once", () => {
    const stream = says(
      5,
      publish("0102030405", { messageId: 300, properties: { contentType: "x", userProperties: { a: "b" } } }),
    );
    const all = stream + says(5, publish("0a", { messageId: 301 }));
    for (let at = 2; at < stream.length; at += 2) {
      connected(5);
      const answer = talk(`data ${all.slice(0, at)}`, `data ${all.slice(at)}`);
      expect(answer).toContain("down 0102030405");
      expect(answer).toContain("down 0a");
      expect(sentIn(answer.replaceAll("|", ""), 5).map(({ messageId }) => messageId)).toEqual([300, 301]);
    }
    connected(5);
    expect(talk(...(all.match(/../g) as string[]).map((octet) => `data ${octet}`))).toMatch(/down 0102030405 .*down 0a/);
  });

  it("sends one packet at a time, as the modem takes them", () => {
    connected(5);
    const three = says(5, ...[1, 2, 3].map((messageId) => publish("0f", { messageId })));
    expect(talk("prompt 0", `data ${three}`).split(">")).toHaveLength(2);
    expect(talk("send 01")).toBe("");
    const rest = talk("sent", "sent", "sent");
    expect(sentIn(rest.replaceAll("|", ""), 5).map(({ cmd, messageId }) => `${cmd} ${messageId}`)).toEqual([
      "puback 2",
      "puback 3",
      "publish 1",
    ]);
  });

  it("leaves a broker that has more under way than it was told to", () => {
    connected(5);
    const many = (count: number): string =>
      says(5, ...Array.from({ length: count }, (_, i) => publish("0f", { messageId: i + 1 })));
    expect(talk("prompt 0", `data ${many(33)}`)).not.toContain("close");
    expect(talk(`data ${many(1)}`)).toBe("close");
  });

  it("pings after the broker's own keep-alive time, and leaves it when no answer comes", () => {
    connected(5, { ...CONNACK, properties: { serverKeepAlive: 60 } });
    expect(talk("pass 59900")).toBe("");
    expect(sentIn(talk("pass 200"), 5)).toMatchObject([{ cmd: "pingreq" }]);
    talk(`data ${says(5, PINGRESP)}`);
    expect(sentIn(talk("pass 60100"), 5)).toMatchObject([{ cmd: "pingreq" }]);
    expect(talk("pass 30100")).toMatch(/close$/);
  });

  it("falls back to 3.1.1 when the broker says that it knows no 5, in either version's words, and stays there", () => {
    for (const refusal of [says(4, { ...CONNACK, returnCode: 1 }), says(5, { ...CONNACK, reasonCode: 0x84 })]) {
      talk("mqtt 0", "attached 1", "pass 2001", "open 1");
      expect(talk(`data ${refusal}`)).toBe("close");
      expect(sentIn(reopened(), 4)).toMatchObject([{ cmd: "connect", protocolVersion: 4 }]);
      expect(talk(`data ${says(4, CONNACK, SUBACK)}`)).toMatch(/ready$/);
      expect(sentIn(lost(), 4)).toMatchObject([{ protocolVersion: 4 }]);
    }
  });

  it("tries the other version when the broker only hangs up", () => {
    talk("mqtt 0", "attached 1", "pass 2001", "open 1");
    const again = (): unknown => sentIn(lost(), 4).map((packet) => "protocolVersion" in packet && packet.protocolVersion);
    expect([again(), again(), again()]).toEqual([[4], [5], [4]]);
  });

  it("waits ten minutes, half of them at least, when it is refused by name", () => {
    for (const [version, connack] of [
      [5, { ...CONNACK, reasonCode: 0x87 }],
      [4, { ...CONNACK, returnCode: 5 }],
    ] as const) {
      expect(connected(version, connack)).toContain("close");
      expect(talk("pass 299000")).toBe("");
      expect(talk("pass 301000")).toMatch(/open 0/);
    }
    connected(5, { ...CONNACK, reasonCode: 0x88 });
    expect(talk("pass 2100")).toMatch(/open 0/);
  });

  it("respects what the broker can: no QoS 1, short packets, a topic alias", () => {
    connected(5, { ...CONNACK, properties: { maximumQoS: 0, maximumPacketSize: 120, topicAliasMaximum: 5 } });
    expect(talk("is")).toMatch(/^ready 38/);
    expect(talk(`send ${"00".repeat(39)}`)).toBe("-2");
    expect(sentIn(talk(`send ${"00".repeat(38)}`), 5)).toMatchObject([
      { topic: UP, qos: 0, length: 115, properties: { topicAlias: 1 } },
    ]);
    talk(`data ${says(5, publish("aa"))}`);
    const answer = talk(`send ${RECORD}`);
    expect(answer).toMatch(/>30..0000/);
    expect(answer.length).toBeLessThan(2 * 60);
  });

  it("sends the longest record in one piece of the modem's size", () => {
    connected(5, { ...CONNACK, properties: { topicAliasMaximum: 1 } });
    const packet = sentIn(talk(`send ${"5a".repeat(430)}`), 5);
    expect(packet).toMatchObject([{ length: 512 - 3 }]);
    talk(`data ${says(5, puback(1), publish("aa"))}`);
    expect(talk(`send ${"5a".repeat(431)}`)).toBe("-2");
  });

  it("acknowledges what is not for it or too long, and tells nothing of it", () => {
    connected(4);
    for (const strange of [
      publish("aa", { topic: `${DOWN}/x` }),
      publish("aa", { topic: DOWN.slice(0, -1) }),
      publish("aa".repeat(65)),
      publish("aa".repeat(3000)),
      publish(""),
    ]) {
      expect(talk(`data ${says(4, strange)}`)).toBe(">40020007");
    }
    expect(talk(`data ${says(4, publish("aa".repeat(64)))}`)).toMatch(/^down (aa){64} >40020007$/);
  });

  it("leaves a broker that sends what is none of MQTT, and begins a new session then", () => {
    const cases: string[] = [
      "0000",
      "f000",
      "3400",
      "20ffffffff7f",
      "30ff7f",
      says(4, { cmd: "pubrec", messageId: 1 }),
      says(4, { cmd: "pingresp" }),
      says(4, puback(1)),
      says(4, CONNACK),
      says(4, SUBACK),
      "e000",
      // QoS 2 and 3, repeated without QoS, no identifier, an empty topic, a wildcard, U+0000, half a surrogate pair, cut UTF-8.
      "3406000161000701",
      "360600016100070a",
      "38040001610a",
      "3206000161000001",
      "3203000001",
      "30030001230a".replace("03", "04"),
      "30040001000a",
      "30060003eda0800a",
      "3004000200c3",
      // Above U+10FFFF; a length in more octets than it takes.
      "30070004f49080800a",
      "30808000",
    ];
    for (const octets of cases) {
      connected(4);
      expect([octets, talk(`data ${octets}`)]).toEqual([octets, "close"]);
      expect(sentIn(reopened(), 4)).toMatchObject([{ cmd: "connect", clean: true }]);
    }
  });

  it("refuses properties that are unknown, twice there, out of place or out of range", () => {
    const good = ["", "0101", "020000000a", "03000178", "2600016100016226000163000164", "0b8101"];
    const bad = [
      ["01", "not whole"],
      ["0102", "no yes or no"],
      ["01000101", "twice"],
      ["04", "unknown"],
      ["23000a", "an alias that nobody allowed"],
      ["1100000001", "of another packet"],
      ["030005", "a text that does not end"],
      ["0300017f".replace("7f", "ff"), "no UTF-8"],
      ["0b808000", "a length in more octets than it takes"],
    ];
    const packet = (properties: string): string => {
      const body = `000161${"00"}`.slice(0, 6) + (properties.length / 2).toString(16).padStart(2, "0") + properties;
      return `30${(body.length / 2).toString(16).padStart(2, "0")}${body}`;
    };
    for (const properties of good) {
      connected(5);
      expect([properties, talk(`data ${packet(properties)}`)]).toEqual([properties, ""]);
    }
    for (const [properties, why] of bad) {
      connected(5);
      expect([why, talk(`data ${packet(properties)}`)]).toEqual([why, "close"]);
    }
  });

  it("refuses a CONNACK that contradicts itself", () => {
    for (const body of [
      "0001",
      "010187",
      "00 00 03 21 00 00",
      "00 00 05 27 00 00 00 00",
      "00 05 00",
      "02 00 00",
      "00 00 01",
      "00 00 03 11",
    ])
      for (const octets of [body.replaceAll(" ", "")]) {
        talk("mqtt 0", "attached 1", "pass 2001", "open 1");
        const length = (octets.length / 2).toString(16).padStart(2, "0");
        expect([body, talk(`data 20${length}${octets}`)]).toEqual([body, "close"]);
        expect(talk("is")).toMatch(/^not/);
      }
  });

  it("hangs up when it is quiet, and calls again with the next record", () => {
    connected(5, CONNACK, "mqtt 20");
    expect(talk("pass 19900", "send 01", `data ${says(5, puback(1))}`, `data ${says(5, publish("aa"))}`)).toContain("done 0 0");
    expect(talk("pass 19000")).toBe("");
    const end = talk("pass 1100");
    expect(sentIn(end, 5)).toMatchObject([{ cmd: "disconnect" }]);
    expect(end).toMatch(/close$/);
    expect(talk("is")).toMatch(/^ready .* 0$/);
    expect(talk("pass 4000000")).toBe("");
    expect(talk("send 02", "send 03")).toBe("open 0 hub.example 1883 | -1");
    expect(talk("open 1", `data ${says(5, CONNACK)}`)).toMatch(/>10/);
    expect(sentIn(talk(`data ${says(5, SUBACK)}`), 5)).toMatchObject([{ cmd: "publish" }]);
  });

  it("has hung up when the broker closes the socket first", () => {
    connected(5, CONNACK, "mqtt 20");
    talk("prompt 0");
    expect(sentIn(talk("pass 20100"), 5)).toMatchObject([{ cmd: "disconnect" }]);
    expect(talk("send 01")).toBe("");
    expect(talk("open 0", "sent")).toBe("close open 0 hub.example 1883");
  });

  it("comes back from every kind of loss with pauses that double, none of them alike", () => {
    talk("mqtt 0", "attached 1", "pass 2001");
    const pauses = Array.from({ length: 12 }, () => {
      talk("open 0");
      let ms = 0;
      while (!talk("pass 100").includes("open 0")) ms += 100;
      return ms;
    });
    for (const [i, pause] of pauses.entries()) {
      const most = Math.min(2000 * 2 ** i, 600_000);
      expect(pause).toBeGreaterThanOrEqual(most / 2 - 100);
      expect(pause).toBeLessThanOrEqual(most);
    }
    expect(new Set(pauses).size).toBe(pauses.length);
  });

  it("drops the session out of coverage, and opens a socket within two seconds of coming back", () => {
    connected(5);
    talk(`send ${RECORD}`);
    expect(talk("attached 0")).toBe("done 0 0");
    expect(talk("is", "send 01")).toMatch(/^not .* 0 \| -6$/);
    expect(talk("pass 100000")).toBe("");
    expect(talk("attached 1", "pass 2001")).toMatch(/open 0/);
  });

  it("a socket that never opens is given up after a minute", () => {
    talk("mqtt 0", "attached 1", "pass 2001");
    expect(talk("pass 60000")).toMatch(/^@6\d{4} close( @6\d{4} open 0 hub.example 1883)?$/);
  });
});
