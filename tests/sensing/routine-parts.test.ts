import { describe, expect, it } from "@jest/globals";
import { CORRUPT, OK } from "@songbai/sdk/lang/result";
import { CLEAR, INCONSISTENT, STARTING } from "@songbai/sdk/sensing/doubt";
import { UNKNOWN } from "@songbai/sdk/sensing/reading";
import { DAY, HOUR, learntDay } from "@songbai/sdk/sensing/routine/day";
import { doorHours } from "@songbai/sdk/sensing/routine/door-hours";
import { CONTACT, DOOR, MOTION, NIGHT_DOOR, OUTING } from "@songbai/sdk/sensing/routine/kinds";
import { reporters } from "@songbai/sdk/sensing/routine/reporters";
import { routine, routineOctets } from "@songbai/sdk/sensing/routine/routine";

describe("the silences of a day", () => {
  /** Silent from `fromS` to `untilS` on every day, else every half hour somebody moves. */
  function days(count: number, fromS: number, untilS: number, into = learntDay()): ReturnType<typeof learntDay> {
    for (let day = 0; day < count; day++) {
      for (let second = 0; second < DAY; second += 1800) {
        if (second >= fromS && second < untilS) continue;
        const until = second + 1800 === fromS ? untilS : second + 1800;
        into.silence(day * DAY + second, day * DAY + until);
      }
    }
    return into;
  }

  it("are not known before an hour was seen on fourteen days", () => {
    expect(days(13, 14 * HOUR, 16 * HOUR).line(14 * HOUR)).toBe(UNKNOWN);
    expect(days(14, 14 * HOUR, 16 * HOUR).line(14 * HOUR)).not.toBe(UNKNOWN);
  });

  it("reach into the hour before and the one behind, and no further; an hour without any has two and an eighth", () => {
    // From 13:00 to 16:00: two hours at 14:59, three at 15:59, and somebody moves at the first second of the next hour.
    const { line } = days(20, 13.5 * HOUR, 16 * HOUR);
    const lineOf = (hours: number) => hours * HOUR + (hours * HOUR) / 8 + HOUR;
    expect([11, 12, 13, 14, 15, 16, 17, 18].map((hour) => line(hour * HOUR))).toEqual([1, 1, 2, 3, 3, 3, 3, 1].map(lineOf));
  });

  it("fade by a 64th a day", () => {
    const learnt = days(20, 20 * HOUR, 24 * HOUR);
    learnt.silence(20 * DAY + 10 * HOUR, 20 * DAY + 14 * HOUR);
    const before = learnt.line(13 * HOUR);
    expect(before).toBe(4 * HOUR + HOUR / 2 + HOUR);
    for (let day = 21; day < 31; day++)
      for (let hour = 9; hour < 16; hour++) learnt.silence(day * DAY + hour * HOUR, day * DAY + hour * HOUR + 60);
    const after = 4 * HOUR * (63 / 64) ** 10;
    expect(Math.abs(learnt.line(13 * HOUR) - HOUR - after * 1.125)).toBeLessThan(20);
  });

  it("of more than twelve hours are not learnt", () => {
    const learnt = days(20, 14 * HOUR, 16 * HOUR);
    const before = learnt.line(4 * HOUR);
    learnt.silence(21 * DAY, 21 * DAY + 12 * HOUR);
    expect(learnt.line(4 * HOUR)).toBe(before);
    learnt.silence(21 * DAY, 21 * DAY + 12 * HOUR - 1);
    expect(learnt.line(4 * HOUR)).toBeGreaterThan(before);
  });

  it("go on being learnt when the clock has gone back", () => {
    const learnt = days(20, 14 * HOUR, 16 * HOUR);
    for (let day = 0; day < 10; day++) learnt.silence(day * DAY + 15 * HOUR, day * DAY + 15 * HOUR + 60);
    const again = learntDay();
    days(20, 14 * HOUR, 16 * HOUR, again);
    expect(again.line(14 * HOUR) - learnt.line(14 * HOUR)).toBeGreaterThan(9 * 120);
  });
});

describe("the hours of a door", () => {
  const lived = (days: number, openAt: readonly number[], from = 0): ReturnType<typeof doorHours> => {
    const hours = doorHours();
    for (let day = from; day < from + days; day++) {
      for (let hour = 0; hour < 24; hour++) {
        hours.passing(day * DAY + hour * HOUR);
        if (openAt.includes(hour)) hours.opened(day * DAY + hour * HOUR);
      }
    }
    return hours;
  };

  it("are not known for fourteen days", () => {
    expect(lived(14, []).never(3 * HOUR)).toBe(false);
    expect(lived(15, []).never(3 * HOUR)).toBe(true);
  });

  it("are those at which it opens, and their neighbours", () => {
    const { never } = lived(20, [7]);
    expect([5, 6, 7, 8, 9].map((hour) => never(hour * HOUR))).toEqual([true, false, false, false, true]);
  });

  it("forget one opening in a month and a half", () => {
    const hours = lived(20, []);
    hours.opened(20 * DAY + 3 * HOUR);
    const days = [10, 45].map((later) => {
      for (let day = 21; day < 21 + later; day++) hours.passing(day * DAY);
      return hours.never(3 * HOUR);
    });
    expect(days).toEqual([false, true]);
  });
});

describe("sensors that report", () => {
  it("are not given up for days on which nobody is at home", () => {
    const all = reporters(2);
    for (let day = 0; day < 60; day++) {
      // Twenty days at home, then somebody waters the flowers.
      const reports = day < 20 ? 60 : 5;
      for (let i = 0; i < reports; i++) all.report(day < 20 ? i % 2 : 0, day * DAY + 10 * HOUR + i);
    }
    expect(all.failing(1, 60 * DAY)).toBe(true);
    expect(all.failing(0, 60 * DAY)).toBe(false);
  });
});

describe("the routine of a home, by the second", () => {
  const kinds = [MOTION, DOOR, CONTACT, MOTION];

  function home(): { one: ReturnType<typeof routine>; heard: number[][] } {
    const heard: number[][] = [];
    return { one: routine({ sensors: kinds }, ({ kind, from, until }) => heard.push([kind, from, until])), heard };
  }

  /** Half-hourly in turn: a detector that reports at every hour is not listened to. */
  function live(one: ReturnType<typeof routine>, days: number): void {
    for (let i = 0; i < days * 48; i++) one.feed(i % 4 < 2 ? 0 : 3, true, i * 1800);
  }

  it("has an outing of more than ten minutes, and none of less", () => {
    const { one, heard } = home();
    one.feed(1, true, 100);
    one.feed(1, false, 110);
    one.feed(1, true, 710);
    one.feed(1, false, 720);
    one.feed(1, true, 1321);
    expect(heard).toEqual([[OUTING, 720, 1321]]);
  });

  it("takes a cupboard, opened or closed, for somebody who is at home", () => {
    for (const first of [true, false]) {
      const { one, heard } = home();
      one.feed(2, !first, 50);
      one.feed(1, true, 100);
      one.feed(1, false, 110);
      one.feed(2, first, 400);
      one.feed(1, true, 2000);
      expect(heard).toEqual([]);
    }
  });

  it("tells of the door at night, not at an unusual hour of the day, nor on the first nights, nor where it opens every night", () => {
    const nights = (opensAt: readonly number[], at: number, days = 20): number[][] => {
      const { one, heard } = home();
      for (let day = 0; day < days; day++) {
        for (let hour = 0; hour < 24; hour++) {
          one.feed(hour % 2 === 0 ? 0 : 3, true, day * DAY + hour * HOUR);
          if (!opensAt.includes(hour)) continue;
          one.feed(1, true, day * DAY + hour * HOUR + 1);
          one.feed(1, false, day * DAY + hour * HOUR + 2);
          one.feed(0, true, day * DAY + hour * HOUR + 3);
        }
      }
      heard.length = 0;
      one.feed(0, true, days * DAY + at * HOUR);
      one.feed(1, true, days * DAY + at * HOUR + 5);
      return heard.filter(([kind]) => kind === NIGHT_DOOR);
    };
    expect(nights([9], 3)).toEqual([[NIGHT_DOOR, 20 * DAY + 3 * HOUR + 5, UNKNOWN]]);
    expect(nights([9], 15)).toEqual([]);
    expect(nights([9], 3, 10)).toEqual([]);
    expect(nights([3], 3)).toEqual([]);
  });

  it("does not learn how long it was silent behind a door that was closed", () => {
    const { one } = home();
    live(one, 20);
    const silence = () => one.due() - 20 * DAY - 16 * HOUR;
    one.feed(0, true, 20 * DAY + 16 * HOUR);
    const before = silence();
    one.feed(1, true, 20 * DAY + 16 * HOUR + 1);
    one.feed(1, false, 20 * DAY + 16 * HOUR + 2);
    // Four hours later somebody moves who had stayed at home.
    one.feed(0, true, 20 * DAY + 20 * HOUR);
    one.feed(0, true, 21 * DAY + 16 * HOUR);
    expect(one.due() - 21 * DAY - 16 * HOUR).toBe(before);
  });

  it("begins a new silence when the clock goes back", () => {
    const { one } = home();
    live(one, 20);
    one.tick(10 * DAY);
    expect(one.due()).toBe(UNKNOWN);
    one.feed(0, true, 10 * DAY + 60);
    one.feed(0, true, 5 * DAY);
    expect(one.due()).toBeGreaterThan(5 * DAY);
    expect(one.due()).toBeLessThan(6 * DAY);
  });

  it("knows behind a start what it had saved, and takes no sensor for one that failed meanwhile", () => {
    const before = home().one;
    // Every quarter of an hour, but silent from eight to noon on one day.
    for (let i = 0; i < 20 * 96; i++) if (i < 19 * 96 + 32 || i >= 19 * 96 + 48) before.feed(i % 8 < 4 ? 0 : 3, true, i * 900);
    const octets = new Uint8Array(routineOctets(kinds.length));
    before.save(octets);
    const { one } = home();
    expect(one.load(octets, octets.length)).toBe(OK);
    for (const hub of [before, one]) {
      hub.feed(0, true, 22 * DAY + 10 * HOUR);
      expect(hub.doubt()).toBe(hub === one ? CLEAR : INCONSISTENT);
      hub.feed(3, true, 22 * DAY + 10 * HOUR + 5);
    }
    expect(one.doubt()).toBe(CLEAR);
    expect(one.due()).toBe(before.due());
    expect(one.due() - 22 * DAY - 10 * HOUR).toBeGreaterThan(3 * HOUR);
    // The door has not opened at night for twenty days.
    const heard: number[] = [];
    const other = routine({ sensors: kinds }, ({ kind }) => heard.push(kind));
    other.load(octets, octets.length);
    other.feed(1, true, 22 * DAY + 3 * HOUR);
    expect(heard).toEqual([NIGHT_DOOR]);
  });

  it("knows which sensors reported daily", () => {
    const before = home().one;
    for (let i = 0; i < 20 * 96; i++) before.feed(i % 8 < 4 ? 0 : 3, true, i * 900);
    const octets = new Uint8Array(routineOctets(kinds.length));
    before.save(octets);
    const { one } = home();
    one.load(octets, octets.length);
    for (let i = 20 * 96; i < 22 * 96; i++) if (i % 8 < 4) one.feed(0, true, i * 900);
    expect(one.doubt()).toBe(INCONSISTENT);
  });

  it("does not load what is no routine of so many sensors", () => {
    const octets = new Uint8Array(routineOctets(kinds.length));
    home().one.save(octets);
    const { one } = home();
    expect(one.load(octets, octets.length - 1)).toBe(CORRUPT);
    expect(
      one.load(
        octets.map((octet, i) => (i === 0 ? 9 : octet)),
        octets.length,
      ),
    ).toBe(CORRUPT);
    expect(
      one.load(
        octets.map((octet, i) => (i === 1 ? 3 : octet)),
        octets.length,
      ),
    ).toBe(CORRUPT);
    one.feed(0, true, 0);
    expect(one.doubt()).toBe(STARTING);
  });
});
