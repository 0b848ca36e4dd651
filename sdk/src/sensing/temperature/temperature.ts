/**
 * Body temperature: a steady reading of a worn sensor, its trend, and whether it is what calls for a look at an old person.
 *
 * The rules are those of High et al., Clin Infect Dis 2009; 48:149 (IDSA, residents of long-term care), who have fever later and lower
 * than the young: one reading above 37.8 degC, readings above 37.2 degC again and again, or more than 1.1 degC above the person's own
 * level. Below 35.0 degC is hypothermia. More than half of the old people with a grave infection have none of it: silence proves nothing.
 */
import { allocInts, idiv } from "../../lang/intrinsics.ts";
import { CLEAR, FROZEN, INCONSISTENT, NOT_WORN, STARTING } from "../doubt.ts";
import { type Reading, UNKNOWN } from "../reading.ts";

/** Where the sensor is; what it reads there. */
export const CORE = 0;
/** Skin follows the room as much as the body: it has a trend and no fever. */
export const SKIN = 1;

// What a rule found.
export const FEVER = 1;
/** Above 37.2 degC twice with an hour or more between. */
export const FEVER_REPEATED = 2;
/** Above the person's own level of the last days. */
export const FEVER_RISE = 3;
export const HYPOTHERMIA = 4;

export interface TemperatureOptions {
  /** `CORE` (mouth, ear, armpit after correction) or `SKIN`. */
  readonly site: number;
  /** From one reading to the next, s, 1..3600. */
  readonly periodS: number;
  /** Added to each reading, 0.01 degC: what calibration found, or the armpit's difference from the mouth. */
  readonly offset?: number;
}

/** `value` is 0.01 degC. */
export interface TemperatureReading extends Reading {
  /** 0.01 degC an hour, over the last hour; `UNKNOWN` before it has lasted half an hour. */
  trend: number;
  /** The person's own level, 0.01 degC: the median of the last days; `UNKNOWN` before there are three. */
  level: number;
}

export interface BodyTemperature {
  /** The next reading, 0.01 degC, and whether the sensor touches its wearer. */
  readonly feed: (centi: number, worn: boolean) => void;
  /** Readings were missed: what comes next is settled anew. */
  readonly restart: () => void;
}

/** What a thermistor that is broken or shorted reads lies outside, 0.01 degC. */
const LEAST = -2000;
const MOST = 7000;
/** No living body's, 0.01 degC: the sensor is not where it should be. */
const CORE_LEAST = 3000;
const CORE_MOST = 4350;
const SKIN_LEAST = 1500;
/** A sensor has taken on the body's temperature when it moves no more than so much in so long. */
const SETTLED = 10;
const SETTLE_S = 180;
/** A body changes by less than two degrees an hour, 0.01 degC in so many seconds: what is faster is air, water, or a sensor on its way. */
const BODY_S = 18;
/** Bath water and a hot bottle are steady, too: what has been there for less than this must last as long before it is a fever. */
const CALM_S = 1800;
const HOUR_S = 3600;
/** No body keeps to a hundredth of a degree for so long: the sensor repeats itself. */
const FROZEN_S = 6 * HOUR_S;
const DAY_S = 86400;
const DAYS = 7;
/** Days that make a level. */
const LEVEL_DAYS = 3;
/** Worn for so long, a day counts. */
const DAY_LEAST_S = 8 * HOUR_S;
/** Readings of the last hour that are kept. */
const SLOTS = 13;

const ABOVE = 3780;
const AGAIN_ABOVE = 3720;
const RISE = 110;
const BELOW = 3500;
/** An alarm is over when the temperature was below by so much. */
const HYSTERESIS = 30;

/**
 * Tells `onReading` after each `feed`; `onAlarm` once for each kind of alarm until the temperature is back. Allocates at the start
 * only. State: 7 daily levels and 13 readings of the last hour.
 */
export function bodyTemperature(
  options: TemperatureOptions,
  onReading: (reading: TemperatureReading) => void,
  onAlarm?: (kind: number, centi: number) => void,
): BodyTemperature {
  const { site, periodS } = options;
  const offset = options.offset === undefined ? 0 : options.offset;
  const reading: TemperatureReading = { value: UNKNOWN, quality: 0, doubt: STARTING, trend: UNKNOWN, level: UNKNOWN };
  const slots = allocInts(SLOTS);
  const days = allocInts(DAYS);
  /** Between two slots of the hour. */
  const slotS = idiv(HOUR_S, SLOTS - 1);
  let slotCount = 0;
  let slotAt = 0;
  let sinceSlotS = 0;
  let dayCount = 0;
  let dayAt = 0;
  let daySum = 0;
  let dayReadings = 0;
  let sinceDayS = 0;
  /** What the sensor must stay close to before it is believed, how long it has, and whether that was long enough. */
  let anchor = UNKNOWN;
  let steadyS = 0;
  let sinceAnchorS = 0;
  let settled = false;
  let last = UNKNOWN;
  let sameS = 0;
  /** The alarm that stands, 0 for none, how long ago the first reading above 37.2 was, and the first that calls for an alarm. */
  let standing = 0;
  let firstAgainS = -1;
  let suspectS = -1;

  function unsettle(): void {
    anchor = UNKNOWN;
    steadyS = 0;
    settled = false;
    slotCount = 0;
    sinceSlotS = 0;
    firstAgainS = -1;
    suspectS = -1;
  }

  function doubtOf(centi: number, worn: boolean): number {
    sameS = centi === last ? sameS + periodS : 0;
    last = centi;
    if (centi < LEAST || centi > MOST) return INCONSISTENT;
    if (!worn) return NOT_WORN;
    if (site === CORE ? centi < CORE_LEAST || centi > CORE_MOST : centi < SKIN_LEAST || centi > CORE_MOST) return NOT_WORN;
    return sameS >= FROZEN_S ? FROZEN : CLEAR;
  }

  /** Whether the sensor has taken on what it measures, and goes no faster than a body. */
  function hasSettled(centi: number): boolean {
    const drift = idiv(periodS, BODY_S);
    const room = settled ? SETTLED + drift : drift > SETTLED ? drift : SETTLED;
    const moved = centi - anchor;
    if (anchor === UNKNOWN || moved > room || moved < -room) {
      anchor = centi;
      steadyS = 0;
      sinceAnchorS = 0;
      settled = false;
      slotCount = 0;
      return false;
    }
    steadyS += periodS;
    sinceAnchorS += periodS;
    settled = steadyS >= SETTLE_S;
    if (settled && sinceAnchorS >= SETTLE_S) {
      anchor = centi;
      sinceAnchorS = 0;
    }
    return settled;
  }

  /** The middle one of the days. */
  function levelOf(): number {
    if (dayCount < LEVEL_DAYS) return UNKNOWN;
    const rank = idiv(dayCount - 1, 2);
    for (let i = 0; i < dayCount; i++) {
      let below = 0;
      let same = 0;
      for (let k = 0; k < dayCount; k++) {
        if (days[k] < days[i]) below++;
        else if (days[k] === days[i]) same++;
      }
      if (below <= rank && rank < below + same) return days[i];
    }
    return UNKNOWN;
  }

  function passDay(): void {
    sinceDayS += periodS;
    if (sinceDayS < DAY_S) return;
    sinceDayS = 0;
    // A day with a fever is not what the person is otherwise.
    if (standing === 0 && dayReadings * periodS >= DAY_LEAST_S) {
      days[dayAt] = idiv(daySum, dayReadings);
      dayAt = (dayAt + 1) % DAYS;
      if (dayCount < DAYS) dayCount++;
    }
    daySum = 0;
    dayReadings = 0;
  }

  function keepSlot(centi: number): void {
    sinceSlotS += periodS;
    if (slotCount > 0 && sinceSlotS < slotS) return;
    sinceSlotS = 0;
    slots[slotAt] = centi;
    slotAt = (slotAt + 1) % SLOTS;
    if (slotCount < SLOTS) slotCount++;
  }

  function trendOf(centi: number): number {
    const between = (slotCount - 1) * slotS;
    if (2 * between < HOUR_S) return UNKNOWN;
    const oldest = slots[(slotAt + SLOTS - slotCount) % SLOTS];
    return idiv((centi - oldest) * HOUR_S, between);
  }

  /** The faster it changes, the less it is a body; what is new may be water. */
  function qualityOf(trend: number): number {
    const slope = trend === UNKNOWN ? SETTLED : trend < 0 ? -trend : trend;
    const quality = slope > 360 ? 5 : 95 - (slope >> 2);
    return steadyS >= CALM_S ? quality : quality >> 1;
  }

  function alarmOf(centi: number, level: number): number {
    if (centi > ABOVE) return FEVER;
    if (level !== UNKNOWN && centi - level > RISE) return FEVER_RISE;
    if (firstAgainS >= HOUR_S && centi > AGAIN_ABOVE) return FEVER_REPEATED;
    return centi < BELOW ? HYPOTHERMIA : 0;
  }

  function isOver(centi: number, level: number): boolean {
    return standing === HYPOTHERMIA ? centi > BELOW + HYSTERESIS : alarmOf(centi + HYSTERESIS, level) === 0;
  }

  /** What waits for time to pass, waits on while the sensor is unsettled. */
  function waitOn(): void {
    if (firstAgainS >= 0) firstAgainS += periodS;
    if (suspectS >= 0) suspectS += periodS;
  }

  function watch(centi: number, level: number): void {
    if (firstAgainS < 0 && centi > AGAIN_ABOVE) firstAgainS = 0;
    const kind = alarmOf(centi, level);
    if (kind === 0) suspectS = -1;
    else if (suspectS < 0) suspectS = 0;
    if (kind !== 0 && standing === 0 && (steadyS >= CALM_S || suspectS >= CALM_S)) {
      standing = kind;
      if (onAlarm !== undefined) onAlarm(kind, centi);
    } else if (standing !== 0 && isOver(centi, level)) {
      standing = 0;
    }
    if (standing === 0 && centi < AGAIN_ABOVE - HYSTERESIS) firstAgainS = -1;
  }

  return {
    feed: (raw, worn) => {
      passDay();
      const centi = raw + offset;
      reading.level = levelOf();
      reading.trend = UNKNOWN;
      reading.value = UNKNOWN;
      reading.quality = 0;
      reading.doubt = doubtOf(centi, worn);
      if (reading.doubt !== CLEAR) {
        unsettle();
        onReading(reading);
        return;
      }
      waitOn();
      if (!hasSettled(centi)) {
        reading.doubt = STARTING;
        onReading(reading);
        return;
      }
      keepSlot(centi);
      daySum += centi;
      dayReadings++;
      reading.value = centi;
      reading.trend = trendOf(centi);
      reading.quality = qualityOf(reading.trend);
      if (site === CORE) watch(centi, reading.level);
      onReading(reading);
    },
    restart: unsettle,
  };
}
