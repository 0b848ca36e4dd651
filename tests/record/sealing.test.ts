import { describe, expect, it } from "@jest/globals";
import type { Clock } from "@songbai/sdk/board/clock";
import { AES_CCM } from "@songbai/sdk/identity/aes-ccm";
import { IDENTITY_BYTES, identityBlock, ROOT_KEY } from "@songbai/sdk/identity/block";
import { readIdentity } from "@songbai/sdk/identity/identity";
import { SM4_CCM } from "@songbai/sdk/identity/sm4-ccm";
import type { Suite } from "@songbai/sdk/identity/suite";
import { FULL, OK } from "@songbai/sdk/lang/result";
import { EPOCH_BEGUN } from "@songbai/sdk/record/codes";
import { type Sealing, sealing } from "@songbai/sdk/record/sealing";
import { type Counters, openCounters } from "@songbai/sdk/store/counters";
import { type Epochs, openEpochs } from "@songbai/sdk/store/epochs";
import { recordSealer } from "@songbai/tools/hub/keys";
import { type FakeLog, fakeLog } from "../support/fake-board.ts";
import { blankImage, norPart } from "../support/nor-part.ts";

const SECTOR_BYTES = 2048;
const DAY = 86_400;
const ROOT = new Uint8Array(32).fill(7);
const FIELDS = { deviceId: new Uint8Array(8), salt: Uint8Array.of(1, 2, 3, 4), firstEpoch: 5, suite: 1, deviceAddress: 0 };
const PLAIN = Uint8Array.of(1, 2, 3);

function provisioned(named = [{ name: ROOT_KEY, octets: ROOT }]): Uint8Array {
  const image = blankImage(3, SECTOR_BYTES);
  image.set(identityBlock(FIELDS, named) as Uint8Array);
  return image;
}

interface Booted {
  readonly seals: Sealing | undefined;
  readonly epochs: Epochs;
  readonly counters: Counters;
  readonly log: FakeLog;
}

/** What the kernel does at boot, as far as seals go. */
function boot(image: Uint8Array, clock: { s: number } = { s: 0 }, suite: Suite = AES_CCM): Booted {
  const flash = norPart(image, SECTOR_BYTES);
  const identity = readIdentity(flash)!;
  const epochs = openEpochs(flash, IDENTITY_BYTES, SECTOR_BYTES, identity.fields.firstEpoch);
  const counters = openCounters(flash, 1, 64, () => (epochs.begun() ? epochs.advance() : OK));
  const log = fakeLog();
  const time: Clock = { uptimeMs: () => 0, epochSeconds: () => clock.s | 0 };
  return { seals: sealing(identity, suite, epochs, counters, time, log), epochs, counters, log };
}

/** Seals one record; answers [epoch, sequence] as the hub's own keys tell them. */
function seal({ seals, epochs }: Booted, suite = 1): [number, number] {
  const sequence = seals!.next();
  const record = new Uint8Array(PLAIN.length + seals!.overhead(sequence));
  expect(seals!.seal(sequence, PLAIN, PLAIN.length, record)).toBe(record.length);
  const into = new Uint8Array(record.length);
  const { salt } = FIELDS;
  expect(recordSealer({ rootKey: ROOT, suite, salt }, epochs.current()).open(record, record.length, into)).toBe(PLAIN.length);
  return [epochs.current(), sequence];
}

describe("record/sealing", () => {
  it("begins with the first epoch of the identity and with 0, and goes on over restarts", () => {
    const image = provisioned();
    const first = boot(image);
    expect([seal(first), seal(first)]).toEqual([
      [5, 0],
      [5, 1],
    ]);
    expect(seal(boot(image))).toEqual([5, 64]);
  });

  it("has the epoch on flash before it seals, or does not seal", () => {
    const image = provisioned();
    boot(image);
    expect(openEpochs(norPart(image, SECTOR_BYTES), IDENTITY_BYTES, SECTOR_BYTES, 5).begun()).toBe(true);
    const full = provisioned();
    full.fill(0, IDENTITY_BYTES, SECTOR_BYTES);
    expect(boot(full).seals!.next()).toBeLessThan(0);
  });

  it("is none without a root key", () => {
    expect(boot(provisioned([])).seals).toBeUndefined();
  });

  it("seals under suite 2 with keys by HKDF-SM3", () => {
    expect(seal(boot(provisioned(), { s: 0 }, SM4_CCM), 2)).toEqual([5, 0]);
  });

  it("begins an epoch on command, with a new key and numbers that go on", () => {
    const image = provisioned();
    const booted = boot(image);
    expect(seal(booted)).toEqual([5, 0]);
    expect(booted.seals!.renew()).toBe(OK);
    expect(seal(booted)).toEqual([6, 1]);
    expect(booted.log.events).toEqual([[EPOCH_BEGUN, 6]]);
    expect(seal(boot(image))).toEqual([6, 64]);
  });

  it("begins an epoch before its 2^20th record, over restarts too", () => {
    const image = provisioned();
    const booted = boot(image);
    booted.counters.put(0, 2 ** 20 - 70_000);
    const near = boot(image);
    const starts: [number, number][] = [];
    let last = 5;
    for (let i = 0; i < 75_000; i++) {
      const sequence = near.seals!.next();
      if (near.epochs.current() !== last) starts.push([near.epochs.current(), sequence]);
      last = near.epochs.current();
    }
    expect(starts).toHaveLength(1);
    expect(starts[0][0]).toBe(6);
    expect(starts[0][1]).toBeLessThan(2 ** 20);
    expect(starts[0][1]).toBeGreaterThan(2 ** 20 - 70_000);
    const again = boot(image);
    expect(seal(again)[0]).toBe(6);
    expect(again.log.events).toEqual([]);
  });

  it("begins an epoch after 90 days by the clock, counted from when the time was first known", () => {
    const image = provisioned();
    const clock = { s: 0 };
    const booted = boot(image, clock);
    const epochAt = (s: number): number => {
      clock.s = s;
      return seal(booted)[0];
    };
    const noon = 20_000 * DAY + DAY / 2;
    expect([epochAt(0), epochAt(noon), epochAt(noon + 89 * DAY), epochAt(0)]).toEqual([5, 5, 5, 5]);
    expect([epochAt(noon + 90 * DAY), epochAt(noon + 179 * DAY), epochAt(noon + 180 * DAY)]).toEqual([6, 6, 7]);
    clock.s = noon + 181 * DAY;
    expect(seal(boot(image, clock))[0]).toBe(7);
  });

  it("counts the days anew when the clock goes back, and never goes back to an epoch", () => {
    const image = provisioned();
    const clock = { s: 30_000 * DAY };
    const booted = boot(image, clock);
    expect(seal(booted)[0]).toBe(5);
    clock.s = 20_000 * DAY;
    expect(seal(booted)[0]).toBe(5);
    clock.s = 20_090 * DAY;
    expect(seal(booted)[0]).toBe(6);
  });

  it("counts days until 2106", () => {
    const image = provisioned();
    const clock = { s: 2 ** 32 - 1 - 91 * DAY };
    const booted = boot(image, clock);
    expect(seal(booted)[0]).toBe(5);
    clock.s = 2 ** 32 - 1;
    expect(seal(booted)[0]).toBe(6);
  });

  it("begins an epoch with its numbers from 0 when the counters were lost", () => {
    const image = provisioned();
    expect(seal(boot(image))).toEqual([5, 0]);
    image.fill(0xff, SECTOR_BYTES, 3 * SECTOR_BYTES);
    expect(seal(boot(image))).toEqual([6, 0]);
    image.fill(0x5a, SECTOR_BYTES, 3 * SECTOR_BYTES);
    expect(seal(boot(image))).toEqual([7, 0]);
  });

  it("goes on in its epoch when the ledger is full, and does not write to it at each record", () => {
    const image = provisioned();
    const booted = boot(image);
    while (booted.epochs.advance() === OK);
    const last = booted.epochs.current();
    expect(last).toBe(5 + (SECTOR_BYTES - IDENTITY_BYTES) / 8 - 1);
    expect(booted.seals!.renew()).toBe(FULL);
    expect(seal(booted)).toEqual([last, 0]);
    const clock = { s: DAY };
    const later = boot(image, clock);
    seal(later);
    clock.s = 100 * DAY;
    expect(seal(later)[0]).toBe(last);
  });
});
