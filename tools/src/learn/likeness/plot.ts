/** Spectra of the recorded people and of the simulated ones, a panel each. */
import { curve, dot, GREEN, GRID, INK, line, PALE, picture, words } from "../svg.ts";

export interface Panel {
  readonly title: string;
  /** Below the places from left to right. */
  readonly places: readonly string[];
  readonly unit: string;
  readonly least: number;
  readonly most: number;
  readonly recorded: readonly (readonly number[])[];
  readonly simulated: readonly (readonly number[])[];
}

const WIDE = 460;
const TALL = 280;
const LEFT = 56;
const TOP = 44;
const INNER_WIDE = 380;
const INNER_TALL = 180;
/** Side by side, px. */
const ASIDE = 3;

export function likenessPlot(panels: readonly Panel[]): string {
  const rows = Math.ceil(panels.length / 2);
  return picture(2 * WIDE, rows * TALL + 30, "Spectra of movement: recorded people and simulated ones", [
    ...panels.flatMap((panel, i) => marksOf(panel, (i % 2) * WIDE, Math.floor(i / 2) * TALL)),
    words(LEFT, rows * TALL + 16, "recorded: a person or a recording each", 12, INK),
    words(LEFT + 260, rows * TALL + 16, "simulated people", 12, GREEN),
  ]);
}

function marksOf({ title, places, unit, least, most, recorded, simulated }: Panel, left: number, top: number): string[] {
  const x = (place: number) => left + LEFT + 20 + ((INNER_WIDE - 40) * place) / (places.length - 1);
  const y = (value: number) => top + TOP + INNER_TALL * (1 - (Math.max(least, value) - least) / (most - least));
  const levels = [least, least + (most - least) / 2, most];
  return [
    words(left + LEFT, top + 22, title, 14),
    ...levels.flatMap((value) => [
      line(left + LEFT, y(value), left + LEFT + INNER_WIDE, y(value), GRID),
      words(left + LEFT - 6, y(value) + 4, `${value}`, 11, PALE, "end"),
    ]),
    words(left + LEFT - 6, top + TOP - 10, unit, 11, PALE, "end"),
    ...places.map((name, place) => words(x(place), top + TOP + INNER_TALL + 18, name, 11, PALE, "middle")),
    ...[
      { those: simulated, ink: GREEN, aside: ASIDE },
      { those: recorded, ink: INK, aside: -ASIDE },
    ].flatMap(({ those, ink, aside }) =>
      those.flatMap((values) => [
        curve(
          values.map((value, place) => [x(place) + aside, y(value)] as const),
          ink,
          0.7,
        ),
        ...values.map((value, place) => dot(x(place) + aside, y(value), ink, 2)),
      ]),
    ),
  ];
}
