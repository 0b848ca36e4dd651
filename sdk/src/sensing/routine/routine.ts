import { allocInts, type Bytes, idiv } from "../../lang/intrinsics.ts";
import { CORRUPT, OK, type Result } from "../../lang/result.ts";
import { CLEAR, INCONSISTENT, STARTING } from "../doubt.ts";
import { UNKNOWN } from "../reading.ts";
import { DAY_OCTETS, HOUR, learntDay } from "./day.ts";
import { DOOR_OCTETS, doorHours } from "./door-hours.ts";
import { ACTIVE, APPLIANCE, AWAY, DOOR, INACTIVE, MOTION, NIGHT_DOOR, OUTING } from "./kinds.ts";
import { reporters } from "./reporters.ts";

/** Nobody moved for so long behind the closed door: somebody went out. */
const OUT = 600;
/** The night, hours of the day: it begins at the first and ends before the second. */
const NIGHT_FROM = 23;
const NIGHT_TO = 5;

/** First octet of what is saved. */
const VERSION = 1;
const DAY_AT = 2;
const DOOR_AT = DAY_AT + DAY_OCTETS;
const SENSORS_AT = DOOR_AT + DOOR_OCTETS;

/** Octets that a routine of so many sensors saves. */
export function routineOctets(sensors: number): number {
  return SENSORS_AT + 2 * sensors;
}

export interface RoutineOptions {
  /** The kind of each sensor of the home, codes of sensing/routine/kinds; at most 32, one of them the entrance door. */
  readonly sensors: readonly number[];
}

/** What happened. The routine reuses one object: copy what is to be kept. */
export interface RoutineEvent {
  /** A code of sensing/routine/kinds. */
  kind: number;
  /** Since when, s. */
  from: number;
  /** When it ended, s, or `UNKNOWN` while it lasts. */
  until: number;
  /** `INACTIVE` while a sensor fails: `INCONSISTENT`; otherwise `CLEAR`. */
  doubt: number;
}

export interface Routine {
  /** A sensor says on or off at `second`. Repeats do not matter. A clock that went back begins a new silence. */
  readonly feed: (sensor: number, on: boolean, second: number) => void;
  /** Nothing happened until `second`: to be called at `due`, or every minute. */
  readonly tick: (second: number) => void;
  /** When `tick` has something to say if nobody moves, s; `UNKNOWN` when it never will. */
  readonly due: () => number;
  /**
   * `CLEAR` when it would tell of inactivity at this hour; `STARTING` while the hour is being learnt (14 days), `INCONSISTENT`
   * while a detector or the door, which report daily, have been still for 36 hours, or a detector reports at every hour of the day
   * (then it is not listened to): a silence must last twice as long.
   */
  readonly doubt: () => number;
  /** Whether nobody moved since the entrance door was closed: somebody is out, or just came in. */
  readonly closed: () => boolean;
  /** The clock was set, or the hub was off: what was silent meanwhile means nothing. What was learnt stays. */
  readonly restart: () => void;
  /** Writes what was learnt, `routineOctets` of them: once a day is often enough. */
  readonly save: (into: Bytes) => void;
  /** Reads it behind a start. `CORRUPT` for what was not saved by a routine of so many sensors; then it has learnt nothing. */
  readonly load: (from: Bytes, length: number) => Result;
}

/**
 * The day of a home from its motion detectors and contacts, for one person who lives alone. Out is who closed the entrance door
 * without moving for ten minutes behind it, until it opens: the rule `outing` that N. Volanschi and others state for the HomeAssist
 * homes (IMWUT 2(4), 2018). Too long a silence at home is told by what the home has learnt of this hour (`learntDay`). Seconds
 * count from any midnight of the home's own time.
 */
export function routine(options: RoutineOptions, onEvent: (event: RoutineEvent) => void): Routine {
  const kinds = options.sensors;
  const count = kinds.length;
  const event: RoutineEvent = { kind: ACTIVE, from: 0, until: 0, doubt: CLEAR };
  const states = allocInts(count);
  const learnt = learntDay();
  const opening = doorHours();
  const reporting = reporters(count);
  // Since when nobody moved; nothing is known before the first report.
  let since = UNKNOWN;
  let now = 0;
  let closed = false;
  let told = false;
  let failing = false;

  function tell(kind: number, from: number, until: number): void {
    event.kind = kind;
    event.from = from;
    event.until = until;
    event.doubt = failing && kind === INACTIVE ? INCONSISTENT : CLEAR;
    onEvent(event);
  }

  function fails(second: number): boolean {
    for (let sensor = 0; sensor < count; sensor++) {
      const kind = kinds[sensor];
      if ((kind === MOTION || kind === DOOR) && reporting.failing(sensor, second)) return true;
      if (kind === MOTION && reporting.restless(sensor, second)) return true;
    }
    return false;
  }

  function line(second: number): number {
    const usual = learnt.line(second);
    return failing && usual !== UNKNOWN ? 2 * usual : usual;
  }

  /** Somebody moved: what was silent until then is over. */
  function moved(second: number, wasOut: boolean): void {
    if (since !== UNKNOWN && second >= since && !wasOut) {
      if (told) tell(ACTIVE, since, second);
      learnt.silence(since, second);
    }
    told = false;
    since = second;
    failing = fails(second);
  }

  function door(open: boolean, second: number): void {
    const out = closed && since !== UNKNOWN && second - since > OUT;
    if (open) {
      if (out) tell(OUTING, since, second);
      else if (atNight(second) && opening.never(second)) tell(NIGHT_DOOR, second, UNKNOWN);
      opening.opened(second);
    }
    moved(second, closed && out);
    closed = !open;
  }

  function feed(sensor: number, on: boolean, second: number): void {
    if (sensor < 0 || sensor >= count) return;
    now = second;
    reporting.report(sensor, second);
    opening.passing(second);
    const kind = kinds[sensor];
    const state = on ? 1 : 0;
    const changed = states[sensor] !== state;
    states[sensor] = state;
    if (kind === DOOR) {
      if (changed) door(on, second);
    } else if (kind === MOTION && reporting.restless(sensor, second)) {
      failing = true;
    } else if (kind === MOTION || kind === APPLIANCE ? on : changed) {
      // Behind a closed door, and silent for long: whether somebody was out is not known, so nothing is learnt.
      moved(second, closed && second - since > OUT);
      closed = false;
    }
  }

  function dueAt(): number {
    if (since === UNKNOWN || told) return UNKNOWN;
    if (closed) return now - since > OUT ? UNKNOWN : since + OUT + 1;
    // The line of each hour to come, at most a day and a half.
    for (let hour = idiv(now, HOUR); hour < idiv(now, HOUR) + 36; hour++) {
      const begin = hour * HOUR > now ? hour * HOUR : now;
      const limit = line(begin);
      const at = limit === UNKNOWN ? UNKNOWN : since + limit + 1;
      if (at !== UNKNOWN && at < (hour + 1) * HOUR) return at > begin ? at : begin;
    }
    return UNKNOWN;
  }

  function tick(second: number): void {
    const before = now;
    if (second < now) since = UNKNOWN;
    now = second;
    if (since === UNKNOWN) return;
    if (closed) {
      if (second - since > OUT && before - since <= OUT) tell(AWAY, since, UNKNOWN);
    } else if (!told) {
      const limit = line(second);
      if (limit !== UNKNOWN && second - since > limit) {
        told = true;
        tell(INACTIVE, since, UNKNOWN);
      }
    }
  }

  return {
    feed,
    tick,
    due: dueAt,
    doubt: () => {
      if (since === UNKNOWN || learnt.line(now) === UNKNOWN) return STARTING;
      return failing ? INCONSISTENT : CLEAR;
    },
    closed: () => closed,
    restart: () => {
      since = UNKNOWN;
      told = false;
      closed = false;
    },
    save: (into) => {
      into[0] = VERSION;
      into[1] = count & 255;
      learnt.save(into, DAY_AT);
      opening.save(into, DOOR_AT);
      reporting.save(into, SENSORS_AT);
    },
    load: (from, length) => {
      if (length !== routineOctets(count) || from[0] !== VERSION || from[1] !== count) return CORRUPT;
      learnt.load(from, DAY_AT);
      opening.load(from, DOOR_AT);
      reporting.load(from, SENSORS_AT);
      return OK;
    },
  };
}

function atNight(second: number): boolean {
  const hour = idiv(second, HOUR) % 24;
  return hour >= NIGHT_FROM || hour < NIGHT_TO;
}
