import { beforeEach, describe, expect, it } from "@jest/globals";
import { COMMAND_MESSAGE, LAST_FRAGMENT } from "@songbai/sdk/bearer/ble/record-service";
import { OK } from "@songbai/sdk/lang/result";
import { acknowledges } from "@songbai/sdk/record/acknowledgement";
import { messageFragments, messageJoiner, offersRecords, type Phone, phone } from "@songbai/sim/air/ble/phone";
import type { RecordServer } from "@songbai/sim/air/record-server";
import { type Hub, hub } from "@songbai/tools/hub/hub";
import { memoryStore } from "@songbai/tools/hub/store/store";
import fc from "fast-check";
import { NOON, openedDown, sender } from "../../support/fleet.ts";
import { type Rig, type RigOptions, rig } from "./rig.ts";

const watch = sender(1);

const says = (octets: Uint8Array, sequence: number) => acknowledges(octets, octets.length, 1, sequence);

describe("a phone that carries records", () => {
  let far: Hub;
  let device: Rig;
  let carrier: Phone;
  /** Sequence numbers in the order in which the device sent them, and what the hub made of each. */
  let sent: number[];
  let came: (number | string)[];
  let answers: Uint8Array[];
  let waiting: Uint8Array[];
  let offline: boolean;

  /** A device with records to send, one after the other, each until it is acknowledged. */
  function start(count: number, options: RigOptions = {}): void {
    let next = 0;
    let busy = false;
    const send = () => {
      if (busy || next >= count) return;
      busy = true;
      sent.push(next);
      const sealed = watch.record(next);
      const held = next;
      const result = device.bearer.send(sealed, sealed.length, () => {
        busy = false;
        if (answers.some((octets) => says(openedDown(watch.credentials, octets), held))) next = held + 1;
        device.agenda.at(device.agenda.nowUs() + 1_000_000, send);
      });
      busy = result === OK;
    };
    device = rig({
      deviceId: watch.credentials.deviceId,
      onReady: () => device.agenda.at(device.agenda.nowUs(), send),
      onMessage: (octets) => answers.push(octets),
      ...options,
    });
    const server: RecordServer = {
      record: (...args) => (offline ? {} : far.record(...args)),
      waiting: () => waiting.shift(),
    };
    carrier = phone({
      agenda: device.agenda,
      air: device.air,
      server,
      epochS: () => NOON + Math.floor(device.agenda.nowUs() / 1e6),
      address: Uint8Array.of(9, 9, 9, 9, 9, 0xc9),
      told: ({ record, rejected }) => came.push(record?.sequence ?? rejected ?? "nothing"),
    });
  }

  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

  beforeEach(() => {
    far = hub({ store: memoryStore([watch.credentials]), subBand: 0, publish() {} });
    [sent, came, answers, waiting, offline] = [[], [], [], [], false];
  });

  it("finds the device, carries each record to the hub and the hub's answer back", () => {
    start(5);
    device.pass(10_000);
    expect(sent).toEqual([]);
    carrier.place(3);
    device.pass(30_000);
    expect([sent, came]).toEqual([numbers(5), numbers(5)]);
    expect(far.counts()).toEqual({ accepted: 5, duplicates: 0, rejected: 0 });
    expect(answers.length).toBe(5);
  });

  it("hears a quiet device within a minute and a half", () => {
    start(1);
    // The device has been advertising slowly for long.
    device.pass(3_600_000);
    carrier.place(3);
    device.pass(90_000);
    expect(came).toEqual([0]);
  });

  it("goes on where it was when it comes back, and nothing is lost or kept twice", () => {
    start(40);
    for (let away = 0; away < 12; away++) {
      carrier.place(3);
      device.pass(9_000 + 631 * away);
      carrier.place(undefined);
      device.pass(20_000);
    }
    carrier.place(3);
    device.pass(240_000);
    expect([...new Set(came)]).toEqual(numbers(40));
    expect(far.counts().accepted).toBe(40);
    // The same record again after an interruption, never another one before it.
    expect(sent).toEqual([...sent].sort((a, b) => a - b));
    expect(sent.length).toBeGreaterThan(40);
  });

  it("goes on through loss, later", () => {
    start(20, { air: { loss: 0.3 } });
    carrier.place(3);
    device.pass(180_000);
    expect(came).toEqual(numbers(20));
  });

  it("tells the device that the hub cannot be had, and the device tries again", () => {
    start(2);
    offline = true;
    carrier.place(3);
    device.pass(30_000);
    expect(came.every((one) => one === "nothing")).toBe(true);
    expect(sent.every((one) => one === 0)).toBe(true);
    // At once, not after the half minute that a record waits for its answer.
    expect(sent.length).toBeGreaterThan(5);
    offline = false;
    device.pass(10_000);
    expect(far.counts().accepted).toBe(2);
  });

  it("carries what waits for the device, whether records come or not", () => {
    start(0);
    carrier.place(3);
    device.pass(10_000);
    waiting.push(
      Uint8Array.of(1, 2, 3),
      Uint8Array.from({ length: 60 }, (_, index) => index),
    );
    device.pass(45_000);
    expect(answers.map((octets) => octets.length)).toEqual([3, 60]);
    expect(answers[1][59]).toBe(59);
  });

  it("keeps what it could not hand over until the device is there again", () => {
    start(0);
    carrier.place(3);
    device.pass(10_000);
    waiting.push(Uint8Array.of(1, 2, 3));
    // Asked for every 20 s; the device is out of reach just then.
    const asked = () => waiting.length === 0;
    while (!asked()) device.pass(1);
    carrier.place(undefined);
    device.pass(20_000);
    expect(answers).toEqual([]);
    carrier.place(3);
    device.pass(60_000);
    expect(answers).toEqual([Uint8Array.of(1, 2, 3)]);
  });

  it("spends little while nothing happens", () => {
    start(0);
    carrier.place(3);
    device.pass(60_000);
    const before = device.spentUs("ble transmit");
    device.pass(3_600_000);
    // An empty packet of 80 us every 400 ms.
    expect((device.spentUs("ble transmit") - before) / 3600).toBeCloseTo(200, -1);
  });

  it("looks only for devices that have the record service", () => {
    const own = Uint8Array.of(0xe2, 0x35, 0x17, 0x12, 0xcc, 0x37, 0x8e, 0x8d, 0xaf, 0x4f, 0x15, 0x29, 1, 0, 0x6d, 0x25);
    expect(offersRecords(Uint8Array.of(2, 1, 6, 17, 7, ...own))).toBe(true);
    expect(offersRecords(Uint8Array.of(2, 1, 6, 17, 7, ...own.map((octet, index) => (index === 12 ? 2 : octet))))).toBe(false);
    expect(offersRecords(Uint8Array.of(2, 1, 6, 17, 7, ...own.slice(0, 15)))).toBe(false);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 31 }), (data) => !offersRecords(data)));
  });

  it("joins again what was cut into fragments, and nothing of what was mixed up", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 255, size: "max" }),
        fc.nat(255),
        fc.integer({ min: 20, max: 244 }),
        (octets, number, most) => {
          const join = messageJoiner();
          const fragments = messageFragments(number, 0, octets, most);
          const joined = fragments.map((fragment) => join(fragment));
          expect(joined.pop()).toEqual({ number, octets });
          expect(joined.every((one) => one === undefined)).toBe(true);
          if (fragments.length > 2) {
            fragments.splice(1, 1);
            expect(fragments.map((fragment) => join(fragment)).every((one) => one === undefined)).toBe(true);
          }
        },
      ),
    );
    expect(messageFragments(7, COMMAND_MESSAGE, new Uint8Array(0), 20)).toEqual([
      Uint8Array.of(7, COMMAND_MESSAGE | LAST_FRAGMENT),
    ]);
  });
});
