import { describe, expect, it } from "@jest/globals";
import type { Board } from "@songbai/sdk/board/board";
import { device, minutes, seconds } from "@songbai/sdk/device/device";
import { prng } from "@songbai/sdk/lang/prng";
import { EXPIRED, OK } from "@songbai/sdk/lang/result";
import { FALL } from "@songbai/sdk/record/codes";
import { hub } from "@songbai/tools/hub/hub";
import { memoryStore } from "@songbai/tools/hub/store/store";
import { demoCredentials, identityOf } from "@songbai/tools/provision/demo";
import { fakeLog, fakeTimers } from "../support/fake-board.ts";
import { blankImage, norPart } from "../support/nor-part.ts";

const NOW = 1_763_000_000;
const credentials = demoCredentials(1, "bracelet");
const { deviceId } = credentials;

/** A device and a hub, and between them somebody who carries records up and what the hub says down, and has no key. */
function setUp({ knowsTime = true } = {}) {
  const timers = fakeTimers();
  const image = blankImage(8, 4096);
  image.set(identityOf(credentials));
  const said: { name: string; values?: Record<string, { value: number }> }[] = [];
  const far = hub({ store: memoryStore([credentials]), subBand: 0, publish: (_topic, payload) => said.push(payload as never) });
  const buzzes: number[][] = [];
  const carrier = { near: true, breaksAt: 0 };
  const nowS = () => NOW + timers.now() / 1000;
  const board: Board = {
    clock: { uptimeMs: timers.now, epochSeconds: () => (knowsTime ? Math.floor(nowS()) : 0) },
    timers,
    random: { next: prng(1) },
    flash: norPart(image, 4096),
    log: fakeLog(),
    haptic: { buzz: (...words: [number, number, number]) => void buzzes.push(words) },
  };
  let give: (frame: Uint8Array) => void = () => {};
  device(
    { id: "test", sensors: {}, bearers: {} },
    (d) => {
      d.report(minutes(10), () => d.journal([d.status()]));
      timers.after(seconds(1), () => d.alarm.raise({ code: FALL, values: [31, 92] }));
    },
    {
      bearers: [
        ({ onCommand }) => {
          give = (frame) => onCommand(frame, frame.length);
          return {
            name: "carrier",
            cost: 1,
            isReady: () => carrier.near,
            maxPayload: () => 64,
            send: (record, length, done) => {
              const sealed = (record as Uint8Array).slice(0, length);
              timers.after(100, () => {
                const { answer } = carrier.near ? far.record(deviceId, sealed, nowS()) : {};
                if (answer !== undefined) give(answer);
                const waiting = carrier.near ? far.waiting?.(deviceId, nowS()) : undefined;
                if (waiting !== undefined && --carrier.breaksAt !== 0) give(waiting);
                done(false, sealed, 0);
              });
              return OK;
            },
          };
        },
      ],
    },
  )(board);
  const answers = () =>
    said.flatMap(({ name, values }) => (name === "command" && values ? [[values.number.value, values.result.value]] : []));
  return { timers, far, said, buzzes, carrier, nowS, answers };
}

describe("a command's way from the platform to the wearer and back", () => {
  it("is done with the next record and answered; the records are delivered once each", () => {
    const { timers, far, answers, buzzes, nowS } = setUp();
    expect(far.command(deviceId, { command: "ring", seconds: 30 }, nowS())).toEqual({ number: 1 });
    timers.pass(seconds(2));
    expect(answers()).toEqual([[1, OK]]);
    // The alarm is delivered, then the device rings.
    expect(buzzes).toEqual([
      [1500, 0, 1],
      [150, 350, 61],
    ]);
    timers.pass(minutes(60));
    expect(far.counts()).toEqual({ accepted: 8, duplicates: 0, rejected: 0 });
  });

  it("is done once, though the link broke under it, and the device is near again only later", () => {
    const { timers, far, answers, carrier, buzzes, said, nowS } = setUp();
    carrier.breaksAt = 1;
    far.command(deviceId, { command: "ring", seconds: 30, expires: new Date((nowS() + 1800) * 1000).toISOString() }, nowS());
    timers.pass(minutes(5));
    expect(answers()).toEqual([]);
    timers.pass(minutes(6));
    expect(answers()).toEqual([[1, OK]]);
    timers.pass(minutes(60));
    far.expire(nowS());
    expect(answers().length).toBe(1);
    expect(buzzes.filter(([, , times]) => times === 61).length).toBe(1);
    expect(said.filter(({ name }) => name === "command-expired")).toEqual([]);
  });

  it("sets an interval that shows in the reports", () => {
    const { timers, far, said, nowS } = setUp();
    far.command(deviceId, { command: "interval", seconds: 60 }, nowS());
    timers.pass(minutes(10) + seconds(30));
    expect(said.filter(({ name }) => name === "status").length).toBe(10);
  });

  it("tells a device without a clock the time, after which it obeys what must not come late", () => {
    const { timers, far, answers, nowS } = setUp({ knowsTime: false });
    timers.pass(seconds(3));
    expect(answers()).toEqual([[expect.any(Number), OK]]);
    far.command(deviceId, { command: "locate", expires: new Date((nowS() + 3600) * 1000).toISOString() }, nowS());
    timers.pass(minutes(11));
    expect(answers().map(([, result]) => result)).toEqual([OK, OK]);
  });

  it("ends where the command has expired on the way", () => {
    const { timers, far, carrier, answers, nowS } = setUp();
    carrier.near = false;
    far.command(deviceId, { command: "ring", seconds: 30, expires: new Date((nowS() + 60) * 1000).toISOString() }, nowS());
    timers.pass(minutes(5));
    carrier.near = true;
    timers.pass(minutes(10));
    expect(answers().filter(([, result]) => result !== EXPIRED)).toEqual([]);
    expect(far.waiting?.(deviceId, nowS())).toBeUndefined();
  });
});
