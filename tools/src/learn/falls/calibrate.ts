/** How sure to be of an alarm: so that of a hundred said at 90 % about ninety are falls, for people held out. */
import { mean } from "../statistics.ts";
import type { Fold, Task } from "./cross-validate.ts";
import { type Judged, right } from "./score.ts";
import { UNIT } from "./trainer.ts";

/** How far the impact that decided a recording was above the threshold, in logits, and whether it was a fall. */
export interface Evidence {
  readonly subject: string;
  readonly margin: number;
  readonly fall: boolean;
  readonly alarm: boolean;
}

/** What the detector looks up: percent by half logits above the threshold, the last for all that is more. */
export const STEPS = 10;
const STEP = 0.5;
/** Nobody is surer than the recordings are many, nor says that a fall is impossible. */
const MOST = 99;
const LEAST = 1;

/** The alarms of people held out; of a recording without one its strongest impact. */
export function evidenceOf({ recordings, candidates }: Task, judged: readonly Judged[], folds: readonly Fold[]): Evidence[] {
  const margins = new Map<string, number>();
  const strongest = recordings.map(() => Number.NEGATIVE_INFINITY);
  for (const { held, margins: own } of folds) {
    candidates
      .filter(({ recording }) => held.includes(recordings[recording].subject))
      .forEach(({ recording, impactS, teaching }, i) => {
        margins.set(`${recording} ${impactS}`, own[i] / UNIT);
        if (teaching !== "none") strongest[recording] = Math.max(strongest[recording], own[i] / UNIT);
      });
  }
  return judged.flatMap(({ recording, alarms }, place): Evidence[] => {
    const { subject, fall } = recording;
    if (alarms.length === 0) {
      const margin = strongest[place];
      return Number.isFinite(margin) ? [{ subject, margin, fall, alarm: false }] : [];
    }
    return alarms.map((alarm) => ({
      subject,
      margin: margins.get(`${place} ${alarm.impactS}`)!,
      fall: right({ recording, alarms: [alarm] }),
      alarm: true,
    }));
  });
}

/** Steps of the fit: it stands still to the percent long before. */
const ROUNDS = 100;

/**
 * Percent for each step, by the logistic curve that suits the evidence best (Platt, "Probabilistic outputs for support vector machines",
 * 1999, with his targets, which keep a curve finite that would part falls from all else).
 */
export function confidencesOf(found: readonly Evidence[]): number[] {
  const falls = found.filter(({ fall }) => fall).length;
  const target = { fall: (falls + 1) / (falls + 2), none: 1 / (found.length - falls + 2) };
  // A margin is meant to be a logit: where little says otherwise it stays one.
  let slope = 1;
  let shift = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let [gM, g, hMM, hM, h] = [slope - 1, shift, 1, 0, 1];
    for (const { margin, fall } of found) {
      const logit = slope * margin + shift;
      const share = shareAt(logit);
      const off = share - (fall ? target.fall : target.none);
      // A parabola above the loss: no step goes too far (Jaakkola & Jordan, "Bayesian parameter estimation", 2000).
      const curvature = logit === 0 ? 0.25 : (share - 0.5) / logit;
      gM += off * margin;
      g += off;
      hMM += curvature * margin * margin;
      hM += curvature * margin;
      h += curvature;
    }
    const determinant = hMM * h - hM * hM;
    const steeper = (g * hM - gM * h) / determinant;
    slope += steeper;
    shift += (gM * hM - g * hMM) / determinant;
    if (Math.abs(steeper) < 1e-5) break;
  }
  const beyond = found.map(({ margin }) => margin).filter((margin) => margin >= STEP * (STEPS - 1));
  return Array.from({ length: STEPS }, (_, step) => {
    const middle = STEP * (step + 0.5);
    // The last step has no end: its middle is where the impacts are.
    const margin = step < STEPS - 1 || beyond.length === 0 ? middle : mean(beyond);
    return Math.max(LEAST, Math.min(MOST, Math.round(100 * shareAt(Math.max(slope, 0) * margin + shift))));
  });
}

function shareAt(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** What the device says of an alarm with such a margin. */
export function confidenceAt(confidences: readonly number[], margin: number): number {
  return confidences[Math.min(STEPS - 1, Math.floor(margin / STEP))];
}

/** Alarms of which nearly the same was said, and how many were falls. */
export interface Said {
  /** Percent, the least and the most of the band. */
  readonly from: number;
  readonly to: number;
  readonly alarms: number;
  readonly falls: number;
  /** Mean, percent. */
  readonly said: number;
}

export interface Reliability {
  readonly bands: readonly Said[];
  /** Mean over alarms of how far their band is off, percent (expected calibration error). */
  readonly errorPercent: number;
}

const BANDS = [
  { from: 1, to: 69 },
  { from: 70, to: 84 },
  { from: 85, to: 94 },
  { from: 95, to: 97 },
  { from: 98, to: 99 },
];

/** How right the confidences are of alarms of people who were left out when they were made, too. */
export function reliabilityOf(found: readonly Evidence[]): Reliability {
  const alarms: { readonly said: number; readonly fall: boolean }[] = [];
  for (const person of new Set(found.map(({ subject }) => subject))) {
    const confidences = confidencesOf(found.filter(({ subject }) => subject !== person));
    for (const { subject, margin, fall, alarm } of found) {
      if (alarm && subject === person) alarms.push({ said: confidenceAt(confidences, margin), fall });
    }
  }
  const bands = BANDS.map(({ from, to }) => {
    const inside = alarms.filter(({ said }) => said >= from && said <= to);
    const said = mean(inside.map((one) => one.said));
    return { from, to, alarms: inside.length, falls: inside.filter(({ fall }) => fall).length, said };
  }).filter((band) => band.alarms > 0);
  const off = bands.reduce((sum, one) => sum + Math.abs(one.said * one.alarms - 100 * one.falls), 0);
  return { bands, errorPercent: alarms.length === 0 ? 0 : off / alarms.length };
}
