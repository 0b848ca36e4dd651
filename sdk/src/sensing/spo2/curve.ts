/**
 * From the ratio of ratios to oxygen: what a sensor's maker, or a study with people who breathe thin air, found for it. Part of the
 * manifest: another sensor, window or place on the body has another curve.
 */
import { idiv } from "../../lang/intrinsics.ts";
import { UNKNOWN } from "../reading.ts";

export interface OxygenCurve {
  /** The ratio of the first point and from each to the next, parts of 1000. */
  readonly first: number;
  readonly step: number;
  /** Oxygen at each point, 0.1 %, falling. Between them it goes straight; outside it is not known. */
  readonly points: readonly number[];
}

/**
 * Maxim's own example for its red and infrared finger modules without a cover glass, measured with MAX30101: 1.5958422 R² - 34.6596622 R + 112.6898759 (application note
 * 6845 and user guide 7087, table 8). From 101 % down to 67 %.
 */
export const MAXIM_FINGER: OxygenCurve = {
  first: 342,
  step: 50,
  points: [1010, 993, 977, 960, 944, 927, 911, 895, 879, 862, 846, 830, 815, 799, 783, 767, 752, 736, 721, 706, 691, 675],
};

/**
 * For MAXM86161 on a finger: 112 - 35 R, from the root mean squares (Silicon Laboratories, "MAXM86161 HRM/SpO2 algorithm" 1.1.0, 2020,
 * which says nothing below 75 % and asks for a calibration on other hardware). From 101 % down to 67.5 %.
 */
export const MAXM86161_FINGER: OxygenCurve = { first: 314, step: 957, points: [1010, 675] };

/** 0.1 %, at most 1000; `UNKNOWN` outside the curve. */
export function oxygenAt({ first, step, points }: OxygenCurve, ratio: number): number {
  const along = ratio - first;
  if (along < 0) return UNKNOWN;
  const place = idiv(along, step);
  if (place + 1 >= points.length) return UNKNOWN;
  const from = points[place];
  const value = from + idiv((points[place + 1] - from) * (along - place * step), step);
  return value > 1000 ? 1000 : value;
}
