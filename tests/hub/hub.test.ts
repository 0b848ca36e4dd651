import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { cn470Rp001 } from "@songbai/sdk/bearer/lorawan/cn470-rp001";
import {
  CONFIRMED_UP,
  type DataFrame,
  frameCodec,
  newFrame,
  parseFrame,
  RECORD_PORT,
  UNCONFIRMED_DOWN,
} from "@songbai/sdk/bearer/lorawan/frame";
import { aes128 } from "@songbai/sdk/crypto/aes";
import { OK } from "@songbai/sdk/lang/result";
import { acknowledges } from "@songbai/sdk/record/acknowledgement";
import { FALL } from "@songbai/sdk/record/codes";
import { putObservation } from "@songbai/sdk/record/observation";
import type { Reception } from "@songbai/sim/air/lora-air";
import { demoHub, type Hub, hub } from "@songbai/tools/hub/hub";
import { recordSealer } from "@songbai/tools/hub/keys";
import { StoreFault } from "@songbai/tools/hub/store/fault";
import { fileStore, memoryStore, type Store } from "@songbai/tools/hub/store/store";
import { type Credentials, demoCredentials, printedId } from "@songbai/tools/provision/demo";
import { withFullDisk } from "../support/full-disk.ts";
import { FULL } from "../support/suite.ts";

const SUB_BAND = 10;
const PLAN = cn470Rp001(SUB_BAND);
const TIME = 1_772_400_000;
const credentials = demoCredentials(1, "bracelet");

/** A sealed fall alarm: 4.1 g, 92 %. */
function record(sequence: number, owner: Credentials = credentials): Uint8Array {
  const plain = new Uint8Array(64);
  const length = putObservation(plain, 0, { code: FALL, values: [41, 92] }, TIME);
  const sealed = new Uint8Array(96);
  return sealed.slice(0, recordSealer(owner, owner.epoch).seal(sequence, plain, length, sealed));
}

function frameOf(payload: Uint8Array, counter: number, owner: Credentials = credentials): Uint8Array {
  const frame: DataFrame = {
    ...newFrame(242),
    type: CONFIRMED_UP,
    deviceAddress: owner.deviceAddress,
    counter,
    port: RECORD_PORT,
  };
  (frame.payload as Uint8Array).set(payload);
  frame.payloadLength = payload.length;
  const bytes = new Uint8Array(255);
  return bytes.slice(0, frameCodec(aes128(owner.networkKey), aes128(owner.applicationKey)).build(frame, bytes));
}

function heard(frame: Uint8Array): Reception {
  return { frame, channel: { frequencyHz: PLAN.joinHz(3), spreadingFactor: 9 }, rssiDbm: -100, snrDb: 5 };
}

describe("hub", () => {
  let messages: { topic: string; payload: object }[];
  let far: Hub;

  beforeEach(() => {
    messages = [];
    far = demoHub(credentials, SUB_BAND, (topic, payload) => messages.push({ topic, payload }));
  });

  it("opens a record, publishes it by the names and units of the table, and acknowledges it in RX1", () => {
    const outcome = far.uplink(heard(frameOf(record(5), 0)), 0);
    expect(outcome.record).toEqual({
      sequence: 5,
      duplicate: false,
      observations: [{ name: "fall", kind: "alarm", time: TIME, values: { impact: 4.1, confidence: 92 } }],
    });
    expect(messages).toEqual([
      {
        topic: `songbai/v1/${printedId(credentials.deviceId)}/alarm`,
        payload: {
          device: printedId(credentials.deviceId),
          sequence: 5,
          time: "2026-03-01T21:20:00.000Z",
          name: "fall",
          zh: "跌倒报警",
          values: { impact: { value: 4.1, unit: "[g]" }, confidence: { value: 92, unit: "%" } },
        },
      },
    ]);
    expect(outcome.downlink?.channel).toEqual({ frequencyHz: PLAN.joinRx1Hz(3), spreadingFactor: 9 });
    const down = newFrame(242);
    const bytes = outcome.downlink?.frame as Uint8Array;
    expect(parseFrame(bytes, bytes.length, down)).toBe(OK);
    expect(down).toMatchObject({
      type: UNCONFIRMED_DOWN,
      acknowledges: true,
      deviceAddress: credentials.deviceAddress,
      counter: 0,
    });
  });

  it("refuses a frame with any one bit changed, counts it, and publishes nothing", () => {
    const frame = frameOf(record(1), 0);
    for (let bit = 0; bit < 8 * frame.length; bit++) {
      const changed = frame.slice();
      changed[bit >> 3] ^= 1 << (bit & 7);
      const outcome = far.uplink(heard(changed), 0);
      expect(outcome.rejected).toBeDefined();
      expect(outcome.downlink).toBeUndefined();
    }
    expect(far.counts()).toEqual({ accepted: 0, duplicates: 0, rejected: 8 * frame.length });
    expect(messages).toEqual([]);
    expect(far.uplink(heard(frame), 0).record?.sequence).toBe(1);
  });

  it("refuses a frame that was seen before", () => {
    const frame = frameOf(record(1), 7);
    far.uplink(heard(frame), 0);
    expect(far.uplink(heard(frame), 1).rejected).toBe("frame 7 was seen before");
    expect(messages).toHaveLength(1);
  });

  it("acknowledges a record that comes again in a new frame, and keeps it once", () => {
    far.uplink(heard(frameOf(record(1), 0)), 0);
    const again = far.uplink(heard(frameOf(record(1), 1)), 1);
    expect(again.record?.duplicate).toBe(true);
    expect(again.downlink).toBeDefined();
    expect(far.counts()).toEqual({ accepted: 1, duplicates: 1, rejected: 0 });
    expect(messages).toHaveLength(1);
  });

  it("takes records late and out of order, each once, also those older than the window", () => {
    const sequences = [3000, 1, 2999, 1, 2, 1976, 3001, 2];
    const fates = sequences.map((sequence, index) => far.uplink(heard(frameOf(record(sequence), index)), 0).record?.duplicate);
    expect(fates).toEqual([false, false, false, true, false, false, false, true]);
  });

  it("refuses what another device sends, or seals", () => {
    const other = demoCredentials(2, "bracelet");
    expect(far.uplink(heard(frameOf(record(1, other), 0, other)), 0).rejected).toMatch(/not enrolled/);
    expect(far.uplink(heard(frameOf(record(1, other), 0)), 0).rejected).toBe("the record fails its authentication tag");
    expect(far.counts().accepted).toBe(0);
  });

  it("survives 20,000 frames of garbage (in npm test 5,000)", () => {
    let state = 1;
    const random = () => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return state >> 8;
    };
    for (let i = 0; i < (FULL ? 20_000 : 5_000); i++) {
      const frame = Uint8Array.from({ length: random() % 60 }, () => random() & 255);
      expect(far.uplink(heard(frame), 0).rejected).toBeDefined();
    }
    expect(messages).toEqual([]);
  });

  it("sends down what it holds, under the device's keys, where the device listens for it", () => {
    for (const [counter, sequence] of [0, 1, 2, 40].entries()) far.uplink(heard(frameOf(record(sequence), counter)), 0);
    const bytes = far.uplink(heard(frameOf(record(41), 4)), 0).downlink?.frame as Uint8Array;
    const down = newFrame(242);
    parseFrame(bytes, bytes.length, down);
    const codec = frameCodec(aes128(credentials.networkKey), aes128(credentials.applicationKey));
    expect(codec.open(down, bytes, bytes.length, 4)).toBe(OK);
    expect(down.port).toBe(RECORD_PORT);
    const held = Array.from({ length: 50 }, (_, sequence) => sequence).filter((sequence) =>
      acknowledges(down.payload as Uint8Array, down.payloadLength, credentials.epoch, sequence),
    );
    expect(held).toEqual([0, 1, 2, 40, 41]);
  });

  it("serves many devices, also at one address, and a batch of their frames in one transaction", () => {
    const others = [2, 3, 4].map((seed) => demoCredentials(seed, "bracelet"));
    const neighbour = { ...others[0], deviceAddress: credentials.deviceAddress };
    const store = memoryStore([credentials, neighbour, others[1], others[2]]);
    const many = hub({ store, subBand: SUB_BAND, publish: (topic) => messages.push({ topic, payload: {} }) });
    const owners = [credentials, neighbour, others[1], others[2]];
    const frames = owners.map((owner) => heard(frameOf(record(7, owner), 3, owner)));
    const outcomes = many.uplinks([...frames, frames[0], frames[1]], TIME);
    // Of two at one address the one whose frame it is says why, whichever is asked first.
    const again = "frame 3 was seen before";
    expect(outcomes.map(({ rejected, record }) => rejected ?? record?.sequence)).toEqual([7, 7, 7, 7, again, again]);
    expect(messages.map(({ topic }) => topic)).toEqual(owners.map(({ deviceId }) => `songbai/v1/${printedId(deviceId)}/alarm`));
    store.revoke(others[1].deviceId);
    expect(many.uplink(heard(frameOf(record(8, others[1]), 4, others[1])), TIME).rejected).toBe("the device is revoked");
  });

  describe("with a data folder", () => {
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
    const open = () => hub({ store, subBand: SUB_BAND, publish: (topic, payload) => messages.push({ topic, payload }) });
    const restart = () => {
      store.close();
      store = fileStore(folder);
      return open();
    };

    it("goes on after a restart: replayed frames stay out, counters down do not come again, records are known", () => {
      const frame = frameOf(record(1), 9);
      open().uplink(heard(frame), TIME);
      const again = restart();
      expect(again.uplink(heard(frame), TIME).rejected).toBe("frame 9 was seen before");
      const second = again.uplink(heard(frameOf(record(1), 10)), TIME);
      expect(second.record?.duplicate).toBe(true);
      const down = newFrame(242);
      const bytes = second.downlink?.frame as Uint8Array;
      parseFrame(bytes, bytes.length, down);
      expect(down.counter).toBe(1);
    });

    it("neither acknowledges nor publishes what it cannot store, and takes the same frame once it can", () => {
      const far = open();
      const frame = heard(frameOf(record(1), 0));
      expect(() => withFullDisk(100, () => far.uplink(frame, TIME))).toThrow(StoreFault);
      expect(messages).toEqual([]);
      const outcome = far.uplink(frame, TIME);
      expect(outcome.record).toMatchObject({ sequence: 1, duplicate: false });
      expect(outcome.downlink).toBeDefined();
      expect(messages).toHaveLength(1);
    });

    it("publishes again what may not have arrived before it ended, and nothing that did", () => {
      const first = open();
      first.uplink(heard(frameOf(record(1), 0)), TIME);
      first.settled();
      first.uplink(heard(frameOf(record(2), 1)), TIME);
      const said = messages.slice(1);
      messages = [];
      const second = restart();
      expect(second.resume()).toBe(1);
      expect(messages).toEqual(said);
      second.settled();
      expect(restart().resume()).toBe(0);
    });
  });

  it("raises one alarm when many records in a device's name fail their tag", () => {
    const lines: string[] = [];
    const store = memoryStore([credentials]);
    const publish = (topic: string, payload: object) => messages.push({ topic, payload });
    const far = hub({ store, subBand: SUB_BAND, publish, log: (line) => lines.push(line) });
    const forged = record(1);
    forged[forged.length - 1] ^= 1;
    for (let counter = 0; counter < 40; counter++) far.uplink(heard(frameOf(forged, counter)), TIME + counter);
    expect(lines).toEqual([expect.stringMatching(/^1 records in the name of 7A3F-.* fail their authentication tag/)]);
    expect(messages).toEqual([
      {
        topic: `songbai/v1/${printedId(credentials.deviceId)}/status`,
        payload: {
          device: printedId(credentials.deviceId),
          name: "forged-records",
          values: { count: { value: 16, unit: "1" } },
        },
      },
    ]);
  });
});
