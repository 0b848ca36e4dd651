/** A home with motion detectors and contacts, and one person who lives there by a routine. */
import { below, type Prng, prng } from "@songbai/sdk/lang/prng";
import { APPLIANCE, CONTACT, DOOR, MOTION } from "@songbai/sdk/sensing/routine/kinds";
import { between } from "./vector.ts";

/** The sensors of the home, by their places in `HomeReport`. */
export const BEDROOM = 0;
export const LIVING_ROOM = 1;
export const KITCHEN = 2;
export const BATHROOM = 3;
export const TOILET = 4;
export const ENTRANCE = 5;
export const ENTRANCE_DOOR = 6;
export const FRIDGE = 7;
export const KETTLE = 8;

/** What `routine` of the SDK is to be told of them. */
export const HOME_SENSORS: readonly number[] = [MOTION, MOTION, MOTION, MOTION, MOTION, MOTION, DOOR, CONTACT, APPLIANCE];

export interface HomeReport {
  /** From the first midnight, home's own time. */
  readonly second: number;
  readonly sensor: number;
  readonly on: boolean;
}

export interface HomeOuting {
  /** The door closes behind the person, and opens again. */
  readonly from: number;
  readonly until: number;
}

export interface HomeOptions {
  /** int32. */
  readonly seed: number;
  readonly days: number;
  /** A day with an outing comes with this probability, percent; 25 unless told. */
  readonly outingsPercent?: number;
  /** From this second on nobody moves: somebody fell. */
  readonly fallS?: number;
  /** These sensors say nothing from a second on. */
  readonly dead?: readonly { readonly sensor: number; readonly fromS: number }[];
}

const HOUR = 3600;
const DAY = 86_400;

/** Mean minutes from one way through the home to the next, at each hour: long in the night, and at the nap behind lunch. */
const PAUSE_MIN = [90, 120, 150, 140, 90, 60, 45, 16, 13, 11, 8, 10, 10, 15, 45, 35, 17, 25, 21, 20, 21, 48, 52, 52];
/** Rooms by day and by night; what stands twice is visited twice as often. */
const BY_DAY = [KITCHEN, KITCHEN, KITCHEN, ENTRANCE, ENTRANCE, LIVING_ROOM, LIVING_ROOM, BATHROOM, BATHROOM, BEDROOM, TOILET];
const BY_NIGHT = [BEDROOM, BEDROOM, BEDROOM, TOILET, ENTRANCE];
/** A detector goes off so long after the last movement that it saw, s. */
const HOLD = 30;
/** No way through the home takes longer, s. */
const MOST_S = 600;

export interface LivedHome {
  /** In order of time. */
  readonly reports: readonly HomeReport[];
  readonly outings: readonly HomeOuting[];
}

/** The same options give the same life everywhere. */
export function liveAtHome({ seed, days, outingsPercent = 25, fallS, dead = [] }: HomeOptions): LivedHome {
  const random = prng(seed);
  // Neighbouring seeds start alike: let the generator run apart first.
  for (let i = 0; i < 8; i++) random();
  const reports: HomeReport[] = [];
  const outings: HomeOuting[] = [];
  const say = (second: number, sensor: number, on: boolean): void => {
    reports.push({ second: Math.floor(second), sensor, on });
  };

  for (let day = 0; day < days; day++) {
    const outing = below(random, 100) < outingsPercent ? outingOf(day, random) : undefined;
    let at = day * DAY + pause(0, random) / 2;
    while (at < (day + 1) * DAY) {
      if (outing !== undefined && at > outing.from - MOST_S && at < outing.until) {
        leaveAndReturn(outing, say);
        outings.push(outing);
        at = outing.until + 90;
      }
      at = wayThrough(at, random, say);
      at += pause(Math.floor((at % DAY) / HOUR), random);
    }
  }
  const heard = reports
    .filter(({ second }) => fallS === undefined || second < fallS)
    .filter(({ second, sensor }) => !dead.some((one) => one.sensor === sensor && one.fromS <= second))
    .sort((a, b) => a.second - b.second);
  return { reports: heard, outings: outings.filter(({ from }) => fallS === undefined || from < fallS) };
}

type Say = (second: number, sensor: number, on: boolean) => void;

/** Two waits in a row are less often very short or very long than one. */
function pause(hour: number, random: Prng): number {
  const wait = () => -Math.log(between(random, 0.0001, 1));
  return 60 * PAUSE_MIN[hour] * 0.5 * (wait() + wait());
}

function outingOf(day: number, random: Prng): HomeOuting {
  const from = Math.floor(day * DAY + between(random, 10, 17) * HOUR);
  return { from, until: Math.floor(from + between(random, 0.5, 4) * HOUR) };
}

/** The entrance sees the person, the door opens and closes; coming back it is the other way round. */
function leaveAndReturn({ from, until }: HomeOuting, say: Say): void {
  say(from - 30, ENTRANCE, true);
  say(from - 12, ENTRANCE_DOOR, true);
  say(from, ENTRANCE, false);
  say(from, ENTRANCE_DOOR, false);
  say(until, ENTRANCE_DOOR, true);
  say(until + 4, ENTRANCE, true);
  say(until + 15, ENTRANCE_DOOR, false);
  say(until + 4 + HOLD, ENTRANCE, false);
}

/** Some rooms, one after the other, with what is done there. Returns when it is over. */
function wayThrough(from: number, random: Prng, say: Say): number {
  const hour = Math.floor((from % DAY) / HOUR);
  const rooms = hour < 6 || hour > 22 ? BY_NIGHT : BY_DAY;
  let at = from;
  const steps = 2 + below(random, rooms === BY_DAY ? 9 : 3);
  for (let step = 0; step < steps; step++) {
    const room = rooms[below(random, rooms.length)];
    const stay = between(random, 4, 59);
    say(at, room, true);
    say(at + stay + HOLD, room, false);
    if (room === KITCHEN && below(random, 4) === 0) {
      say(at + 2, FRIDGE, true);
      say(at + 2 + stay / 3, FRIDGE, false);
    }
    if (room === KITCHEN && below(random, 20) === 0) {
      say(at + 3, KETTLE, true);
      say(at + 3 + 120, KETTLE, false);
    }
    at += stay;
  }
  return at;
}
