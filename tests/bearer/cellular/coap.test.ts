import { describe, expect, it } from "@jest/globals";
import { generate, type Packet, type ParsedPacket, parse } from "coap-packet";
import { toHex } from "../../support/hex.ts";
import { talk } from "./talk.ts";

const RECORD = "21050607";

/** The messages in an answer of the program, read by npm coap-packet. */
function sentIn(answer: string): ParsedPacket[] {
  return answer
    .split(" ")
    .filter((word) => word.startsWith(">"))
    .map((word) => parse(Buffer.from(word.slice(1), "hex")));
}

const says = (packet: Packet): string => `data ${toHex(generate(packet))}`;

/** An option's value as a number. */
function numberIn(packet: ParsedPacket, name: string): number | undefined {
  const option = packet.options.find((one) => one.name === name);
  return option === undefined ? undefined : Number(`0x0${option.value.toString("hex")}`);
}

const block = (name: "Block1" | "Block2", number: number, more: boolean, exponent: number) => ({
  name,
  value: Buffer.from(((number << 4) | (more ? 8 : 0) | exponent).toString(16).padStart(2, "0"), "hex"),
});

function ready(blockBytes = 256): void {
  talk(`coap 0 ${blockBytes}`, "attached 1", "pass 2001");
  expect(talk("open 1")).toBe("ready");
}

/** Sends a record; answers the request. */
function asked(record = RECORD): ParsedPacket {
  const [request] = sentIn(talk(`send ${record}`));
  return request;
}

const answer = (request: ParsedPacket, more: Packet = {}): string =>
  says({
    ack: true,
    code: "2.04",
    messageId: request.messageId,
    token: request.token,
    payload: Buffer.from("c0ffee", "hex"),
    ...more,
  });

describe("bearer/cellular/coap", () => {
  it("posts a record as it is, and takes the hub's words from the answer", () => {
    expect(talk("coap 0 256", "attached 1", "pass 2001")).toMatch(/open 2 hub.example 1883$/);
    expect(talk("open 1", "is")).toBe("ready | ready 1024 0");
    const request = asked();
    expect(request).toMatchObject({ code: "0.02", confirmable: true, ack: false, reset: false });
    expect(request.token).toHaveLength(4);
    expect(request.payload.toString("hex")).toBe(RECORD);
    expect(request.options.map(({ name, value }) => `${name} ${name === "Content-Format" ? value[0] : value}`)).toEqual([
      "Uri-Path r",
      "Uri-Path 7A3F-11C0-0000-0042",
      "Content-Format 42",
    ]);
    expect(talk("send 01")).toBe("-1");
    expect(talk(answer(request))).toBe("down c0ffee done 0 0");
    expect(talk(answer(request))).toBe("");
    const next = asked("0102");
    expect(next.messageId).toBe((request.messageId + 1) & 0xffff);
    expect(next.token).not.toEqual(request.token);
    expect(talk("is")).toMatch(/1$/);
    expect(talk(answer(next, { payload: Buffer.alloc(0) }), "is")).toBe("done 0 0 | ready 1024 0");
  });

  it("sends again after 2 to 3 s, then twice as long each time, the same octets, and gives up after the fifth", () => {
    ready();
    const first = talk(`send ${RECORD}`);
    const times: number[] = [];
    let ms = 0;
    let text = "";
    while (!text.includes("done")) {
      text = talk("pass 100");
      ms += 100;
      if (text.includes(">")) {
        expect(text.split(" ")[1]).toBe(first);
        times.push(ms);
      }
    }
    expect(times).toHaveLength(4);
    expect(times[0]).toBeGreaterThanOrEqual(2000);
    expect(times[0]).toBeLessThanOrEqual(3100);
    for (const [i, factor] of [3, 7, 15].entries())
      expect(Math.abs(times[i + 1] - factor * times[0])).toBeLessThan(100 * (factor + 1));
    expect(Math.abs(ms - 31 * times[0])).toBeLessThan(3200);
    expect(text).toMatch(/close done 0 0$/);
    expect(talk("is", "pass 2100")).toMatch(/^not .*open 2/);
  });

  it("waits for an answer that comes by itself, takes it once, and acknowledges it each time", () => {
    ready();
    const request = asked();
    expect(talk(says({ ack: true, code: "0.00", messageId: request.messageId }))).toBe("");
    expect(talk("pass 20000")).toBe("");
    const separate = answer(request, { ack: false, confirmable: true, messageId: 0x1234 });
    expect(talk(separate)).toBe("down c0ffee done 0 0 >60001234");
    expect(talk(separate)).toBe(">60001234");
    expect(talk(answer(request, { ack: false, confirmable: true, messageId: 0x1235 }))).toBe(">70001235");
  });

  it("takes a separate answer before its acknowledgement, and one that needs none", () => {
    ready();
    const request = asked();
    expect(talk(answer(request, { ack: false, confirmable: true, messageId: 9 }))).toBe("down c0ffee done 0 0 >60000009");
    expect(talk(says({ ack: true, code: "0.00", messageId: request.messageId }), "pass 100000")).toBe("");
    const next = asked();
    expect(talk(answer(next, { ack: false, confirmable: false, messageId: 9 }))).toBe("down c0ffee done 0 0");
  });

  it("gives up 30 s after an acknowledgement without an answer, and stays ready", () => {
    ready();
    const request = asked();
    talk(says({ ack: true, code: "0.00", messageId: request.messageId }));
    expect(talk("pass 29900", "pass 200", "is")).toMatch(/^@\d+ done 0 0 \| ready/);
  });

  it("lets a reset, an error and a refusal end the record; after a refusal by name it waits", () => {
    ready();
    const request = asked();
    expect(talk(says({ reset: true, code: "0.00", messageId: request.messageId }))).toBe("done 0 0");
    expect(talk(answer(asked(), { code: "5.03" }))).toBe("done 0 0");
    expect(talk(answer(asked(), { code: "4.00" }), "is")).toMatch(/^done 0 0 \| ready/);
    expect(talk(answer(asked(), { code: "4.03" }), "pass 299000")).toBe("close done 0 0");
  });

  it("takes nothing with another token or id, and resets what is confirmable", () => {
    ready();
    const request = asked();
    const other = Buffer.from(request.token);
    other[3] ^= 1;
    expect(talk(answer(request, { token: other }))).toBe("");
    expect(talk(answer(request, { token: request.token.subarray(0, 3) }))).toBe("");
    expect(talk(answer(request, { messageId: (request.messageId + 1) & 0xffff }))).toBe("");
    expect(talk(says({ reset: true, code: "0.00", messageId: (request.messageId + 1) & 0xffff }))).toBe("");
    expect(talk(answer(request, { token: other, ack: false, confirmable: true, messageId: 3 }))).toBe(">70000003");
    expect(talk(says({ confirmable: true, code: "0.00", messageId: 4 }))).toBe(">70000004");
    expect(talk(says({ confirmable: true, code: "0.01", messageId: 5, token: request.token }))).toBe(">70000005");
    expect(talk(says({ code: "0.01", messageId: 5, token: request.token }))).toBe("");
    // A critical option that is not understood.
    expect(talk(answer(request, { options: [{ name: "9", value: Buffer.from("x") }] }))).toBe("");
    expect(
      talk(answer(request, { ack: false, confirmable: true, messageId: 6, options: [{ name: "9", value: Buffer.from("x") }] })),
    ).toBe(">70000006");
    expect(talk(answer(request, { options: [{ name: "ETag", value: Buffer.from("x") }] }))).toBe("down c0ffee done 0 0");
  });

  it("sends a record that is longer than a block in blocks, each with a message of its own", () => {
    ready(32);
    const record = "00112233445566778899aabbccddeeff".repeat(5);
    let request = asked(record);
    const octets: string[] = [];
    for (let number = 0; ; number++) {
      const value = numberIn(request, "Block1") ?? -1;
      expect(value >> 4).toBe(number);
      expect(value & 7).toBe(1);
      octets.push(request.payload.toString("hex"));
      if ((value & 8) === 0) break;
      expect(request.payload).toHaveLength(32);
      [request] = sentIn(
        talk(answer(request, { code: "2.31", payload: Buffer.alloc(0), options: [block("Block1", number, true, 1)] })),
      );
    }
    expect(octets.join("")).toBe(record);
    expect(octets).toHaveLength(3);
    expect(talk(answer(request, { options: [block("Block1", 2, false, 1)] }))).toBe("down c0ffee done 0 0");
    expect(numberIn(asked("00".repeat(32)), "Block1")).toBeUndefined();
  });

  it("goes on in the smaller blocks that the hub asks for", () => {
    ready(64);
    const record = Array.from({ length: 100 }, (_, i) => i.toString(16).padStart(2, "0")).join("");
    const first = asked(record);
    expect(numberIn(first, "Block1")).toBe(0x0a);
    const [second] = sentIn(
      talk(answer(first, { code: "2.31", payload: Buffer.alloc(0), options: [block("Block1", 0, true, 0)] })),
    );
    expect(numberIn(second, "Block1")).toBe(0x48);
    expect(second.payload.toString("hex")).toBe(record.slice(128, 160));
    const [third] = sentIn(
      talk(answer(second, { code: "2.31", payload: Buffer.alloc(0), options: [block("Block1", 4, true, 0)] })),
    );
    expect(numberIn(third, "Block1")).toBe(0x58);
  });

  it("begins again in smaller blocks when a record is too large for the hub", () => {
    ready(256);
    const request = asked("5a".repeat(100));
    expect(numberIn(request, "Block1")).toBeUndefined();
    const [again] = sentIn(
      talk(answer(request, { code: "4.13", payload: Buffer.alloc(0), options: [block("Block1", 0, false, 2)] })),
    );
    expect(numberIn(again, "Block1")).toBe(0x0a);
    expect(again.payload).toHaveLength(64);
    expect(talk(answer(again, { code: "4.13", options: [block("Block1", 0, false, 2)] }))).toBe("done 0 0");
  });

  it("ends a record whose blocks the hub confuses", () => {
    for (const options of [[], [block("Block1", 1, true, 1)], [block("Block1", 0, true, 2)]]) {
      ready(32);
      expect(talk(answer(asked("00".repeat(80)), { code: "2.31", options }))).toBe("done 0 0");
    }
    ready(32);
    expect(talk(answer(asked(RECORD), { code: "2.31", options: [block("Block1", 0, true, 1)] }))).toBe("done 0 0");
  });

  it("fetches an answer that comes in blocks, and gives it up when it is too long or confused", () => {
    ready();
    const begin = (): ParsedPacket => {
      const [next] = sentIn(talk(answer(asked(), { payload: Buffer.alloc(16, 0xa0), options: [block("Block2", 0, true, 0)] })));
      expect(numberIn(next, "Block2")).toBe(0x10);
      expect(next.payload).toHaveLength(0);
      expect(next.options.map(({ name }) => name)).toEqual(["Uri-Path", "Uri-Path", "Block2"]);
      return next;
    };
    expect(talk(answer(begin(), { payload: Buffer.from("b0"), options: [block("Block2", 1, false, 0)] }))).toBe(
      `down ${"a0".repeat(16)}6230 done 0 0`,
    );
    expect(talk(answer(begin(), { options: [block("Block2", 2, false, 0)] }))).toBe("done 0 0");
    expect(talk(answer(begin(), { payload: Buffer.alloc(15), options: [block("Block2", 1, true, 0)] }))).toBe("done 0 0");
    expect(talk(answer(asked(), { payload: Buffer.alloc(65) }))).toBe("done 0 0");
    expect(talk(answer(asked(), { payload: Buffer.alloc(64) }))).toBe(`down ${"00".repeat(64)} done 0 0`);
  });

  it("reads no message that is none", () => {
    ready();
    const request = asked();
    const good = Buffer.from(answer(request).slice(5), "hex");
    const changed = (at: number, value: number): string => {
      const copy = Buffer.from(good);
      copy[at] = value;
      return toHex(copy);
    };
    const bad = [
      "60",
      toHex(good.subarray(0, 7)),
      toHex(good.subarray(0, 9)),
      changed(0, 0x24),
      changed(0, 0xa4),
      changed(0, 0x69),
      changed(1, 0x24),
      changed(1, 0xc4),
      changed(1, 0xe4),
      changed(8, 0xf0),
      changed(8, 0x0f),
      changed(8, 0xe0),
      `${toHex(good.subarray(0, 8))}dd`,
      // Block2 of the reserved size, and of four octets.
      `${toHex(good.subarray(0, 8))}d10a07ff00`,
      `${toHex(good.subarray(0, 8))}d40a00000000ff00`,
      // An empty message with something behind it, a reset with a code.
      `60 00 ${request.messageId.toString(16).padStart(4, "0")} ff 00`.replaceAll(" ", ""),
      `70 44 ${request.messageId.toString(16).padStart(4, "0")}`.replaceAll(" ", ""),
    ];
    for (const octets of bad) expect([octets, talk(`data ${octets}`)]).toEqual([octets, ""]);
    expect(talk(answer(request))).toBe("down c0ffee done 0 0");
  });

  it("hangs up when it is quiet, and calls again with the next record", () => {
    talk("coap 20 256", "attached 1", "pass 2001", "open 1");
    expect(talk("pass 20100", "is")).toMatch(/close \| ready 1024 0$/);
    expect(talk(`send ${RECORD}`)).toBe("open 2 hub.example 1883");
    expect(sentIn(talk("open 1"))).toHaveLength(1);
  });
});
