import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { cn470Rp001 } from "@songbai/sdk/bearer/lorawan/cn470-rp001";
import { RECORD_PORT } from "@songbai/sdk/bearer/lorawan/frame";
import { acknowledges } from "@songbai/sdk/record/acknowledgement";
import type { UplinkOutcome } from "@songbai/sim/air/gateway";
import { type Hub, hub } from "@songbai/tools/hub/hub";
import type { Heard } from "@songbai/tools/hub/lorawan/server";
import { StoreFault } from "@songbai/tools/hub/store/fault";
import { fileStore, memoryStore, type Store } from "@songbai/tools/hub/store/store";
import { demoCredentials } from "@songbai/tools/provision/demo";
import { NOON, sender } from "../../support/fleet.ts";
import { withFullDisk } from "../../support/full-disk.ts";
import { givenSession, joinedSession, joinRequest, type PeerJoin } from "../../support/lorawan-device.ts";

const SUB_BAND = 10;
const PLAN = cn470Rp001(SUB_BAND);
const WANG = sender(1);
const { credentials } = WANG;
const { deviceId } = credentials;

function heard(frame: Uint8Array, spreadingFactor = 9, snrDb = 5, gateways = 1): Heard {
  const channel = { frequencyHz: PLAN.joinHz(3), spreadingFactor };
  return { frame, channel, rssiDbm: -100, snrDb, gateways };
}

const frameIn = ({ downlink }: UplinkOutcome) => downlink?.frame as Uint8Array;

function joined(far: Hub, devNonce: number, owner = credentials): PeerJoin {
  return joinedSession(owner, devNonce, frameIn(far.uplink(heard(joinRequest(owner, devNonce)), NOON)));
}

describe("the hub as a network that devices join", () => {
  let store: Store;
  let far: Hub;
  let logged: string[];
  beforeEach(() => {
    logged = [];
    store = memoryStore([credentials]);
    far = hub({ store, subBand: SUB_BAND, publish: () => {}, log: (sentence) => logged.push(sentence) });
  });

  it("answers a join request five seconds later, with the channels of its gateway and an RX2 that has room", () => {
    const outcome = far.uplink(heard(joinRequest(credentials, 0)), NOON);
    expect(outcome.rejected).toBeUndefined();
    expect(outcome.downlink).toMatchObject({
      delayMs: 5000,
      channel: { frequencyHz: PLAN.joinRx1Hz(3), spreadingFactor: 9 },
    });
    // 33 octets at SF12, the rate of the join's RX2, last for more than a second.
    expect(outcome.downlink?.otherwise).toBeUndefined();
    const session = joinedSession(credentials, 0, frameIn(outcome));
    expect(session).toMatchObject({
      joinNonce: 0,
      rx2Rate: 1,
      channels: "0000000000000000 0000 ff00 00000001".replaceAll(" ", ""),
    });
    expect(store.device(deviceId)).toMatchObject({ devNonce: 0, joinNonce: 0 });
    expect(far.counts()).toEqual({ accepted: 0, duplicates: 0, rejected: 0 });
  });

  it("takes records of the session, and acknowledges them in RX1, or in RX2 at SF11", () => {
    const session = joined(far, 0);
    const outcome = far.uplink(heard(session.uplink({ counter: 0, port: RECORD_PORT, payload: WANG.record(3) })), NOON);
    expect(outcome.record).toMatchObject({ sequence: 3, duplicate: false });
    expect(outcome.downlink?.otherwise).toEqual({
      delayMs: 2000,
      channel: { frequencyHz: 505_300_000, spreadingFactor: 11 },
    });
    const down = session.read(frameIn(outcome));
    expect(down).toMatchObject({ counter: 0, confirmed: false, acknowledges: true, port: RECORD_PORT });
    const said = Buffer.from(down.payload, "hex");
    expect(acknowledges(said, said.length, 1, 3)).toBe(true);
    expect(logged).toEqual([`7A3F-11C0-${printed(4)}-${printed(6)} has joined.`]);
    expect(store.sessionsOf(1)).toMatchObject([{ proved: true, joined: NOON, frameUp: 0, frameDown: 1 }]);
  });
  const printed = (at: number) =>
    Buffer.from(deviceId.subarray(at, at + 2))
      .toString("hex")
      .toUpperCase();

  it("keeps the session before until a frame has come under the new one: a recorded request cuts nobody off", () => {
    const given = givenSession(credentials);
    const up = (session: typeof given, counter: number, sequence: number) =>
      far.uplink(heard(session.uplink({ counter, port: RECORD_PORT, payload: WANG.record(sequence) })), NOON).record?.sequence;
    expect(up(given, 0, 1)).toBe(1);
    const lost = joined(far, 0);
    expect(up(given, 1, 2)).toBe(2);
    const first = joined(far, 1);
    expect(up(given, 2, 3)).toBe(3);
    expect(up(lost, 0, 4)).toBeUndefined();
    expect(up(first, 0, 4)).toBe(4);
    expect(up(given, 3, 5)).toBeUndefined();
    const second = joined(far, 2);
    expect(up(first, 1, 6)).toBe(6);
    expect(up(second, 0, 7)).toBe(7);
    expect(up(first, 2, 8)).toBeUndefined();
  });

  it("takes no request twice, none that is changed, none of a device that is revoked, not enrolled or of another server", () => {
    const request = joinRequest(credentials, 5);
    for (let bit = 0; bit < 8 * request.length; bit++) {
      const changed = request.slice();
      changed[bit >> 3] ^= 1 << (bit & 7);
      const outcome = far.uplink(heard(changed), NOON);
      expect([outcome.rejected === undefined, outcome.downlink]).toEqual([false, undefined]);
    }
    expect(store.device(deviceId)?.devNonce).toBe(-1);
    const refused = (frame: Uint8Array) => far.uplink(heard(frame), NOON).rejected;
    expect(refused(request)).toBeUndefined();
    expect(refused(request)).toBe("the join request's DevNonce 5 was used before");
    expect(refused(joinRequest(credentials, 4))).toBe("the join request's DevNonce 4 was used before");
    const elsewhere = { ...credentials, joinEui: new Uint8Array(8).fill(3) };
    expect(refused(joinRequest(elsewhere, 6))).toBe("the join request is for another join server");
    expect(refused(joinRequest(demoCredentials(2, "bracelet"), 0))).toMatch(/not enrolled/);
    store.revoke(deviceId);
    expect(refused(joinRequest(credentials, 7))).toMatch(/not enrolled/);
    expect(store.device(deviceId)).toMatchObject({ devNonce: 5, joinNonce: 0 });
  });

  it("does not answer a device that is revoked, whatever it sends", () => {
    const session = givenSession(credentials);
    expect(far.uplink(heard(session.uplink({ counter: 0 })), NOON).downlink).toBeDefined();
    store.revoke(deviceId);
    expect(far.uplink(heard(session.uplink({ counter: 1 })), NOON)).toEqual({ rejected: "the device is revoked" });
  });

  it("forgets no frame of a batch in which a device joins", () => {
    const session = joined(far, 0);
    const frame = heard(session.uplink({ counter: 5, port: RECORD_PORT, payload: WANG.record(1) }));
    const [first, , again] = far.uplinks([frame, heard(joinRequest(credentials, 1)), frame], NOON);
    expect(first.record?.sequence).toBe(1);
    expect(again.rejected).toBe("frame 5 was seen before");
  });

  it("refuses a device without an AppKey", () => {
    const { appKey, joinEui, ...given } = credentials;
    const other = hub({ store: memoryStore([given]), subBand: SUB_BAND, publish: () => {} });
    expect(other.uplink(heard(joinRequest(credentials, 0)), NOON).rejected).toMatch(/not enrolled/);
  });

  it("serves many devices that joined, each under its own keys", () => {
    const owners = [1, 2, 3, 4, 5].map((seed) => sender(seed));
    const many = hub({
      store: memoryStore(owners.map((one) => one.credentials)),
      subBand: SUB_BAND,
      publish: () => {},
    });
    const sessions = owners.map((one) => joined(many, 0, one.credentials));
    expect(new Set(sessions.map(({ address }) => address)).size).toBe(5);
    owners.forEach((one, i) => {
      const frame = sessions[i].uplink({ counter: 0, port: RECORD_PORT, payload: one.record(9) });
      expect(many.uplink(heard(frame), NOON).record?.sequence).toBe(9);
    });
  });
});

describe("what the network keeps of joins", () => {
  let folder: string;
  let store: Store;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "songbai-hub-"));
    store = fileStore(folder);
    store.enrol(credentials);
  });
  afterEach(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const open = () => hub({ store, subBand: SUB_BAND, publish: () => {} });
  const restart = () => {
    store.close();
    store = fileStore(folder);
    return open();
  };
  const record = (session: PeerJoin, counter: number) =>
    heard(session.uplink({ counter, port: RECORD_PORT, payload: WANG.record(counter) }));

  it("outlasts a restart: sessions, their counters, nonces", () => {
    const session = joined(open(), 3);
    const next = restart();
    expect(session.read(frameIn(next.uplink(record(session, 0), NOON))).counter).toBe(0);
    const last = restart();
    expect(last.uplink(record(session, 0), NOON).rejected).toBe("frame 0 was seen before");
    expect(session.read(frameIn(last.uplink(record(session, 1), NOON))).counter).toBe(1);
    expect(last.uplink(heard(joinRequest(credentials, 3)), NOON).rejected).toMatch(/was used before/);
    expect(joined(last, 4).joinNonce).toBe(1);
  });

  it("hands out no accept that it could not store, and the next request is welcome", () => {
    const far = open();
    const request = heard(joinRequest(credentials, 0));
    expect(() => withFullDisk(100, () => far.uplink(request, NOON))).toThrow(StoreFault);
    expect(store.device(deviceId)?.devNonce).toBe(-1);
    const session = joinedSession(credentials, 0, frameIn(far.uplink(request, NOON)));
    expect(far.uplink(record(session, 0), NOON).record?.sequence).toBe(0);
  });

  it("does not end the session before while the frame that would is not stored", () => {
    const far = open();
    const given = givenSession(credentials);
    const session = joined(far, 0);
    expect(() => withFullDisk(100, () => far.uplink(record(session, 0), NOON))).toThrow(StoreFault);
    const frame = given.uplink({ counter: 0, port: RECORD_PORT, payload: WANG.record(9) });
    expect(far.uplink(heard(frame), NOON).record?.sequence).toBe(9);
    expect(far.uplink(record(session, 0), NOON).record?.sequence).toBe(0);
    expect(far.uplink(heard(given.uplink({ counter: 1, port: RECORD_PORT })), NOON).rejected).toMatch(/not enrolled/);
  });
});
