import { describe, expect, it } from "@jest/globals";
import { alarm } from "@songbai/sdk/alarm/alarm";
import { FULL } from "@songbai/sdk/lang/result";
import {
  ALARM_CANCELLED,
  ALARM_DELIVERED,
  ALARM_DETECTED,
  ALARM_RAISED,
  CANCELLED,
  FALL,
  SOS,
} from "@songbai/sdk/record/codes";
import type { Observation } from "@songbai/sdk/record/observation";
import { fakeLog, fakeTimers } from "../support/fake-board.ts";

const fall: Observation = { code: FALL, values: [31, 92] };
const sos: Observation = { code: SOS, values: [] };

function setUp() {
  const timers = fakeTimers();
  const log = fakeLog();
  const buzzes: number[][] = [];
  const written: { code: number; urgent: boolean; at: number }[] = [];
  const haptic = { buzz: (...words: [number, number, number]) => void buzzes.push(words) };
  const write = ({ code }: Observation, urgent: boolean): number => written.push({ code, urgent, at: timers.now() }) - 1;
  return { timers, log, buzzes, written, alarm: alarm(timers, log, haptic, write) };
}

describe("alarm", () => {
  it("raises at once what cannot be cancelled", () => {
    const { alarm, written, log } = setUp();
    alarm.raise(sos);
    expect(written).toEqual([{ code: SOS, urgent: true, at: 0 }]);
    expect(log.events).toEqual([
      [ALARM_DETECTED, SOS],
      [ALARM_RAISED, 0],
    ]);
    expect(alarm.cancel()).toBe(false);
  });

  it("buzzes through the pre-alarm and raises at its end", () => {
    const { alarm, timers, written, buzzes } = setUp();
    alarm.warn(fall, 20_000);
    expect(buzzes).toEqual([[400, 600, 20]]);
    timers.pass(19_999);
    expect(written).toEqual([]);
    timers.pass(1);
    expect(written).toEqual([{ code: FALL, urgent: true, at: 20_000 }]);
    expect(buzzes.at(-1)).toEqual([0, 0, 0]);
    expect(timers.due()).toEqual([]);
  });

  it("lets the wearer cancel the pre-alarm: it is noted, and nobody is called", () => {
    const { alarm, timers, written, log, buzzes } = setUp();
    alarm.warn(fall, 20_000);
    timers.pass(5000);
    expect(alarm.cancel()).toBe(true);
    expect(alarm.cancel()).toBe(false);
    timers.pass(60_000);
    expect(written).toEqual([{ code: CANCELLED, urgent: false, at: 5000 }]);
    expect(log.events.at(-1)).toEqual([ALARM_CANCELLED, FALL]);
    expect(buzzes.at(-1)).toEqual([0, 0, 0]);
  });

  it("gives a pre-alarm its whole time, whatever became of one before it", () => {
    const { alarm, timers, written } = setUp();
    alarm.warn(fall, 20_000);
    timers.pass(5000);
    alarm.cancel();
    alarm.warn(fall, 20_000);
    timers.pass(60_000);
    expect(written.filter(({ urgent }) => urgent)).toEqual([{ code: FALL, urgent: true, at: 25_000 }]);
  });

  it("raises a confirmed pre-alarm at once, and once", () => {
    const { alarm, timers, written } = setUp();
    alarm.warn(fall, 20_000);
    timers.pass(3000);
    alarm.confirm();
    alarm.confirm();
    timers.pass(60_000);
    expect(written).toEqual([{ code: FALL, urgent: true, at: 3000 }]);
  });

  it("has one pre-alarm at a time, and is ready for the next after it", () => {
    const { alarm, timers, written } = setUp();
    alarm.warn(fall, 20_000);
    timers.pass(10_000);
    alarm.warn(fall, 20_000);
    timers.pass(10_000);
    expect(written).toHaveLength(1);
    alarm.warn(fall, 20_000);
    timers.pass(20_000);
    expect(written.map(({ at }) => at)).toEqual([20_000, 40_000]);
  });

  it("tells the wearer, once, when the far end has the alarm", () => {
    const { alarm, log, buzzes } = setUp();
    alarm.raise(sos);
    alarm.raise(fall);
    for (const sequence of [1, 7, 1, 0]) alarm.delivered(sequence);
    expect(log.events.filter(([event]) => event === ALARM_DELIVERED)).toEqual([
      [ALARM_DELIVERED, 1],
      [ALARM_DELIVERED, 0],
    ]);
    expect(buzzes).toEqual([
      [1500, 0, 1],
      [1500, 0, 1],
    ]);
  });

  it("tries again when flash refuses an alarm, until it is journalled", () => {
    const timers = fakeTimers();
    const log = fakeLog();
    let refusals = 3;
    const written: number[] = [];
    const raised = alarm(timers, log, undefined, () => (refusals-- > 0 ? FULL : written.push(timers.now()) - 1));
    raised.raise(sos);
    timers.pass(60_000);
    expect(written).toEqual([15_000]);
    expect(log.events.filter(([event]) => event === ALARM_RAISED)).toEqual([[ALARM_RAISED, 0]]);
  });

  it("works on a board without a motor", () => {
    const timers = fakeTimers();
    const written: number[] = [];
    const silent = alarm(timers, fakeLog(), undefined, ({ code }) => written.push(code) - 1);
    silent.warn(fall, 20_000);
    timers.pass(20_000);
    silent.delivered(0);
    expect(written).toEqual([FALL]);
  });
});
