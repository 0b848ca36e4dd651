/** The simulator's people beside recorded ones, measure by measure. */
import { median } from "../statistics.ts";

export interface Measure {
  readonly name: string;
  readonly unit: string;
}

export interface Likeness extends Measure {
  /** A value a person, or a recording where nobody says who it is. */
  readonly recorded: readonly number[];
  readonly simulated: readonly number[];
}

/** One side of a comparison: a list of values each, in the order of the measures. */
export type Valued = readonly (readonly number[])[];

export function beside(measures: readonly Measure[], recorded: Valued, simulated: Valued): Likeness[] {
  const of = (those: Valued, place: number) => those.map((values) => values[place]).filter(Number.isFinite);
  return measures.map((measure, i) => ({ ...measure, recorded: of(recorded, i), simulated: of(simulated, i) }));
}

/** How far the middle of the simulated people is outside the recorded ones, in widths of their range: 0 inside, 1 a whole range off. */
export function apart({ recorded, simulated }: Likeness): number {
  const [least, most] = [Math.min(...recorded), Math.max(...recorded)];
  const middle = median(simulated);
  return Math.max(0, least - middle, middle - most) / (most - least);
}
