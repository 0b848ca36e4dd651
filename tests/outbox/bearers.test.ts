import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type Way, way, weather } from "./weather.ts";

const MINUTE = 60_000;
const HEAD_START_MS = 2000;
const PATIENCE_MS = 10 * MINUTE;

const ble = (rest: Partial<Way> = {}) => way("ble", 1, 200, { sealed: true, ...rest });
const lora = (rest: Partial<Way> = {}) => way("lorawan", 4, 1500, rest);
const cellular = (rest: Partial<Way> = {}) => way("cellular", 20, 900, { sealed: true, ...rest });

describe("outbox over several bearers: alarms", () => {
  it("go over the cheapest bearer alone while that one works", () => {
    const air = weather([cellular(), ble(), lora()]);
    air.write(true);
    air.timers.pass(MINUTE);
    expect(air.sentOf(0)).toEqual(["ble 0"]);
    expect([...air.delivered]).toEqual([[0, 200]]);
  });

  it("are joined by the next bearer after a head start of two seconds, and by the one after that", () => {
    const air = weather([ble({ ms: 9000 }), lora({ ms: 9000 }), cellular()]);
    air.write(true);
    air.timers.pass(MINUTE);
    expect(air.sentOf(0)).toEqual(["ble 0", `lorawan ${HEAD_START_MS}`, `cellular ${2 * HEAD_START_MS}`]);
    expect(air.delivered.get(0)).toBe(2 * HEAD_START_MS + 900);
  });

  it("go to the next bearer at once where one fails, and pass by those that are not ready", () => {
    const air = weather([ble({ loss: 100 }), lora({ ready: false }), cellular()]);
    air.write(true);
    air.timers.pass(1200);
    expect(air.sentOf(0)).toEqual(["ble 0", "cellular 200"]);
    expect(air.delivered.get(0)).toBe(1100);
  });

  it("wait for no ordinary record where there is a second bearer", () => {
    const air = weather([ble({ ms: 20_000 }), cellular()]);
    air.write();
    air.timers.pass(100);
    air.write(true);
    air.timers.pass(1000);
    expect([air.sentOf(1), air.delivered.get(1)]).toEqual([["cellular 100"], 1000]);
  });

  it("wait for no bearer that never says what became of a record", () => {
    const air = weather([ble({ mute: true }), lora()]);
    air.write();
    air.timers.pass(10 * MINUTE);
    air.write(true);
    air.timers.pass(1500);
    expect(air.delivered.get(1)).toBe(10 * MINUTE + 1500);
  });

  it("are tried again on every bearer until one has them", () => {
    const ways = [ble({ loss: 100 }), lora({ loss: 100 })];
    const air = weather(ways);
    air.write(true);
    air.timers.pass(5 * MINUTE);
    for (const { name } of ways) expect(air.sent.filter(({ by }) => by === name).length).toBeGreaterThan(40);
    ways[1].loss = 0;
    air.timers.pass(6000);
    expect(air.delivered.has(0)).toBe(true);
  });

  it("are sent as soon as a bearer says that it is ready, and those that are not are told that an alarm waits, and when none does", () => {
    const ways = [ble({ ready: false }), cellular({ ready: false })];
    const air = weather(ways);
    air.write(true);
    air.timers.pass(100 * MINUTE);
    expect([air.sent, ways.map(({ wanted }) => wanted.at(-1))]).toEqual([[], [true, true]]);
    ways[1].ready = true;
    air.wake();
    air.timers.pass(900);
    expect([air.delivered.get(0), ways[0].wanted.at(-1)]).toEqual([100 * MINUTE + 900, false]);
  });

  it("end the head start when a sealed acknowledgement names them, and the next alarm has its own", () => {
    const air = weather([ble({ ms: 9000 }), lora()]);
    air.write(true);
    air.write(true);
    air.timers.pass(100);
    air.arrive(0);
    air.heard(air.acknowledgement(0));
    expect([air.delivered.get(0), air.sentOf(1)]).toEqual([100, ["lorawan 100"]]);
  });
});

describe("outbox over several bearers: ordinary records", () => {
  it("go over the cheapest bearer, one at a time", () => {
    const air = weather([cellular(), lora()]);
    for (let i = 0; i < 5; i++) air.write();
    air.timers.pass(MINUTE);
    expect(air.sent.map(({ by }) => by)).toEqual(Array(5).fill("lorawan"));
    expect(air.broken).toEqual([]);
  });

  it.each([
    ["is not ready", { ready: false }],
    ["gets nothing through", { loss: 100 }],
    ["never answers", { mute: true }],
  ])("wait ten minutes for one that %s, then take any, and come back to it when it works", (_, state) => {
    const cheap = ble(state);
    const air = weather([cheap, cellular()]);
    air.write();
    air.timers.pass(PATIENCE_MS - 1);
    expect(air.sent.filter(({ by }) => by === "cellular")).toEqual([]);
    air.timers.pass(400_000);
    expect(air.delivered.has(0)).toBe(true);
    const second = air.write();
    air.timers.pass(MINUTE);
    expect([air.sentOf(second).at(-1)?.split(" ")[0], air.delivered.has(second)]).toEqual(["cellular", true]);
    Object.assign(cheap, { ready: true, loss: 0, mute: false, forgets: true });
    air.timers.pass(10 * MINUTE);
    for (let i = 0; i < 3; i++) {
      air.write();
      air.timers.pass(6 * MINUTE);
    }
    const third = air.write();
    air.timers.pass(MINUTE);
    expect(air.sentOf(third).map((one) => one.split(" ")[0])).toEqual(["ble"]);
    cheap.ready = false;
    air.write();
    air.timers.pass(PATIENCE_MS - 1);
    expect(air.delivered.has(third + 1)).toBe(false);
  });

  it("leave by a dearer bearer when they do not fit the cheap one", () => {
    const air = weather([lora({ maxPayload: 5 }), cellular()], { bytes: 10 });
    air.write();
    air.timers.pass(PATIENCE_MS + 300_000);
    expect([air.sent.map(({ by }) => by), air.delivered.has(0)]).toEqual([["cellular"], true]);
  });

  it("tell a bearer that is not ready that they wait, and a dearer one only when it will do", () => {
    const ways = [ble({ ready: false }), cellular({ ready: false })];
    const air = weather(ways);
    air.write();
    expect(ways.map(({ wanted }) => wanted)).toEqual([[false], []]);
    air.timers.pass(PATIENCE_MS);
    expect(ways[1].wanted).toEqual([false]);
  });

  it("have ten minutes of patience anew once nothing waits, even after an answer that came late", () => {
    const late = ble({ ms: 150_000 });
    const air = weather([late, cellular()]);
    air.write();
    air.timers.pass(5 * MINUTE);
    expect(air.delivered.get(0)).toBe(150_000);
    late.ready = false;
    air.write();
    air.timers.pass(PATIENCE_MS - 1);
    expect(air.sentOf(1)).toEqual([]);
    air.timers.pass(1);
    expect(air.sentOf(1)).toEqual([`cellular ${15 * MINUTE}`]);
  });

  it("go one at a time again once a bearer that was late has spoken", () => {
    const late = ble({ ms: 150_000 });
    const air = weather([late, way("other", 1, 100)]);
    air.write();
    air.timers.pass(10 * MINUTE);
    late.ms = 5000;
    air.write();
    const second = air.write();
    expect(air.sentOf(second)).toEqual([]);
    air.timers.pass(MINUTE);
    expect(air.sentOf(second)).toEqual([`other ${10 * MINUTE + 5000}`]);
  });

  it("share bearers of the same cost", () => {
    const air = weather([lora({ loss: 100 }), way("other", 4, 100)]);
    air.write();
    air.timers.pass(1700);
    expect(air.sentOf(0)).toEqual(["lorawan 0", "other 1500"]);
  });

  it("go on where a bearer was not ready when it failed and is now, without the rest of the pause", () => {
    const cheap = ble();
    const air = weather([cheap, cellular()]);
    cheap.loss = 100;
    air.write();
    air.timers.pass(100);
    cheap.ready = false;
    air.timers.pass(3000);
    Object.assign(cheap, { ready: true, loss: 0 });
    air.wake();
    expect(air.sentOf(0)).toEqual(["ble 0", "ble 3100"]);
  });

  it("leave by a bearer that lost one, when it takes another", () => {
    const cheap = ble({ mute: true, forgets: true });
    const air = weather([cheap]);
    air.write();
    air.timers.pass(MINUTE);
    cheap.mute = false;
    air.timers.pass(61_000);
    expect(air.delivered.has(0)).toBe(true);
  });
});

describe("outbox over several bearers, in any weather", () => {
  const state = fc.record({
    loss: fc.constantFrom(0, 10, 30, 100),
    ready: fc.boolean(),
    ms: fc.integer({ min: 50, max: 8000 }),
  });
  const step = fc.record({
    ways: fc.tuple(state, state, state),
    records: fc.nat({ max: 4 }),
    alarms: fc.nat({ max: 1 }),
    ms: fc.nat({ max: 15 * MINUTE }),
  });

  it("loses nothing, sends nothing that it knows to be delivered, and nothing before an alarm", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.nat(), (steps, seed) => {
        const ways = [ble(), lora(), cellular()];
        const air = weather(ways, { seed });
        for (const { ways: states, records, alarms, ms } of steps) {
          for (const [i, one] of states.entries()) Object.assign(ways[i], one);
          for (let i = 0; i < records; i++) air.write();
          for (let i = 0; i < alarms; i++) air.write(true);
          air.timers.pass(ms);
        }
        for (const one of ways) Object.assign(one, { ready: true, loss: 0 });
        air.wake();
        air.timers.pass(30 * MINUTE);
        expect(air.broken).toEqual([]);
        expect(air.delivered.size).toBe(air.written.size);
        expect(air.timers.due()).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it("brings every alarm by one healthy bearer, whatever the others do", () => {
    fc.assert(
      fc.property(state, state, fc.nat(), fc.boolean(), (one, other, seed, behind) => {
        const air = weather([ble(one), lora(other), cellular()], { seed });
        if (behind) air.write();
        air.timers.pass(50);
        const alarm = air.write(true);
        air.timers.pass(2 * HEAD_START_MS + 900);
        expect(air.delivered.has(alarm)).toBe(true);
        expect(air.broken).toEqual([]);
      }),
    );
  });
});
