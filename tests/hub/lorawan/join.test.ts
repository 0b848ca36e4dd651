import { createRequire } from "node:module";
import { beforeEach, describe, expect, it } from "@jest/globals";
import {
  type JoinGrant,
  joinAccept,
  joinRequestIsGenuine,
  parseJoinRequest,
  sessionKeys,
} from "@songbai/tools/hub/lorawan/join";
import { type Activation, type Joined, type JoiningDevice, joinServer } from "@songbai/tools/hub/lorawan/join-server";
import fc from "fast-check";

const lora = createRequire(import.meta.url)("lora-packet") as typeof import("lora-packet").default;
const hex = (octets: Uint8Array) => Buffer.from(octets).toString("hex");
const octets = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
const big = (value: number, length: number) => {
  const buffer = Buffer.alloc(length);
  buffer.writeUIntBE(value, 0, length);
  return buffer;
};

/** brocaar/lorawan, phypayload_test.go; the same in lora-rs. AppKey 01 x 16. */
const REQUEST = octets("00040302010403020105040302050403022d106a990e12");
const ONES = new Uint8Array(16).fill(1);
/** brocaar/lorawan and lora-rs: an accept in the clear and as it is sent. */
const ACCEPT_KEY = octets("00112233445566778899aabbccddeeff");
const ACCEPT = "20493eeb51fba2116f810edb3742975142";

describe("the octets of joining", () => {
  it("reads a published join request, and sees a wrong key and each changed bit", () => {
    const request = parseJoinRequest(REQUEST);
    expect(request).toEqual({
      joinEui: octets("0102030401020304"),
      deviceEui: octets("0203040502030405"),
      devNonce: 0x102d,
    });
    expect(joinRequestIsGenuine(REQUEST, ONES)).toBe(true);
    expect(joinRequestIsGenuine(REQUEST, ACCEPT_KEY)).toBe(false);
    for (let bit = 0; bit < 8 * REQUEST.length; bit++) {
      const changed = REQUEST.with(bit >> 3, REQUEST[bit >> 3] ^ (1 << (bit & 7)));
      expect(parseJoinRequest(changed) !== undefined && joinRequestIsGenuine(changed, ONES)).toBe(false);
    }
  });

  it("builds a published join accept", () => {
    const grant = {
      joinNonce: 0x570bc7,
      netId: 0x221101,
      deviceAddress: 0x02031980,
      rx1Offset: 0,
      rx2DataRate: 0,
      rxDelayS: 0,
    };
    expect(hex(joinAccept(grant, ACCEPT_KEY))).toBe(ACCEPT);
  });

  it("builds accepts, with channel masks and without, that lora-packet opens and verifies; the keys are lora-packet's", () => {
    const key = fc.uint8Array({ minLength: 16, maxLength: 16 });
    const masks = fc.array(fc.nat(0xffff), { minLength: 6, maxLength: 6 });
    const grants: fc.Arbitrary<JoinGrant> = fc.record(
      {
        joinNonce: fc.nat(0xffffff),
        netId: fc.nat(0xffffff),
        deviceAddress: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
        rx1Offset: fc.nat(5),
        rx2DataRate: fc.nat(5),
        rxDelayS: fc.integer({ min: 1, max: 15 }),
        channelMasks: masks,
      },
      { requiredKeys: ["joinNonce", "netId", "deviceAddress", "rx1Offset", "rx2DataRate", "rxDelayS"] },
    );
    fc.assert(
      fc.property(key, grants, fc.nat(0xffff), (appKey, grant, devNonce) => {
        const sealed = lora.fromWire(Buffer.from(joinAccept(grant, appKey)));
        const clear = lora.decryptJoinAccept(sealed, Buffer.from(appKey));
        const packet = lora.fromWire(clear);
        expect(lora.verifyMIC(packet, undefined, Buffer.from(appKey))).toBe(true);
        expect(packet.AppNonce).toEqual(big(grant.joinNonce, 3));
        expect(packet.NetID).toEqual(big(grant.netId, 3));
        expect(packet.DevAddr?.readInt32BE()).toBe(grant.deviceAddress);
        expect(packet.getDLSettingsRxOneDRoffset()).toBe(grant.rx1Offset);
        expect(packet.getDLSettingsRxTwoDataRate()).toBe(grant.rx2DataRate);
        expect(packet.RxDelay?.[0]).toBe(grant.rxDelayS);
        if (grant.channelMasks !== undefined) {
          const list = clear.subarray(13, 29);
          expect(grant.channelMasks.map((_, index) => list.readUInt16LE(2 * index))).toEqual(grant.channelMasks);
          expect(list[15]).toBe(1);
        }
        const theirs = lora.generateSessionKeys10(
          Buffer.from(appKey),
          big(grant.netId, 3),
          big(grant.joinNonce, 3),
          big(devNonce, 2),
        );
        const ours = sessionKeys(appKey, grant.joinNonce, grant.netId, devNonce);
        expect([hex(ours.networkKey), hex(ours.applicationKey)]).toEqual([hex(theirs.NwkSKey), hex(theirs.AppSKey)]);
      }),
      { numRuns: 100 },
    );
  });
});

describe("join server", () => {
  const EUI = "7a3f11c000000042";
  let device: JoiningDevice;
  let kept: Activation[];
  let join: (frame: Uint8Array) => Joined;

  function request(devNonce: number, eui = EUI, appKey: Uint8Array = ONES): Uint8Array {
    const fields = { AppEUI: Buffer.alloc(8), DevEUI: Buffer.from(eui, "hex"), DevNonce: big(devNonce, 2) };
    return new Uint8Array(
      lora.fromFields({ MType: "Join Request", ...fields }, undefined, undefined, Buffer.from(appKey)).PHYPayload as Buffer,
    );
  }

  beforeEach(() => {
    device = { number: 7, appKey: ONES, joinEui: new Uint8Array(8), devNonce: -1, joinNonce: -1 };
    kept = [];
    join = joinServer({
      netId: 1,
      device: (eui) => (hex(eui) === EUI ? device : undefined),
      keep: (activation) => {
        kept.push(activation);
        device = { ...device, devNonce: activation.devNonce, joinNonce: activation.joinNonce };
      },
      settings: { rx1Offset: 0, rx2DataRate: 0, rxDelayS: 1 },
    });
  });

  it("gives a device an address in its network and keys that the accept leads to", () => {
    const joined = join(request(0));
    if ("rejected" in joined) throw new Error(joined.rejected);
    const clear = lora.decryptJoinAccept(lora.fromWire(Buffer.from(joined.accept)), Buffer.from(ONES));
    const packet = lora.fromWire(clear);
    expect(packet.DevAddr?.toString("hex")).toBe("02000007");
    expect(joined.activation).toEqual({
      number: 7,
      deviceAddress: 0x02000007,
      devNonce: 0,
      joinNonce: 0,
      ...sessionKeys(ONES, 0, 1, 0),
    });
    expect(kept).toEqual([joined.activation]);
  });

  it("takes no DevNonce twice and none below, gives no JoinNonce twice, and new keys each time", () => {
    const keys = new Set<string>();
    for (const devNonce of [0, 1, 5, 65535]) {
      const joined = join(request(devNonce));
      if ("rejected" in joined) throw new Error(joined.rejected);
      keys.add(hex(joined.activation.networkKey));
      for (const old of [devNonce, 0]) {
        expect(join(request(old))).toEqual({ rejected: `the join request's DevNonce ${old} was used before` });
      }
    }
    expect(kept.map(({ joinNonce }) => joinNonce)).toEqual([0, 1, 2, 3]);
    expect(keys.size).toBe(4);
  });

  it("hands out nothing that could not be stored", () => {
    const failing = joinServer({
      netId: 1,
      device: () => device,
      keep: () => {
        throw new Error("full");
      },
      settings: { rx1Offset: 0, rx2DataRate: 0, rxDelayS: 1 },
    });
    expect(() => failing(request(0))).toThrow("full");
  });

  it.each([
    ["no join request", () => request(0).slice(1), "the frame is no join request"],
    ["another device", () => request(0, "7a3f11c000000043"), "the join request comes from a device that is not enrolled"],
    ["another key", () => request(0, EUI, ACCEPT_KEY), "the join request fails its integrity code (MIC)"],
  ])("refuses %s and keeps nothing", (_, frame, rejected) => {
    expect(join(frame())).toEqual({ rejected });
    expect(kept).toEqual([]);
  });

  it("stops when the join nonces are used up", () => {
    device = { ...device, joinNonce: 0xffffff };
    expect(join(request(0))).toEqual({ rejected: "the device has used up its join nonces" });
  });
});
