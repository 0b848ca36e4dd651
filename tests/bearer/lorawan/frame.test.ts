import { createRequire } from "node:module";
import { describe, expect, it } from "@jest/globals";
import {
  ADR_ACK_REQUEST_BIT,
  ADR_BIT,
  CONFIRMED_DOWN,
  CONFIRMED_UP,
  type DataFrame,
  FRAME_OVERHEAD,
  frameCodec,
  fullCounter,
  MAX_FRAME_BYTES,
  newFrame,
  parseFrame,
  UNCONFIRMED_DOWN,
  UNCONFIRMED_UP,
} from "@songbai/sdk/bearer/lorawan/frame";
import { aes128 } from "@songbai/sdk/crypto/aes";
import { CORRUPT, FORGED, OK } from "@songbai/sdk/lang/result";
import fc from "fast-check";
import { fromHex, toHex } from "../../support/hex.ts";
import vectors from "../../vectors/lorawan.json" with { type: "json" };

/** Its types promise a `default` that the module does not have. */
const lora = createRequire(import.meta.url)("lora-packet") as typeof import("lora-packet").default;

const octets16 = fc.uint8Array({ minLength: 16, maxLength: 16 });

const frames = fc.record({
  type: fc.constantFrom(UNCONFIRMED_UP, UNCONFIRMED_DOWN, CONFIRMED_UP, CONFIRMED_DOWN),
  deviceAddress: fc.integer(),
  acknowledges: fc.boolean(),
  control: fc.constantFrom(0, ADR_BIT, ADR_BIT | ADR_ACK_REQUEST_BIT),
  options: fc.uint8Array({ maxLength: 15 }),
  counter: fc.oneof(fc.nat({ max: 70_000 }), fc.nat({ max: 2 ** 31 - 1 })),
  port: fc.integer({ min: 0, max: 255 }),
  payload: fc.uint8Array({ minLength: 1, maxLength: MAX_FRAME_BYTES - FRAME_OVERHEAD - 15 }),
});

type Fields = typeof frames extends fc.Arbitrary<infer F> ? F : never;

const frameOf = (fields: Fields): DataFrame => ({
  ...fields,
  optionsLength: fields.options.length,
  payloadAt: 0,
  payloadLength: fields.payload.length,
});

const codecOf = (network: Uint8Array, application: Uint8Array) => frameCodec(aes128(network), aes128(application));

describe("bearer/lorawan/frame", () => {
  it.each(vectors.vectors)("parses, checks and decrypts the published frame: $name ($origin)", (vector) => {
    const bytes = fromHex(vector.frame);
    const frame = newFrame(242);
    expect(parseFrame(bytes, bytes.length, frame)).toBe(OK);
    expect(frame).toMatchObject({ type: vector.type, counter: vector.counter & 0xffff, port: vector.port });
    const codec = codecOf(fromHex(vector.network), fromHex(vector.application));
    expect(codec.open(frame, bytes, bytes.length, vector.counter)).toBe(OK);
    expect(toHex(frame.payload, frame.payloadLength)).toBe(vector.payload);
    expect(frame.counter).toBe(vector.counter);
    expect(toHex(frame.options, frame.optionsLength)).toBe(vector.options);
    expect(codec.open(frame, bytes, bytes.length, vector.counter + 0x10000)).toBe(FORGED);
  });

  it("builds what lora-packet verifies and decrypts, in both directions, with counters of 32 bits", () => {
    fc.assert(
      fc.property(frames, octets16, octets16, (fields, network, application) => {
        const bytes = new Uint8Array(MAX_FRAME_BYTES);
        const frame = frameOf(fields);
        const length = codecOf(network, application).build(frame, bytes);
        expect(length).toBe(FRAME_OVERHEAD + fields.options.length + fields.payload.length);

        const packet = lora.fromWire(Buffer.from(bytes.subarray(0, length)));
        // lora-packet takes the counter's upper half little-endian.
        const upper = Buffer.from([(fields.counter >>> 16) & 255, fields.counter >>> 24]);
        const keys = [Buffer.from(network), Buffer.from(application)] as const;
        expect(lora.verifyMIC(packet, keys[0], undefined, upper)).toBe(true);
        expect(lora.decrypt(packet, keys[1], keys[0], upper).toString("hex")).toBe(toHex(fields.payload));
        expect(packet.DevAddr?.readInt32BE()).toBe(fields.deviceAddress);
        expect([packet.getFPort(), packet.getFCnt()]).toEqual([fields.port, fields.counter & 0xffff]);
        expect(packet.isConfirmed()).toBe(fields.type === CONFIRMED_UP || fields.type === CONFIRMED_DOWN);
        expect(packet.getFCtrlACK()).toBe(fields.acknowledges);
        expect(packet.getFCtrlADR()).toBe((fields.control & ADR_BIT) !== 0);
        expect(packet.FCtrl?.readUInt8()).toBe(fields.control | (fields.acknowledges ? 0x20 : 0) | fields.options.length);
        expect(packet.FOpts?.toString("hex") ?? "").toBe(toHex(fields.options));
        expect(packet.getDir()).toBe(fields.type === UNCONFIRMED_UP || fields.type === CONFIRMED_UP ? "up" : "down");
      }),
      { numRuns: 300 },
    );
  });

  it("opens what it built, and refuses it with any bit turned", () => {
    fc.assert(
      fc.property(frames, octets16, octets16, fc.nat(), (fields, network, application, flip) => {
        const codec = codecOf(network, application);
        const bytes = new Uint8Array(MAX_FRAME_BYTES);
        const length = codec.build(frameOf(fields), bytes);
        const frame = newFrame(242);
        expect(parseFrame(bytes, length, frame)).toBe(OK);
        expect(codec.open(frame, bytes, length, fields.counter)).toBe(OK);
        expect(toHex(frame.payload, frame.payloadLength)).toBe(toHex(fields.payload));
        expect(toHex(frame.options, frame.optionsLength)).toBe(toHex(fields.options));
        expect(frame.control).toBe(fields.control);

        const bit = flip % (8 * length);
        bytes[bit >> 3] ^= 1 << (bit & 7);
        const parsed = parseFrame(bytes, length, frame);
        if (parsed === OK) expect(codec.open(frame, bytes, length, fields.counter)).toBe(FORGED);
        else expect(parsed).toBe(CORRUPT);
      }),
      { numRuns: 500 },
    );
  });

  it("answers any octets with a code, and reads nothing beyond them", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
        const frame = newFrame(242);
        const result = parseFrame(octets, octets.length, frame);
        expect([OK, CORRUPT]).toContain(result);
        if (result === OK) expect(12 + frame.payloadLength).toBeLessThanOrEqual(octets.length);
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    ["a frame cut short", "40f17dbe490002000195"],
    ["FOpts that reach into the code", "4004030201050000020305d7fa0c6c"],
    ["a join request", "00040302010403020105040302050403022d106a990e12"],
    ["a proprietary frame", "e0f17dbe4900020001954378762b11ff0d"],
    ["another major version", "41f17dbe4900020001954378762b11ff0d"],
  ])("refuses %s", (_, hex) => {
    expect(parseFrame(fromHex(hex), hex.length / 2, newFrame(242))).toBe(CORRUPT);
  });

  it("restores a counter: the next one above the last with those low bits", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1, max: 2 ** 30 }), fc.nat({ max: 0xffff }), (last, low) => {
        const full = fullCounter(low, last);
        expect(full & 0xffff).toBe(low);
        expect(full).toBeGreaterThan(last);
        expect(full).toBeLessThanOrEqual(last + 0x10000);
      }),
    );
    expect(fullCounter(0, -1)).toBe(0);
  });
});
