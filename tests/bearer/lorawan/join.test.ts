import { createRequire } from "node:module";
import { describe, expect, it } from "@jest/globals";
import { type Activation, otaa } from "@songbai/sdk/bearer/lorawan/activation";
import { joinCodec, newJoinAccept } from "@songbai/sdk/bearer/lorawan/join";
import { joinRestMs } from "@songbai/sdk/bearer/lorawan/join-duty";
import { aes128 } from "@songbai/sdk/crypto/aes";
import { CORRUPT, FORGED, FULL, MISSING, OK, REPLAYED } from "@songbai/sdk/lang/result";
import fc from "fast-check";
import { fromHex, toHex } from "../../support/hex.ts";
import { blankImage } from "../../support/nor-part.ts";
import vectors from "../../vectors/lorawan.json" with { type: "json" };
import { countersOn, epochsOn, FIRST_EPOCH } from "./mac-bench.ts";
import { joinAccept } from "./peer.ts";

const lora = createRequire(import.meta.url)("lora-packet") as typeof import("lora-packet").default;
const octets = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const EUI = fromHex("0102030405060708");
const KEY = fromHex("01".repeat(16));

/** A device, which has asked to join where it was not said otherwise. */
function activationOn(image = blankImage(4, 1024), counters = countersOn(image)) {
  const root = { joinEui: EUI, deviceEui: EUI, appKey: () => aes128(KEY), cipherOf: aes128 };
  return otaa(root, counters, epochsOn(image), FIRST_EPOCH);
}

/** The DevNonce of the next request; what is wrong where there is none. */
function nonceOf(activation: Activation): number {
  const bytes = new Uint8Array(32);
  const length = activation.request(bytes);
  return length < 0 ? length : bytes[17] | (bytes[18] << 8);
}

describe("bearer/lorawan/join", () => {
  it.each(vectors.requests)("builds the published $name ($origin)", (vector) => {
    const codec = joinCodec(aes128(fromHex(vector.appKey)), fromHex(vector.joinEui), fromHex(vector.deviceEui));
    const bytes = new Uint8Array(32);
    expect(toHex(bytes, codec.request(vector.devNonce, bytes))).toBe(vector.frame);
  });

  it.each(vectors.accepts)("opens the published $name ($origin), and not with another key", (vector) => {
    const bytes = fromHex(vector.frame);
    const accept = newJoinAccept();
    expect(joinCodec(aes128(fromHex(vector.appKey)), EUI, EUI).open(bytes, bytes.length, accept)).toBe(OK);
    expect(toHex(bytes)).toBe(vector.clear);
    const { joinNonce, netId, deviceAddress, downlinkSettings, rxDelay } = vector;
    expect(accept).toMatchObject({ joinNonce, netId, deviceAddress, downlinkSettings, rxDelay });
    expect(accept.hasChannels ? toHex(accept.channels, 16) : "").toBe(vector.channels);
    const again = fromHex(vector.frame);
    expect(joinCodec(aes128(fromHex("02".repeat(16))), EUI, EUI).open(again, again.length, accept)).toBe(FORGED);
  });

  it("makes requests that lora-packet verifies, and derives the keys that it derives", () => {
    fc.assert(
      fc.property(octets(16), octets(8), octets(8), fc.nat(0xffff), fc.nat(0xffffff), fc.nat(0xffffff), (...given) => {
        const [key, joinEui, deviceEui, devNonce, joinNonce, netId] = given;
        const codec = joinCodec(aes128(key), joinEui, deviceEui);
        const bytes = new Uint8Array(23);
        codec.request(devNonce, bytes);
        const packet = lora.fromWire(Buffer.from(bytes));
        expect(lora.verifyMIC(packet, undefined, Buffer.from(key))).toBe(true);
        expect([packet.AppEUI?.toString("hex"), packet.DevEUI?.toString("hex")]).toEqual([toHex(joinEui), toHex(deviceEui)]);
        expect(packet.DevNonce?.readUInt16BE()).toBe(devNonce);

        const big = (value: number, length: number): Buffer => Buffer.from(value.toString(16).padStart(2 * length, "0"), "hex");
        const keys = lora.generateSessionKeys10(Buffer.from(key), big(netId, 3), big(joinNonce, 3), big(devNonce, 2));
        const [network, application] = [new Uint8Array(16), new Uint8Array(16)];
        codec.deriveKeys({ ...newJoinAccept(), joinNonce, netId }, devNonce, network, application);
        expect([toHex(network), toHex(application)]).toEqual([keys.NwkSKey.toString("hex"), keys.AppSKey.toString("hex")]);
      }),
      { numRuns: 100 },
    );
  });

  it("opens what a server makes, and refuses it with any bit turned or any octet missing", () => {
    const codec = joinCodec(aes128(KEY), EUI, EUI);
    for (const channels of ["", "184f84e85684b85e84886684586e8400"]) {
      const frame = joinAccept(KEY, { joinNonce: 7, address: -2, settings: 0x53, delay: 0, channels: fromHex(channels) });
      const accept = newJoinAccept();
      expect(codec.open(frame.slice(), frame.length, accept)).toBe(OK);
      expect(accept).toMatchObject({ joinNonce: 7, deviceAddress: -2, downlinkSettings: 0x53, rxDelay: 1 });
      for (let bit = 0; bit < 8 * frame.length; bit++) {
        const turned = frame.slice();
        turned[bit >> 3] ^= 1 << (bit & 7);
        expect(codec.open(turned, frame.length, accept)).toBe(bit < 8 ? CORRUPT : FORGED);
      }
      for (let length = 0; length < frame.length; length++) {
        expect(codec.open(frame.slice(0, length), length, accept)).toBe(channels !== "" && length === 17 ? FORGED : CORRUPT);
      }
    }
  });
});

describe("bearer/lorawan/activation", () => {
  it("has DevNonce on flash before the request is built, and never takes one twice, over restarts too", () => {
    const image = blankImage(4, 1024);
    const seen: number[] = [];
    for (let boot = 0; boot < 40; boot++) {
      const activation = activationOn(image);
      const bytes = new Uint8Array(32);
      expect(activation.request(bytes)).toBe(23);
      expect(countersOn(image).get(6)).toBeGreaterThan(bytes[17] | (bytes[18] << 8));
      seen.push(bytes[17] | (bytes[18] << 8));
    }
    expect(seen).toEqual(seen.map((_, i) => i));
  });

  it("sends no request when flash does not take the nonce, when all are used, or without a key", () => {
    const image = blankImage(4, 1024);
    const counters = countersOn(image);
    expect(nonceOf(activationOn(image, { ...counters, put: () => CORRUPT }))).toBe(CORRUPT);
    const full = { ...epochsOn(image), current: () => FIRST_EPOCH + 511, advance: () => FULL };
    const root = { joinEui: EUI, deviceEui: EUI, appKey: () => aes128(KEY), cipherOf: aes128 };
    counters.put(6, 0xffff);
    expect(nonceOf(otaa(root, counters, full, FIRST_EPOCH))).toBe(0xffff);
    expect(nonceOf(otaa(root, counters, full, FIRST_EPOCH))).toBe(FULL);
    expect(nonceOf(otaa({ ...root, appKey: () => undefined }, countersOn(blankImage(4, 1024)), full, FIRST_EPOCH))).toBe(
      MISSING,
    );
  });

  it("never sends a DevNonce twice, nor a lower one, whatever is lost: over restarts, lost counters, new epochs", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("join", "join", "many", "restart", "lose", "renew"), { maxLength: 40 }), (steps) => {
        const image = blankImage(4, 1024);
        let activation = activationOn(image);
        let last = -1;
        const join = (): void => {
          const nonce = nonceOf(activation);
          expect(nonce).toBeGreaterThan(last);
          last = nonce;
        };
        for (const step of steps) {
          if (step === "join") join();
          else if (step === "many") for (let i = 0; i < 100; i++) join();
          else {
            if (step === "lose") image.fill(0xff, 0, 2 * 1024);
            if (step === "renew") epochsOn(image).advance();
            activation = activationOn(image);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it("has 128 DevNonces an epoch, and begins the next epoch for more", () => {
    const image = blankImage(4, 1024);
    countersOn(image);
    expect(epochsOn(image).current()).toBe(FIRST_EPOCH);
    const activation = activationOn(image);
    for (let i = 0; i < 128; i++) expect(nonceOf(activation)).toBe(i);
    expect(epochsOn(image).current()).toBe(FIRST_EPOCH);
    expect(nonceOf(activation)).toBe(128);
    expect(epochsOn(image).current()).toBe(FIRST_EPOCH + 1);
    // The counters are lost, the ledger is not.
    image.fill(0xff, 0, 2 * 1024);
    expect(nonceOf(activationOn(image))).toBe(256);
  });

  it("takes a JoinNonce that rises, and no other, over restarts too", () => {
    const image = blankImage(4, 1024);
    const accepts = (joinNonce: number): number => {
      const frame = joinAccept(KEY, { joinNonce });
      const activation = activationOn(image);
      nonceOf(activation);
      return activation.accept(frame, frame.length, 0);
    };
    expect([0, 5, 5, 4, 6].map(accepts)).toEqual([OK, OK, REPLAYED, REPLAYED, OK]);
  });

  it("takes no accept that it did not ask for, and one of each request", () => {
    const activation = activationOn();
    const take = (joinNonce: number): number => {
      const frame = joinAccept(KEY, { joinNonce });
      return activation.accept(frame, frame.length, 0);
    };
    expect(take(1)).toBe(MISSING);
    nonceOf(activation);
    expect([take(1), take(2)]).toEqual([OK, MISSING]);
  });

  it("keeps its session when a forged, replayed or unstorable accept comes", () => {
    const image = blankImage(4, 1024);
    const counters = countersOn(image);
    let refuses = false;
    const activation = activationOn(image, { ...counters, put: (id, value) => (refuses ? CORRUPT : counters.put(id, value)) });
    const take = (key: Uint8Array, joinNonce: number): number => {
      const frame = joinAccept(key, { joinNonce, address: joinNonce });
      return activation.accept(frame, frame.length, 0);
    };
    expect(activation.session()).toBeUndefined();
    nonceOf(activation);
    expect(take(KEY, 3)).toBe(OK);
    const session = activation.session();
    nonceOf(activation);
    expect(take(fromHex("02".repeat(16)), 9)).toBe(FORGED);
    expect(take(KEY, 3)).toBe(REPLAYED);
    refuses = true;
    expect(take(KEY, 9)).toBe(CORRUPT);
    expect(activation.session()).toBe(session);
    expect(session?.deviceAddress).toBe(3);
  });

  it("sends 1 % of the first hour, 0.1 % of the next ten, 0.01 % from then on", () => {
    for (const [hours, share] of [
      [0, 0.01],
      [0.99, 0.01],
      [1, 0.001],
      [10.99, 0.001],
      [11, 0.0001],
      [100, 0.0001],
    ]) {
      expect(62 / (62 + joinRestMs(hours * 3_600_000, 62))).toBeCloseTo(share, 8);
    }
  });
});
