import { describe, expect, it } from "@jest/globals";
import type { Bearer } from "@songbai/sdk/bearer/bearer";
import { cn470 } from "@songbai/sdk/bearer/lorawan/cn470";
import {
  CONFIRMED_DOWN,
  type DataFrame,
  frameCodec,
  newFrame,
  parseFrame,
  UNCONFIRMED_DOWN,
} from "@songbai/sdk/bearer/lorawan/frame";
import { lorawan, RECORD_PORT } from "@songbai/sdk/bearer/lorawan/lorawan";
import type { Lora, LoraChannel } from "@songbai/sdk/board/lora";
import { aes128 } from "@songbai/sdk/crypto/aes";
import type { Bytes } from "@songbai/sdk/lang/intrinsics";
import { prng } from "@songbai/sdk/lang/prng";
import { BUSY, MISSING, OK, OUT_OF_RANGE } from "@songbai/sdk/lang/result";
import { openCounters } from "@songbai/sdk/store/counters";
import { type FakeTimers, fakeTimers } from "../../support/fake-board.ts";
import { toHex } from "../../support/hex.ts";
import { blankImage, norPart } from "../../support/nor-part.ts";

const ADDRESS = 0x2601_1bda;
const KEYS = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)] as const;
const REGION = cn470(10);
const DATA_RATE = 3;
const AIRTIME_MS = 300;
const RECORD = Uint8Array.of(0x11, 5, 6, 7);

/** Octets that a gateway sends, and how long they take. */
interface Downlink {
  readonly frame: Uint8Array;
  readonly ms?: number;
}

/** A radio on fake timers. `windows` holds what comes in the next receive windows, `undefined` for silence. */
function fakeRadio(timers: FakeTimers) {
  const windows: (Downlink | undefined)[] = [];
  const sent: { frame: Uint8Array; channel: LoraChannel }[] = [];
  const heard: { at: number; channel: LoraChannel; timeoutMs: number }[] = [];
  let busy = false;
  let sentAt = 0;
  const occupy = (ms: number, then: () => void): void => {
    busy = true;
    timers.after(ms, () => {
      busy = false;
      then();
    });
  };
  const lora: Lora = {
    transmit(frame, length, channel, _powerDbm, onDone) {
      if (busy) return BUSY;
      sent.push({ frame: (frame as Uint8Array).slice(0, length), channel });
      occupy(AIRTIME_MS, () => {
        sentAt = timers.now();
        onDone();
      });
      return OK;
    },
    receive(into: Bytes, channel, timeoutMs, onFrame) {
      if (busy) return BUSY;
      heard.push({ at: timers.now() - sentAt, channel, timeoutMs });
      const downlink = windows.shift();
      occupy(downlink === undefined ? timeoutMs : (downlink.ms ?? 200), () => {
        if (downlink !== undefined) (into as Uint8Array).set(downlink.frame);
        onFrame(downlink === undefined ? MISSING : downlink.frame.length);
      });
      return OK;
    },
  };
  return { lora, windows, sent, heard };
}

function downlink(counter: number, fields: Partial<DataFrame> = {}, keys = KEYS): Downlink {
  const frame = { ...newFrame(242), type: UNCONFIRMED_DOWN, deviceAddress: ADDRESS, acknowledges: true, counter, ...fields };
  const bytes = new Uint8Array(64);
  const length = frameCodec(aes128(keys[0]), aes128(keys[1])).build(frame, bytes);
  return { frame: bytes.slice(0, length) };
}

function setUp(image = blankImage(2, 1024), seed = 1) {
  const timers = fakeTimers();
  const radio = fakeRadio(timers);
  const start = (): Bearer =>
    lorawan(
      radio.lora,
      timers,
      { next: prng(seed) },
      openCounters(norPart(image, 1024), 0, 8, () => OK),
      {
        deviceAddress: ADDRESS,
        codec: frameCodec(aes128(KEYS[0]), aes128(KEYS[1])),
        region: REGION,
        dataRate: DATA_RATE,
      },
    );
  const answers: boolean[] = [];
  const bearer = start();
  /** Sends the record; what comes in the windows; ten seconds later, the answers so far. */
  const send = (...windows: (Downlink | undefined)[]): boolean[] => {
    radio.windows.push(...windows);
    expect(bearer.send(RECORD, RECORD.length, (acknowledged) => answers.push(acknowledged))).toBe(OK);
    timers.pass(10_000);
    radio.windows.length = 0;
    return answers;
  };
  return { timers, radio, bearer, send, answers, image, start };
}

function uplink(frame: Uint8Array): DataFrame {
  const parsed = newFrame(242);
  expect(parseFrame(frame, frame.length, parsed)).toBe(OK);
  return parsed;
}

describe("bearer/lorawan", () => {
  it("sends a record as a confirmed frame on a channel of the sub-band", () => {
    const { radio, send } = setUp();
    send();
    const frame = uplink(radio.sent[0].frame);
    expect([frame.type, frame.deviceAddress, frame.counter, frame.port]).toEqual([4, ADDRESS, 0, RECORD_PORT]);
    expect(frameCodec(aes128(KEYS[0]), aes128(KEYS[1])).open(frame, radio.sent[0].frame, radio.sent[0].frame.length, 0)).toBe(
      OK,
    );
    expect(toHex(frame.payload, frame.payloadLength)).toBe(toHex(RECORD));
    const channel = (radio.sent[0].channel.frequencyHz - REGION.uplinkHz(0)) / 200_000;
    expect(channel >= 0 && channel < 8).toBe(true);
    expect(radio.sent[0].channel.spreadingFactor).toBe(9);
  });

  it("hands on what the hub says on the records' port, and nothing of another port", () => {
    const said = Uint8Array.of(0x11, 5, 0);
    for (const [fields, expected] of [
      [{ port: RECORD_PORT, payload: said, payloadLength: 3 }, "110500"],
      [{ port: RECORD_PORT, payload: said, payloadLength: 3, acknowledges: false }, "110500"],
      [{ port: RECORD_PORT + 1, payload: said, payloadLength: 3 }, ""],
      [{}, ""],
    ] as const) {
      const { radio, bearer, timers } = setUp();
      const heard: [boolean, string][] = [];
      radio.windows.push(downlink(0, fields));
      bearer.send(RECORD, RECORD.length, (acknowledged, answer, length) => heard.push([acknowledged, toHex(answer, length)]));
      timers.pass(10_000);
      expect(heard).toEqual([[!("acknowledges" in fields), expected]]);
    }
  });

  it("uses all eight channels, and RX1 goes with the channel", () => {
    const used = new Set<number>();
    for (let seed = 1; seed < 100; seed++) {
      const { radio, send } = setUp(blankImage(2, 1024), seed * 77_777);
      send();
      const channel = (radio.sent[0].channel.frequencyHz - REGION.uplinkHz(0)) / 200_000;
      used.add(channel);
      expect(radio.heard[0].channel).toEqual({ frequencyHz: REGION.rx1Hz(channel), spreadingFactor: 9 });
    }
    expect(used.size).toBe(8);
  });

  it("opens RX1 one second and RX2 two seconds after the frame, 10 ms early, for 8 symbols and both clocks' errors", () => {
    const { radio, send } = setUp();
    send();
    expect(radio.heard.map(({ at }) => at)).toEqual([990, 1990]);
    expect(radio.heard[1].channel).toEqual({ frequencyHz: 505_300_000, spreadingFactor: 12 });
    for (const { channel, timeoutMs } of radio.heard) {
      expect(timeoutMs).toBeGreaterThanOrEqual(20 + (7.5 * 2 ** channel.spreadingFactor) / 125);
      expect(timeoutMs).toBeLessThanOrEqual(30 + (8 * 2 ** channel.spreadingFactor) / 125);
    }
  });

  it("takes an acknowledgement in RX1, and does not open RX2", () => {
    const { radio, send } = setUp();
    expect(send(downlink(0))).toEqual([true]);
    expect(radio.heard).toHaveLength(1);
  });

  it("takes an acknowledgement in RX2", () => {
    expect(setUp().send(undefined, downlink(0))).toEqual([true]);
  });

  it("says when none came", () => {
    expect(setUp().send()).toEqual([false]);
  });

  it("takes a downlink without the ACK bit for no acknowledgement", () => {
    expect(setUp().send(downlink(0, { acknowledges: false }))).toEqual([false]);
  });

  it.each([
    ["with a wrong code", downlink(0, {}, [KEYS[1], KEYS[1]])],
    ["for another address", downlink(0, { deviceAddress: ADDRESS + 1 })],
    ["that is an uplink", downlink(0, { type: 4 })],
    ["of garbage", { frame: new Uint8Array(20).fill(0x60) }],
    ["of one octet", { frame: Uint8Array.of(0x60) }],
  ])("hears a frame %s as if it were silence, and goes on to RX2", (_, forged) => {
    const { radio, send } = setUp();
    expect(send(forged, downlink(0))).toEqual([true]);
    expect(radio.heard).toHaveLength(2);
  });

  it("refuses a replayed downlink, before and after a restart", () => {
    const { send, image } = setUp();
    expect(send(downlink(5))).toEqual([true]);
    expect(send(downlink(5))).toEqual([true, false]);
    expect(send(downlink(4))).toEqual([true, false, false]);
    const again = setUp(image);
    expect(again.send(downlink(5))).toEqual([false]);
    expect(again.send(downlink(6))).toEqual([false, true]);
  });

  it("counts on across 16 bits", () => {
    const { send } = setUp();
    expect(send(downlink(0xfffe))).toEqual([true]);
    expect(send(downlink(0x10001))).toEqual([true, true]);
  });

  it("acknowledges a confirmed downlink with its next frame, once", () => {
    const { radio, send } = setUp();
    send(downlink(0, { type: CONFIRMED_DOWN }));
    send(downlink(1));
    send();
    expect(radio.sent.map(({ frame }) => uplink(frame).acknowledges)).toEqual([false, true, false]);
  });

  it("never repeats a frame counter, over restarts too", () => {
    const { image } = setUp();
    const counters: number[] = [];
    for (let boot = 0; boot < 5; boot++) {
      const { radio, send } = setUp(image);
      for (let i = 0; i <= boot; i++) send();
      counters.push(...radio.sent.map(({ frame }) => uplink(frame).counter));
    }
    expect(counters).toHaveLength(15);
    for (const [i, counter] of counters.slice(1).entries()) expect(counter).toBeGreaterThan(counters[i]);
  });

  it("is busy from the frame until the answer", () => {
    const { timers, bearer, answers } = setUp();
    const send = (): number => bearer.send(RECORD, RECORD.length, (acknowledged) => answers.push(acknowledged));
    expect(send()).toBe(OK);
    expect(send()).toBe(BUSY);
    timers.pass(AIRTIME_MS + 1500);
    expect(send()).toBe(BUSY);
    timers.pass(5000);
    expect(send()).toBe(OK);
    expect(answers).toEqual([false]);
  });

  it("refuses a record that would break the second on air", () => {
    const { bearer, radio } = setUp();
    const longest = bearer.maxPayload();
    expect(longest).toBe(115);
    expect(bearer.send(new Uint8Array(116), longest + 1, () => {})).toBe(OUT_OF_RANGE);
    expect(radio.sent).toHaveLength(0);
    expect(bearer.send(new Uint8Array(115), longest, () => {})).toBe(OK);
  });

  it("answers each record once when the next is sent at once: the windows of one do not close those of the other", () => {
    const { timers, radio, bearer } = setUp();
    const answers: string[] = [];
    const send = (name: string, then: () => void): void => {
      const result = bearer.send(RECORD, RECORD.length, (acknowledged) => {
        answers.push(`${name} ${acknowledged}`);
        then();
      });
      expect(result).toBe(OK);
    };
    radio.windows.push(downlink(0), downlink(1), undefined, downlink(2));
    send("first", () => send("second", () => send("third", () => {})));
    timers.pass(20_000);
    expect(answers).toEqual(["first true", "second true", "third true"]);
  });

  it("waits for the end of a long frame in RX1 that reaches over RX2", () => {
    const { radio, send } = setUp();
    expect(send({ ...downlink(0), ms: 1500 })).toEqual([true]);
    expect(send({ ...downlink(0), ms: 1500 })).toEqual([true, false]);
    expect(radio.heard).toHaveLength(2);
  });
});
