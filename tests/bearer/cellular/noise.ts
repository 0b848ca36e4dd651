// Octets that look like those of a broker or a CoAP server and are not, against the device's parsers, with npm mqtt-packet and
// coap-packet as judges: what they refuse the device must not take.
import v8 from "node:v8";
import vm from "node:vm";
import { coap } from "@songbai/sdk/bearer/cellular/coap";
import { mqtt } from "@songbai/sdk/bearer/cellular/mqtt";
import type { Session, SessionEvents } from "@songbai/sdk/bearer/cellular/session";
import type { Timers } from "@songbai/sdk/board/clock";
import type { Bytes } from "@songbai/sdk/lang/intrinsics";
import { OK } from "@songbai/sdk/lang/result";
import { generate, parse } from "coap-packet";
import mqttPacket, { type Packet } from "mqtt-packet";
import { fromHex, toHex } from "../../support/hex.ts";
import { type RandomSource, randomSource } from "../../support/random.ts";
import { CONNACK, DOWN, PINGRESP, puback, publish, SUBACK, says, UP } from "./broker-words.ts";

export interface Noise {
  readonly tried: number;
  /** Streams or messages that made the device give up or keep still. */
  readonly refused: number;
  /** Frames that came of those that were still good. */
  readonly taken: number;
  /** What the device took and the judge did not. */
  readonly wrong: string[];
  /** Live octets when a tenth was done and at the end. */
  readonly heap: readonly number[];
}

const NO_TIMERS: Timers = { after: () => 1, cancel: () => {} };
const MOST_DOWN = 64;

function collected(): number {
  v8.setFlagsFromString("--expose-gc");
  vm.runInNewContext("gc")();
  return process.memoryUsage().heapUsed;
}

/** Octets with bits turned, octets changed, cut, lengthened, doubled or taken from another. */
function mutated(good: Uint8Array, other: Uint8Array, random: RandomSource): Uint8Array {
  const octets = [...good];
  for (let left = 1 + random.below(3); left > 0; left--) {
    const at = random.below(Math.max(octets.length, 1));
    const kind = random.below(7);
    if (kind === 0) octets[at] ^= 1 << random.below(8);
    else if (kind === 1) octets[at] = random.below(256);
    else if (kind === 2) octets.length = at;
    else if (kind === 3) octets.push(...random.bytes(random.below(40)));
    else if (kind === 4) octets.splice(at, 1);
    else if (kind === 5) octets.splice(at, 0, ...octets.slice(at, at + 1 + random.below(8)));
    else octets.splice(at, octets.length, ...other.subarray(random.below(other.length)));
  }
  return Uint8Array.from(octets);
}

/** A session that notes what it tells. */
function listening(make: (send: (octets: Bytes, length: number) => number, events: SessionEvents) => Session) {
  const told = { downs: [] as string[], failed: false, sent: new Uint8Array(0) };
  const session = make(
    (octets, length) => {
      told.sent = (octets as Uint8Array).slice(0, length);
      return OK;
    },
    {
      onUp: () => {},
      onSettled: () => {},
      onDown: (octets, length) => told.downs.push(toHex(octets, length)),
      onFailed: () => {
        told.failed = true;
      },
      onEnded: () => {},
    },
  );
  return { session, told };
}

/** Frames for the device in a stream, by mqtt-packet; whether it refused the stream in the end. */
function judgedMqtt(stream: Uint8Array): { readonly frames: string[]; readonly refused: string } {
  const frames: string[] = [];
  let refused = "";
  const parser = mqttPacket.parser({ protocolVersion: 5 });
  parser.on("packet", (packet: Packet) => {
    if (
      packet.cmd === "publish" &&
      String(packet.topic) === DOWN &&
      packet.payload.length > 0 &&
      packet.payload.length <= MOST_DOWN
    ) {
      frames.push(Buffer.from(packet.payload as Buffer).toString("hex"));
    }
  });
  parser.on("error", (error) => {
    refused = error.message;
  });
  try {
    parser.parse(Buffer.from(stream));
  } catch (error) {
    refused = String(error);
  }
  return { frames, refused };
}

export function mqttNoise(count: number, seed: number): Noise {
  const random = randomSource(seed);
  const good = [
    says(5, publish("0102030405")),
    says(5, publish("aa".repeat(64), { messageId: 258, properties: { contentType: "frame", messageExpiryInterval: 60 } })),
    says(5, publish("ff", { qos: 0, messageId: undefined, properties: { userProperties: { key: "value" } } })),
    says(5, publish("00".repeat(90), { retain: true }), publish("bb")),
    says(5, puback(1), publish("cc".repeat(20))),
    says(5, PINGRESP),
    says(5, { cmd: "disconnect", reasonCode: 0x8b, properties: { reasonString: "away" } }),
    says(5, CONNACK),
    says(5, SUBACK),
  ].map(fromHex);
  const greeting = fromHex(says(5, { ...CONNACK, properties: { topicAliasMaximum: 2, receiveMaximum: 9 } }));
  const welcome = fromHex(says(5, SUBACK));
  const fresh = () =>
    listening((send, events) =>
      mqtt(
        NO_TIMERS,
        send,
        { clientId: "7A3F-11C0-0000-0042", upTopic: UP, downTopic: DOWN, keepAliveS: 0, mostRecord: 64 },
        events,
      ),
    );
  let { session, told } = fresh();
  const record = Uint8Array.of(1, 2, 3);
  const heap: number[] = [];
  const wrong: string[] = [];
  let refused = 0;
  let taken = 0;
  for (let tried = 0; tried < count; tried++) {
    if (tried === Math.floor(count / 10)) heap.push(collected());
    session.opened();
    session.sent();
    // Every other stream is what a broker begins with.
    const early = random.below(8) === 0;
    if (!early) {
      session.data(greeting, greeting.length);
      session.sent();
      session.data(welcome, welcome.length);
      session.send(record, record.length);
      session.sent();
    }
    told.failed = false;
    told.downs = [];
    const stream = mutated(good[random.below(good.length)], good[random.below(good.length)], random);
    const cut = random.below(stream.length + 1);
    session.data(stream.subarray(0, cut), cut);
    session.data(stream.subarray(cut), stream.length - cut);
    if (told.failed) refused++;
    taken += told.downs.length;
    const judge = judgedMqtt(stream);
    const isPrefix = told.downs.every((frame, i) => frame === judge.frames[i]);
    if (!isPrefix || (judge.refused !== "" && !told.failed))
      wrong.push(`${told.downs.join()} / ${judge.frames.join()} ${judge.refused} ${told.failed}: ${toHex(stream)}`);
    session.closed();
    // It may have been told that the broker knows 3.1.1 only.
    if (early) ({ session, told } = fresh());
  }
  heap.push(collected());
  return { tried: count, refused, taken, wrong, heap };
}

export function coapNoise(count: number, seed: number): Noise {
  const random = randomSource(seed);
  const heap: number[] = [];
  const wrong: string[] = [];
  let refused = 0;
  let taken = 0;
  const { session, told } = listening((send, events) =>
    coap(NO_TIMERS, { next: random.next }, send, { path: ["r", "x"], blockBytes: 16 }, events),
  );
  const record = new Uint8Array(40);
  for (let tried = 0; tried < count; tried++) {
    if (tried === Math.floor(count / 10)) heap.push(collected());
    session.opened();
    const asked = session.send(record, random.below(2) === 0 ? 40 : 7);
    if (asked !== OK) throw new Error("the session is not ready");
    const { messageId, token } = parse(Buffer.from(told.sent));
    const payload = Buffer.from(random.bytes(random.below(70)));
    const option = {
      name: ["Block1", "Block2", "ETag", "Max-Age"][random.below(4)] as "ETag",
      value: Buffer.from(random.bytes(1)),
    };
    const good = generate({
      ack: random.below(2) === 0,
      confirmable: true,
      code: ["2.04", "2.31", "4.13", "0.00", "5.03"][random.below(5)],
      messageId,
      token,
      payload,
      options: random.below(2) === 0 ? [] : [option],
    });
    told.failed = false;
    told.downs = [];
    const message = mutated(good, told.sent, random);
    session.data(message, message.length);
    session.sent();
    taken += told.downs.length;
    if (told.downs.length === 0) refused++;
    else {
      try {
        const judged = parse(Buffer.from(message));
        const right =
          judged.token.equals(token) && judged.payload.toString("hex") === told.downs[0] && judged.code.startsWith("2.");
        if (!right || told.downs.length > 1) wrong.push(toHex(message));
      } catch {
        wrong.push(toHex(message));
      }
    }
    session.closed();
  }
  heap.push(collected());
  return { tried: count, refused, taken, wrong, heap };
}
