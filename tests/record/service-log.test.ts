import { createHash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { sha256 } from "@songbai/sdk/crypto/sha256";
import { sm3 } from "@songbai/sdk/crypto/sm3";
import { finish } from "@songbai/sdk/crypto/step";
import { type Device, device, minutes } from "@songbai/sdk/device/device";
import { overLorawan } from "@songbai/sdk/device/over-lorawan";
import { serviceLog } from "@songbai/sdk/device/service";
import { identityBlock, ROOT_KEY, SIGNING_KEY } from "@songbai/sdk/identity/block";
import { type Sign, signer } from "@songbai/sdk/identity/sign";
import { prng } from "@songbai/sdk/lang/prng";
import { BUSY, MISSING, OK } from "@songbai/sdk/lang/result";
import {
  ENTRY_AT,
  MAX_SERVICE_ENTRY,
  openServiceLog,
  SERVICE_BATTERY,
  SERVICE_BOOT,
  SERVICE_FAULT,
  type ServiceLog,
} from "@songbai/sdk/record/service-log";
import { openFlashLog } from "@songbai/sdk/store/flash-log";
import { type ServiceEntry, type ServiceVerdict, verifyServiceLog } from "@songbai/tools/hub/service-log";
import { signed, signingPublic } from "@songbai/tools/provision/curves";
import fc from "fast-check";
import { fakeLog, fakeTimers } from "../support/fake-board.ts";
import { blankImage, type Cut, norPart, PowerCut, TEARS } from "../support/nor-part.ts";
import { FULL } from "../support/suite.ts";

const SECTOR_BYTES = 2048;
const DEVICE_ID = Uint8Array.of(0x7a, 0x3f, 0x11, 0xc0, 0, 0, 0, 0x42);
const SEED = createHash("sha256").update("seed").digest();
const OWNER = { deviceId: DEVICE_ID, publicKey: signingPublic(SEED), suite: 1 };
const EPOCH = 3;

/** Node's Ed25519, in two slices. */
const nodeSign: Sign = (message, length, signature) => {
  let slices = 2;
  return () => {
    slices -= 1;
    if (slices > 0) return BUSY;
    (signature as Uint8Array).set(signed(SEED, (message as Uint8Array).slice(0, length)));
    return OK;
  };
};

function open(image: Uint8Array, cut?: Cut, hash = sha256, sign = nodeSign): ServiceLog {
  const store = openFlashLog(norPart(image, SECTOR_BYTES, cut), 0, image.length / SECTOR_BYTES, MAX_SERVICE_ENTRY);
  let seconds = 1_700_000_000;
  return openServiceLog(store, { uptimeMs: () => 0, epochSeconds: () => seconds++ }, hash(), DEVICE_ID, sign);
}

function sign(log: ServiceLog): number {
  const step = log.checkpoint(EPOCH);
  return step === undefined ? MISSING : finish(step);
}

/** What the device hands out, the oldest first. */
function entriesOf(log: Pick<ServiceLog, "walk">): ServiceEntry[] {
  const entries: ServiceEntry[] = [];
  log.walk((entry, length) => {
    const octets = (entry as Uint8Array).slice(0, length);
    entries.unshift({ head: octets.slice(ENTRY_AT - 32, ENTRY_AT), octets: octets.slice(ENTRY_AT) });
    return true;
  });
  return entries;
}

const verdictOf = (entries: readonly ServiceEntry[]): ServiceVerdict => verifyServiceLog(entries, OWNER);

/** Events 0 to 9, signed through 4 and through 9, and two more. */
function written(): ServiceEntry[] {
  const log = open(blankImage(4, SECTOR_BYTES));
  for (let i = 0; i < 12; i++) {
    expect(log.note(SERVICE_BATTERY, 100 - i)).toBe(i);
    if (i % 5 === 4) expect(sign(log)).toBe(OK);
  }
  return entriesOf(log);
}

const ENTRIES = written();
const isCheckpoint = ({ octets }: ServiceEntry): boolean => octets[0] === 0xd2;

/** The same entries with heads that somebody without the device's key has chained anew. */
function rechained(entries: readonly ServiceEntry[]): ServiceEntry[] {
  let head: Uint8Array = createHash("sha256").update(DEVICE_ID).digest();
  return entries.map((entry) => {
    if (!isCheckpoint(entry)) head = createHash("sha256").update(head).update(entry.octets).digest();
    return { head, octets: entry.octets };
  });
}

describe("record/service-log", () => {
  it("keeps events in order, with time and value, and the device's signature over them", () => {
    const verdict = verdictOf(ENTRIES);
    expect(verdict.events.map(({ index, kind, value }) => [index, kind, value])).toEqual(
      Array.from({ length: 12 }, (_, i) => [i, SERVICE_BATTERY, 100 - i]),
    );
    expect(verdict.events[3].time).toBe(1_700_000_003);
    expect(verdict).toMatchObject({ checkpoints: 2, signedThrough: 9 });
    expect(verdict.broken).toBeUndefined();
  });

  it("signs nothing twice, and one thing at a time", () => {
    const log = open(blankImage(3, SECTOR_BYTES));
    expect(log.checkpoint(EPOCH)).toBeUndefined();
    log.note(SERVICE_BOOT, 0);
    const step = log.checkpoint(EPOCH)!;
    expect([step(), log.checkpoint(EPOCH), log.unsigned()]).toEqual([BUSY, undefined, 1]);
    expect(log.note(SERVICE_FAULT, -4)).toBe(1);
    expect([step(), log.unsigned()]).toEqual([OK, 1]);
    expect(sign(log)).toBe(OK);
    expect(verdictOf(entriesOf(log))).toMatchObject({ checkpoints: 2, signedThrough: 1, events: { length: 2 } });
  });

  it("says what went wrong with a signature, and tries again", () => {
    const log = open(blankImage(3, SECTOR_BYTES), undefined, sha256, () => () => MISSING);
    log.note(SERVICE_BOOT, 0);
    expect([sign(log), sign(log), log.unsigned()]).toEqual([MISSING, MISSING, 1]);
  });

  it("is signed by the SDK's own Ed25519 with the key of the identity block", () => {
    const image = blankImage(4, SECTOR_BYTES);
    const fields = { deviceId: DEVICE_ID, salt: new Uint8Array(4), firstEpoch: 1, suite: 1, deviceAddress: 0 };
    const identity = blankImage(1, SECTOR_BYTES);
    identity.set(identityBlock(fields, [{ name: SIGNING_KEY, octets: SEED }]) as Uint8Array);
    const log = open(image, undefined, sha256, signer(norPart(identity, SECTOR_BYTES), SIGNING_KEY));
    log.note(SERVICE_BOOT, 0);
    expect(sign(log)).toBe(OK);
    expect(verdictOf(entriesOf(log))).toMatchObject({ checkpoints: 1, signedThrough: 0 });
    const other = { ...OWNER, publicKey: signingPublic(new Uint8Array(32).fill(9)) };
    expect(verifyServiceLog(entriesOf(log), other).broken).toContain("not one that this device signed");
    const none = open(blankImage(4, SECTOR_BYTES), undefined, sha256, signer(norPart(identity, SECTOR_BYTES), "no such key"));
    none.note(SERVICE_BOOT, 0);
    expect(sign(none)).toBe(MISSING);
  });

  it("is chained by SM3 under suite 2", () => {
    const log = open(blankImage(3, SECTOR_BYTES), undefined, sm3);
    log.note(SERVICE_BOOT, 0);
    sign(log);
    expect(verifyServiceLog(entriesOf(log), { ...OWNER, suite: 2 })).toMatchObject({ signedThrough: 0, events: { length: 1 } });
    expect(verifyServiceLog(entriesOf(log), OWNER).broken).toBe("event 0 was changed, or its head was");
  });

  it("tells each turned bit (in npm test each fifth), at the place or behind it", () => {
    for (const [i, entry] of ENTRIES.entries()) {
      for (let bit = 0; bit < 8 * entry.octets.length; bit += FULL ? 1 : 5) {
        const octets = entry.octets.slice();
        octets[bit >> 3] ^= 1 << (bit & 7);
        const { broken, events } = verdictOf(ENTRIES.with(i, { ...entry, octets }));
        expect(broken).toBeDefined();
        expect(events.length).toBeLessThanOrEqual(ENTRIES.slice(0, i + 1).filter((one) => !isCheckpoint(one)).length);
      }
    }
  });

  it("says where an event was changed, is missing, was added or moved", () => {
    const at = (index: number) => index + Math.floor(index / 5);
    const changed = ENTRIES[at(3)].octets.slice();
    changed[changed.length - 1] ^= 1;
    const without = (index: number) => ENTRIES.filter((_, i) => i !== at(index));
    expect(verdictOf(ENTRIES.with(at(3), { ...ENTRIES[at(3)], octets: changed })).broken).toBe(
      "event 3 was changed, or its head was",
    );
    expect(verdictOf(without(6)).broken).toBe("event 6 is missing");
    expect(verdictOf(without(4)).broken).toBe("event 4, which a checkpoint covers, is missing");
    expect(verdictOf(ENTRIES.toSpliced(at(2), 0, ENTRIES[at(1)])).broken).toBe("event 1 comes again after event 1");
    expect(verdictOf(ENTRIES.with(at(7), ENTRIES[at(8)]).with(at(8), ENTRIES[at(7)])).broken).toBe("event 7 is missing");
  });

  it("names the signed stretch where somebody has chained a change anew", () => {
    const octets = ENTRIES[7].octets.slice();
    octets[octets.length - 1] ^= 1;
    const verdict = verdictOf(rechained(ENTRIES.with(7, { ...ENTRIES[7], octets })));
    expect(verdict.broken).toBe("events 5 to 9 are not those that the device signed");
    expect(verdict.signedThrough).toBe(4);
    // Behind the last checkpoint only chance is guarded against: the verdict says how far the signatures reach.
    const tail = ENTRIES.at(-1)!;
    const other = tail.octets.slice();
    other[other.length - 1] ^= 1;
    expect(verdictOf(rechained(ENTRIES.with(-1, { ...tail, octets: other })))).toMatchObject({ signedThrough: 9 });
  });

  it("takes any entries for what they are, without a fault", () => {
    const octets = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(...ENTRIES.map((entry) => entry.octets)));
    fc.assert(
      fc.property(fc.array(fc.record({ head: fc.uint8Array({ maxLength: 33 }), octets }), { maxLength: 5 }), (entries) => {
        expect(verdictOf(entries).signedThrough).toBeLessThanOrEqual(9);
      }),
    );
  });

  it("is one chain over restarts and power cuts at any operation: what was noted is there, once, unbroken", () => {
    const lives = fc.array(
      fc.record({
        events: fc.nat({ max: 8 }),
        signs: fc.boolean(),
        operation: fc.nat({ max: 30 }),
        tear: fc.constantFrom(...TEARS),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(lives, fc.nat(), (all, seed) => {
        const image = blankImage(4, SECTOR_BYTES);
        let noted = 0;
        for (const { events, signs, operation, tear } of all) {
          try {
            const log = open(image, operation === 0 ? undefined : { operation, tear, seed });
            for (let i = 0; i < events; i++) {
              const index = log.note(SERVICE_FAULT, i);
              expect(index).toBeGreaterThanOrEqual(noted);
              noted = index + 1;
            }
            if (signs) sign(log);
          } catch (error) {
            if (!(error instanceof PowerCut)) throw error;
          }
        }
        const { broken, events } = verdictOf(entriesOf(open(image)));
        expect(broken).toBeUndefined();
        expect(events.map(({ index }) => index)).toEqual(events.map((_, i) => i));
        expect(events.length).toBeGreaterThanOrEqual(noted);
      }),
      { numRuns: 300 },
    );
  });

  it("goes on when the flash has no room for its beginning, and is vouched for by its checkpoints", () => {
    const image = blankImage(3, SECTOR_BYTES);
    for (let start = 0; start < 6; start++) {
      const log = open(image);
      for (let i = 0; i < 25; i++) {
        expect(log.note(SERVICE_BATTERY, i)).toBe(25 * start + i);
        if (i % 10 === 9) expect(sign(log)).toBe(OK);
      }
    }
    const entries = entriesOf(open(image));
    const verdict = verdictOf(entries);
    expect(verdict.broken).toBeUndefined();
    expect([verdict.events.at(-1)!.index, verdict.signedThrough]).toEqual([149, 144]);
    expect(verdict.events[0].index).toBeGreaterThan(50);
    const first = entries.findIndex((entry) => !isCheckpoint(entry));
    const forged = { head: entries[first].head.map((octet) => octet ^ 1), octets: entries[first].octets };
    expect(verdictOf(entries.slice(first).with(0, forged)).broken).toBeDefined();
  });
});

describe("device/service", () => {
  const MANIFEST = { id: "holter", sensors: {}, bearers: {}, serviceLog: { sectors: 3 } };

  function provisioned(): Uint8Array {
    const image = blankImage(12, SECTOR_BYTES);
    const fields = { deviceId: DEVICE_ID, salt: new Uint8Array(4), firstEpoch: 1, suite: 1, deviceAddress: 0 };
    const named = [
      { name: ROOT_KEY, octets: new Uint8Array(32) },
      { name: SIGNING_KEY, octets: SEED },
    ];
    image.set(identityBlock(fields, named) as Uint8Array);
    return image;
  }

  function boot(image: Uint8Array, manifest: Parameters<typeof device>[0] = MANIFEST) {
    const timers = fakeTimers();
    let service: ReturnType<typeof serviceLog> | undefined;
    let d: Device | undefined;
    device(
      manifest,
      (made) => {
        d = made;
        service = serviceLog(made);
      },
      { bearers: [overLorawan] },
    )({
      clock: { uptimeMs: timers.now, epochSeconds: () => 0 },
      timers,
      random: { next: prng(1) },
      flash: norPart(image, SECTOR_BYTES),
      log: fakeLog(),
    });
    return { timers, service: service!, d: d! };
  }

  it("begins with the start, and is signed by the hour and after 24 events, while records go their own way", () => {
    const image = provisioned();
    const { timers, service, d } = boot(image);
    timers.pass(minutes(61));
    expect(verdictOf(entriesOf(service))).toMatchObject({ signedThrough: 0, events: [{ kind: SERVICE_BOOT }] });
    for (let i = 0; i < 24; i++) expect(service.note(SERVICE_FAULT, i)).toBe(i + 1);
    // More records than the flash holds.
    for (let i = 0; i < 1000; i++) d.journal([{ code: 4, values: [80] }]);
    timers.pass(minutes(1));
    expect(verdictOf(entriesOf(service))).toMatchObject({ checkpoints: 2, signedThrough: 24 });
    const second = boot(image);
    expect(second.service.note(SERVICE_FAULT, 0)).toBe(26);
    expect(verdictOf(entriesOf(second.service)).broken).toBeUndefined();
  });

  it("keeps nothing where the manifest does not ask for it", () => {
    const { service } = boot(provisioned(), { id: "bracelet", sensors: {}, bearers: {} });
    expect([service.note(SERVICE_FAULT, 0), entriesOf(service)]).toEqual([MISSING, []]);
  });
});
