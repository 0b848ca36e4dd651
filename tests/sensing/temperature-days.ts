import { UNKNOWN } from "@songbai/sdk/sensing/reading";
import { bodyTemperature, CORE, SKIN } from "@songbai/sdk/sensing/temperature/temperature";
import { bodyWarmth, type Span } from "@songbai/sim/world/warmth";

export const DAY = 1440;
/** That nobody wears it is known so late, min. */
const LATE = 20;

/** The same hours of every day. */
export function daily(days: number, atHour: number, minutes: number): Span[] {
  return Array.from({ length: days }, (_, day) => ({ start: day * DAY + atHour * 60, end: day * DAY + atHour * 60 + minutes }));
}

export interface Feverish {
  /** When it was told, min from the first midnight. */
  readonly alarms: readonly number[];
  /** Of the readings with a quality above 50: how far from the truth at most, 0.01 degC; and how many of a hundred minutes had one. */
  readonly worst: number;
  readonly known: number;
  /** From when on the truth calls for an alarm: above 37.8 degC, or 1.1 degC above the person's level. */
  readonly calls: number;
  /** The same, but behind a bath or a pause that comes within three quarters of an hour. */
  readonly worn: number;
}

/** A month of somebody who bathes for 20 minutes each evening, and takes the sensor off for an hour each morning. */
export function livedThrough(seed: number, days: number, fevers: readonly Span[] = []): Feverish {
  const off = daily(days, 9, 60);
  const baths = daily(days, 20, 20);
  const person = bodyWarmth({ seed, days, fevers, off, baths });
  const alarms: number[] = [];
  let minute = 0;
  let worst = 0;
  let known = 0;
  const sense = bodyTemperature(
    // Whoever calibrates it is a tenth of a degree off.
    { site: CORE, periodS: 60, offset: person.armpitLacks + 10 * ((seed % 3) - 1) },
    ({ value, quality }) => {
      if (value === UNKNOWN || quality <= 50) return;
      known++;
      worst = Math.max(worst, Math.abs(value - person.core[minute]));
    },
    () => alarms.push(minute),
  );
  for (; minute < days * DAY; minute++) {
    sense.feed(person.armpit[minute], !off.some(({ start, end }) => start + LATE <= minute && minute < end));
  }
  const from = fevers[0]?.start ?? days * DAY;
  const calls = person.core.findIndex((centi, at) => at >= from && centi > Math.min(3780, person.level + 110));
  const between = [...off, ...baths].find(({ start, end }) => start - 45 <= calls && calls < end);
  return { alarms, worst, known: (100 * known) / (days * DAY), calls, worn: between?.end ?? calls };
}

/** A week at a wrist: percent of the worn minutes that have a value, and how many of those have one in which it lies in the room. */
export function skinThrough(seed: number): { readonly known: number; readonly off: number; readonly alarms: number } {
  const off = daily(7, 9, 60);
  const { wrist } = bodyWarmth({ seed, days: 7, off, fevers: [{ start: 4 * DAY, end: 4 * DAY + 900 }] });
  let minute = 0;
  let known = 0;
  let away = 0;
  let alarms = 0;
  const lies = (late: number) => off.some(({ start, end }) => start + late <= minute && minute < end);
  const sense = bodyTemperature(
    { site: SKIN, periodS: 60 },
    ({ value }) => {
      if (value === UNKNOWN) return;
      if (lies(0)) away++;
      else known++;
    },
    () => alarms++,
  );
  for (; minute < 7 * DAY; minute++) sense.feed(wrist[minute], !lies(LATE));
  return { known: (100 * known) / (7 * (DAY - 60)), off: away, alarms };
}
