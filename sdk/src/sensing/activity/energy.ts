/**
 * What moving costs, by tables and equations of others; 1 MET is 3.5 ml of oxygen, 1 kcal an hour, for each kilogram.
 *
 * Walking: Tudor-Locke et al., Int J Behav Nutr Phys Act 2021; 18:129 (CADENCE-Adults, 98 people of 61 to 85 on a treadmill): 3, 4, 5
 * and 6 MET at 103, 116, 130 and 143 steps a minute, each give or take 11. Slower than theirs, strolling has the 2.0 MET of the
 * Compendium (Ainsworth et al., Med Sci Sports Exerc 2011; 43:1575). Not walking: Liu et al., Int J Exerc Sci 2022; 15:1202, who
 * measured 1.3 MET for doing nothing, 1.5 for fidgeting hands, 2.0 for standing with hands and feet in motion.
 *
 * Rest: Mifflin et al., Am J Clin Nutr 1990; 51:241, within 10 % for most people who are not ill.
 */
import { idiv } from "../../lang/intrinsics.ts";

export interface Body {
  /** cm, 100..250 */
  readonly height: number;
  /** kg, 20..250 */
  readonly mass: number;
  /** years, 18..120 */
  readonly age: number;
  readonly female: boolean;
}

// In 0.1 MET.
export const RESTING = 13;
export const BUSY_HANDS = 15;
export const BUSY = 20;
/** At most so much is sedentary: Tremblay et al., Int J Behav Nutr Phys Act 2017; 14:75. */
export const SEDENTARY = 15;

/** Steps a minute below which the cost of walking falls no further, and where 3 MET begin. */
const STROLL = 60;
const BRISK = 103;

/** Of walking at `cadence` steps a minute, 0.1 MET. */
export function walkingMet(cadence: number): number {
  if (cadence <= STROLL) return 20;
  if (cadence <= BRISK) return 20 + idiv(10 * (cadence - STROLL), BRISK - STROLL);
  return 30 + idiv(3 * (cadence - BRISK), 4);
}

/** At rest, kcal a day. */
export function restingEnergy(body: Body): number {
  return 10 * body.mass + idiv(25 * body.height, 4) - 5 * body.age + (body.female ? -161 : 5);
}

/**
 * Of one minute at `met` (0.1 MET), in cal (0.001 kcal): the person's own rest, and what moving costs above the rest of a MET, which
 * is that of a young man and too much for others.
 */
export function minuteEnergy(body: Body, met: number): number {
  return idiv(25 * restingEnergy(body), 36) + idiv(5 * body.mass * (met - 10), 3);
}
