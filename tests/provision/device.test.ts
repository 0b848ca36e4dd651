import { describe, expect, it } from "@jest/globals";
import { aes128 } from "@songbai/sdk/crypto/aes";
import {
  BROKER_PASSWORD,
  IDENTITY_BYTES,
  LORAWAN_APP_KEY,
  LORAWAN_APPLICATION_KEY,
  LORAWAN_JOIN_EUI,
  LORAWAN_NETWORK_KEY,
} from "@songbai/sdk/identity/block";
import { readIdentity } from "@songbai/sdk/identity/identity";
import { readScenario } from "@songbai/sim/scenario/scenario";
import { simulate } from "@songbai/sim/scenario/simulate";
import { findDevice } from "@songbai/tools/cli/find-device";
import { prepareRuntime } from "@songbai/tools/cli/runtimes";
import { hub } from "@songbai/tools/hub/hub";
import { memoryStore } from "@songbai/tools/hub/store/store";
import { ISSUER_BYTES, verifyCertificate } from "@songbai/tools/provision/certificate";
import { agreed } from "@songbai/tools/provision/curves";
import { capacityOf, certify, identityFrom, makeDevice, publicKeysOf } from "@songbai/tools/provision/device";
import { brokerLoginOf, enrolmentOf, enrolmentsOf } from "@songbai/tools/provision/registry";
import { authorityKey, platformKey, type Vault } from "@songbai/tools/provision/vault";
import { decode } from "cbor-x";
import nacl from "tweetnacl";
import { answersOn, RUNTIMES } from "../support/everywhere.ts";
import { fromHex, toHex } from "../support/hex.ts";
import { blankImage, norPart } from "../support/nor-part.ts";
import { randomSource } from "../support/random.ts";
import { PROFILE } from "../support/simulation.ts";
import { ISSUED, LOW_ORDER_POINTS, ORDER, PREFIX, vendor } from "./vendor.ts";

function secrets(seed: number) {
  const { bytes } = randomSource(seed);
  return { signing: bytes(32), agreement: bytes(32) };
}

/** Names and octets in an identity block. */
function namedIn(block: Uint8Array): Record<string, string> {
  const named = (decode(block.subarray(0, -4)) as unknown[]).slice(6);
  const pairs = named.flatMap((name, i) => (i % 2 === 0 ? [[name, toHex(named[i + 1] as Uint8Array)]] : []));
  return Object.fromEntries(pairs);
}

function many(count: number): Vault {
  let { vault, random } = vendor(3);
  for (let i = 0; i < count; i++) ({ vault } = makeDevice(vault, ORDER, random));
  return vault;
}

describe("a provisioned device", () => {
  it("tells the public keys that tweetnacl finds for its secrets", () => {
    const own = secrets(1);
    const { signingKey, agreementKey } = publicKeysOf(own);
    expect(toHex(signingKey)).toBe(toHex(nacl.sign.keyPair.fromSeed(own.signing).publicKey));
    expect(toHex(agreementKey)).toBe(toHex(nacl.scalarMult.base(own.agreement)));
  });

  it.each([1, 2])("comes to the keys that the hub derives from its certificate, in suite %i", (suite) => {
    const { vault: before, random } = vendor(2);
    const { vault, identity } = makeDevice(before, { ...ORDER, suite }, random);
    const enrolment = enrolmentOf(vault, vault.devices[0]);
    const named = namedIn(identity);
    expect(named.root).toBe(toHex(enrolment.rootKey));
    expect(named[LORAWAN_NETWORK_KEY]).toBe(toHex(enrolment.networkKey!));
    expect(named[LORAWAN_APPLICATION_KEY]).toBe(toHex(enrolment.applicationKey!));
    expect(named[LORAWAN_APP_KEY]).toBe(toHex(enrolment.appKey!));
    const login = brokerLoginOf(vault, vault.devices[0]);
    expect(login.user).toMatch(/^7A3F-11C0-0000-0001$/);
    expect(login.password).toMatch(/^[0-9a-f]{32}$/);
    expect(Buffer.from(named[BROKER_PASSWORD], "hex").toString()).toBe(login.password);
    // The vendor's EUI-64 that no device has.
    expect(named[LORAWAN_JOIN_EUI]).toBe("7a3f11c000000000");
    expect(toHex(enrolment.joinEui!)).toBe("7a3f11c000000000");
    expect(named["platform/x25519"]).toBe(toHex(platformKey(vault)));
    expect(named.certificate).toBe(toHex(vault.devices[0].certificate));

    const image = blankImage(2, 4096);
    image.set(identity);
    const read = readIdentity(norPart(image, 4096))!;
    expect(read.fields).toMatchObject({ suite, firstEpoch: 1, deviceAddress: enrolment.deviceAddress });
    expect(toHex(read.fields.deviceId)).toBe(toHex(enrolment.deviceId));
    expect(toHex(read.fields.salt)).toBe(toHex(enrolment.salt));
    expect(Buffer.from(read.brokerPassword()!).toString()).toBe(login.password);
    const [ours, theirs] = [new Uint8Array(16), new Uint8Array(16)];
    read.keystore.cipher(LORAWAN_NETWORK_KEY)!(ours);
    aes128(enrolment.networkKey!)(theirs);
    expect(toHex(ours)).toBe(toHex(theirs));
  });

  it("has keys of its own in each suite, and no two devices share any", () => {
    const { random, vault } = vendor(4);
    const keys = [1, 2, 1].map((suite) => {
      const made = makeDevice(vault, { ...ORDER, suite }, random);
      const { root, ...named } = namedIn(made.identity);
      return [
        root,
        named[LORAWAN_NETWORK_KEY],
        named[LORAWAN_APPLICATION_KEY],
        named[LORAWAN_APP_KEY],
        named["identity/x25519"],
        named["identity/ed25519"],
      ];
    });
    expect(new Set(keys.flat()).size).toBe(18);
  });

  it("has a certificate that the vendor's CA signed, over its keys", () => {
    const { vault: before, random } = vendor(2);
    const { vault, certificate, deviceId, identity } = makeDevice(before, ORDER, random);
    const claims = verifyCertificate("x", certificate, authorityKey(vault), ISSUED);
    expect(claims).toMatchObject({ model: "bracelet", hardware: "1.0", issuer: vault.name, deviceId });
    expect(nacl.scalarMult.base(fromHex(namedIn(identity)["identity/x25519"]))).toEqual(claims.agreementKey);
  });

  it("fits the first kilobyte of flash with the longest names", () => {
    const { vault, random } = vendor(5, "松".repeat(Math.floor(ISSUER_BYTES / 3)));
    const order = { ...ORDER, model: "m".repeat(32), hardware: "h".repeat(16), imei: "490154203237518", expires: 2 ** 32 - 1 };
    expect(makeDevice(vault, order, random).identity.length).toBeLessThanOrEqual(IDENTITY_BYTES);
  });

  it("leaves nothing of its own secrets in the vault", () => {
    const { vault: before, random } = vendor(2);
    const { vault, identity } = makeDevice(before, ORDER, random);
    const kept = Buffer.from(
      JSON.stringify(vault, (_, value) => (value instanceof Uint8Array ? toHex(value) : value)),
    ).toString();
    const named = namedIn(identity);
    for (const name of [
      "root",
      LORAWAN_NETWORK_KEY,
      LORAWAN_APPLICATION_KEY,
      LORAWAN_APP_KEY,
      "identity/ed25519",
      "identity/x25519",
    ]) {
      expect(named[name]).toMatch(/^([0-9a-f]{2})+$/);
      expect(kept).not.toContain(named[name]);
    }
  });

  it("has an id and a LoRaWAN address that no other has", () => {
    const enrolments = enrolmentsOf(many(40));
    expect(enrolments.map(({ deviceId }) => toHex(deviceId)).slice(0, 2)).toEqual(["7a3f11c000000001", "7a3f11c000000002"]);
    expect(new Set(enrolments.map(({ deviceId }) => toHex(deviceId))).size).toBe(40);
    expect(new Set(enrolments.map(({ deviceAddress }) => deviceAddress)).size).toBe(40);
    for (const { deviceAddress } of enrolments) expect(deviceAddress! >>> 25).toBe(0);
  });

  it("takes another address where chance gives one away again", () => {
    const { vault } = vendor(1);
    const addresses = [1, 1, 0, 2].map((last) => Uint8Array.of(0xfe, 0, 0, last));
    const random = (length: number) => (length === 4 ? addresses.shift()! : new Uint8Array(length).fill(9));
    const { vault: one } = makeDevice(vault, ORDER, random);
    const { vault: two } = makeDevice(one, ORDER, random);
    expect(two.devices.map(({ deviceAddress }) => deviceAddress)).toEqual([1, 2]);
  });

  it("is not made when the prefix has no id left", () => {
    const { vault, random } = vendor(1);
    const full = { ...vault, nextSerial: capacityOf(PREFIX) + 1 };
    expect(() => makeDevice(full, ORDER, random)).toThrow(/All device ids under the prefix 7A3F11C0 are given out/);
    expect(toHex(makeDevice({ ...vault, nextSerial: capacityOf(PREFIX) }, ORDER, random).deviceId)).toBe("7a3f11c0ffffffff");
  });

  it.each(LOW_ORDER_POINTS)(
    "with the X25519 key %s of low order is not enrolled, nor does a device take it for a platform",
    (hex) => {
      const { vault, random } = vendor(1);
      const own = secrets(1);
      const { signingKey } = publicKeysOf(own);
      const point = fromHex(hex);
      expect(agreed(vault.platform, point)).toBeUndefined();
      expect(() => certify(vault, ORDER, { signingKey, agreementKey: point }, random)).toThrow(/point of low order/);
      const { answer } = certify(vault, ORDER, publicKeysOf(own), random);
      expect(identityFrom(own, answer)).toBeDefined();
      expect(identityFrom(own, { ...answer, platformKey: point })).toBeUndefined();
    },
  );

  it("calls the hub, which opens what it says with the keys of the key file", async () => {
    const { vault: before, random } = vendor(8);
    const { vault, identity } = makeDevice(before, ORDER, random);
    const messages: object[] = [];
    const server = hub({
      store: memoryStore(enrolmentsOf(vault)),
      subBand: 10,
      publish: (_, payload) => messages.push(payload),
    });
    const { start } = await prepareRuntime(findDevice("bracelet"), "native");
    const { outcome } = await simulate({ scenario: readScenario("sos"), seed: 1, profile: PROFILE, identity, start, server });
    expect(outcome.alarms).toMatchObject([{ kind: "sos", verified: true }]);
    expect(messages).toContainEqual(expect.objectContaining({ device: "7A3F-11C0-0000-0001", name: "sos" }));
  });
});

describe("the device's side", () => {
  const own = secrets(1);
  const { vault, random } = vendor(1);
  const line = (suite: number, point?: string) => {
    const { answer } = certify(vault, { ...ORDER, suite }, publicKeysOf(own), random);
    const address = (answer.deviceAddress >>> 0).toString(16).padStart(8, "0");
    const words = [own.signing, own.agreement, answer.deviceId].map((one) => toHex(one));
    const platform = point ?? toHex(answer.platformKey);
    const text = [
      "enrol",
      ...words,
      suite,
      answer.firstEpoch,
      address,
      platform,
      toHex(answer.certificate),
      toHex(answer.joinEui),
    ].join(" ");
    return { text, block: toHex(identityFrom(own, answer)!) };
  };
  const [one, two] = [line(1), line(2)];
  const lines = [one.text, two.text, line(1, LOW_ORDER_POINTS[1]).text];

  it.each(RUNTIMES)("makes the same identity block on %s", async (runtime) => {
    expect(await answersOn(runtime, "tests/provision/program.ts", lines)).toEqual([one.block, two.block, "-2"]);
  });
});
