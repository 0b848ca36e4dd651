import { describe, expect, it } from "@jest/globals";
import { randomSource } from "../support/random.ts";
import { type Way, way, weather } from "./weather.ts";

const DAY_MS = 86_400_000;
const DEVICES = 50;
const RECORDS = 2000;
const STEP_MS = DAY_MS / RECORDS;
/** One in so many is an alarm. */
const ALARM_EVERY = 100;

/** How the three ways change through the day: each comes and goes by itself, and for two hours there is none. */
function change(ways: readonly Way[], random: ReturnType<typeof randomSource>, hour: number, loss: number): void {
  for (const one of ways) {
    one.ready = hour !== 3 && hour !== 14 && random.below(10) < 7;
    one.loss = random.below(20) === 0 ? 100 : loss;
  }
}

/** A device's day; answers how many attempts it took, and how many records came more than once. */
function day(seed: number, loss: number): { attempts: number; doubled: number } {
  const ways = [way("ble", 1, 200, { sealed: true }), way("lorawan", 4, 1500), way("cellular", 20, 900, { sealed: true })];
  const random = randomSource(seed);
  const air = weather(ways, { seed });
  for (let i = 0; i < RECORDS; i++) {
    if (i % 20 === 0) change(ways, random, Math.floor((i * STEP_MS) / 3_600_000), loss);
    air.write(i % ALARM_EVERY === ALARM_EVERY / 2);
    air.timers.pass(STEP_MS);
  }
  for (const one of ways) Object.assign(one, { ready: true, loss: 0 });
  air.wake();
  air.timers.pass(DAY_MS / 10);
  expect(air.broken).toEqual([]);
  expect([air.store.dropped(), air.arrived.size, air.delivered.size]).toEqual([0, RECORDS, RECORDS]);
  expect(air.timers.due()).toEqual([]);
  return { attempts: air.sent.length, doubled: [...air.arrived.values()].filter((times) => times > 1).length };
}

describe.each([0, 10, 30])("outbox: a day of outages, %i %% of records and answers lost", (loss) => {
  it("loses none of 100,000 records, sends none that it knows to be delivered, and alarms before all else", () => {
    let attempts = 0;
    let doubled = 0;
    for (let seed = 1; seed <= DEVICES; seed++) {
      const one = day(seed, loss);
      attempts += one.attempts;
      doubled += one.doubled;
    }
    // A record comes twice only where its answer was lost.
    expect(doubled / (DEVICES * RECORDS)).toBeLessThan(loss === 0 ? 0.02 : loss / 70);
    console.log(`${loss} %: ${attempts} attempts for ${DEVICES * RECORDS} records, of which ${doubled} came more than once`);
  });
});
