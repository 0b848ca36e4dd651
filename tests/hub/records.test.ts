import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "@jest/globals";
import { acknowledges } from "@songbai/sdk/record/acknowledgement";
import { type Hub, hub } from "@songbai/tools/hub/hub";
import { StoreFault } from "@songbai/tools/hub/store/fault";
import { fileStore, memoryStore } from "@songbai/tools/hub/store/store";
import { printedId } from "@songbai/tools/provision/demo";
import { NOON, openedDown, sender } from "../support/fleet.ts";
import { withFullDisk } from "../support/full-disk.ts";

const one = sender(1);
const other = sender(2);
const { deviceId } = one.credentials;

/** Whether what the hub has sealed for the device says that it holds a record. */
function acknowledged(answer: Uint8Array | undefined, sequence: number): boolean {
  const octets = openedDown(one.credentials, answer as Uint8Array);
  return acknowledges(octets, octets.length, 1, sequence);
}

describe("sealed records that a bearer carries as they are", () => {
  let topics: string[];
  let far: Hub;

  beforeEach(() => {
    topics = [];
    const publish = (topic: string) => topics.push(topic);
    far = hub({ store: memoryStore([one.credentials, other.credentials]), subBand: 0, publish });
  });

  it("are opened, stored, published and acknowledged", () => {
    const { record, answer, rejected } = far.record(deviceId, one.record(8), NOON);
    expect([record?.sequence, record?.duplicate, record?.observations[0].name, rejected]).toEqual([
      8,
      false,
      "fall",
      undefined,
    ]);
    expect(topics).toEqual([`songbai/v1/${printedId(deviceId)}/alarm`]);
    expect(acknowledged(answer, 8)).toBe(true);
    expect(acknowledged(answer, 7)).toBe(false);
  });

  it("are published once, by whatever way they come, and acknowledged each time", () => {
    far.record(deviceId, one.record(1), NOON);
    const again = far.record(deviceId, one.record(1), NOON + 5);
    expect([again.record?.duplicate, topics.length]).toEqual([true, 1]);
    expect(acknowledged(again.answer, 1)).toBe(true);
    expect(far.counts()).toEqual({ accepted: 1, duplicates: 1, rejected: 0 });
  });

  it("are refused in another device's name, changed, or of nobody, and nothing is answered", () => {
    expect(far.record(deviceId, other.record(1), NOON)).toEqual({ rejected: "the record fails its authentication tag" });
    const changed = one.record(1);
    changed[changed.length - 1] ^= 1;
    expect(far.record(deviceId, changed, NOON)).toEqual({ rejected: "the record fails its authentication tag" });
    expect(far.record(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), one.record(1), NOON)).toEqual({
      rejected: "the record comes from a device that is not enrolled",
    });
    expect([topics.length, far.counts().rejected]).toEqual([0, 3]);
  });

  it("are neither published nor acknowledged when they cannot be stored, and taken once they can", () => {
    const folder = mkdtempSync(join(tmpdir(), "songbai-"));
    const store = fileStore(folder);
    store.enrol(one.credentials);
    const kept = hub({ store, subBand: 0, publish: (topic) => topics.push(topic) });
    expect(() => withFullDisk(100, () => kept.record(deviceId, one.record(1), NOON))).toThrow(StoreFault);
    expect(topics).toEqual([]);
    expect(kept.record(deviceId, one.record(1), NOON).record).toMatchObject({ sequence: 1, duplicate: false });
    expect(topics).toHaveLength(1);
    store.close();
    rmSync(folder, { recursive: true });
  });
});
