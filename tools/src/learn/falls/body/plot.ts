import type { Likeness, Quantiles } from "./compare.ts";
import { MEASURES } from "./measures.ts";

const LEFT = 190;
const COLUMN = 150;
const GAP = 18;
const TOP = 64;
const ROW = 30;
const BAR = 7;
const INK = { recorded: "#1f2937", simulated: "#0f9d76" };

/** Small multiples: a row an activity, a column a measure; in each cell recorded people above simulated ones. */
export function likenessPlot(rows: readonly Likeness[], nameOf: (activity: string) => string): string {
  const width = LEFT + MEASURES.length * COLUMN + GAP;
  const height = TOP + rows.length * ROW + 34;
  const parts = [
    text(GAP, 22, "People at the wrist: recorded and simulated", 15, "start"),
    bar(GAP, 34, [0, 10, 20, 30, 40], (value) => value, INK.recorded),
    text(GAP + 48, 41, "recorded", 11, "start"),
    bar(GAP + 120, 34, [0, 10, 20, 30, 40], (value) => value, INK.simulated),
    text(
      GAP + 168,
      41,
      "simulated: 10 to 90 %, 25 to 75 %, median; a cell is shaded where they are 0.5 and more apart",
      11,
      "start",
    ),
  ];
  rows.forEach(({ activity }, row) => {
    const y = TOP + row * ROW;
    if (row % 2 === 1) parts.push(`<rect x="0" y="${y}" width="${width}" height="${ROW}" fill="#f3f4f6"/>`);
    parts.push(text(LEFT - 8, y + ROW / 2 + 4, nameOf(activity), 11, "end"));
  });
  MEASURES.forEach(({ name, unit }, place) => {
    const left = LEFT + place * COLUMN;
    const most = Math.max(...rows.flatMap(({ pairs }) => [...pairs[place].recorded, ...pairs[place].simulated]));
    const scale = (value: number) => (value / (most || 1)) * (COLUMN - GAP);
    parts.push(text(left, TOP - 6, `${name}, ${unit}`, 11, "start"));
    rows.forEach(({ pairs }, row) => {
      const y = TOP + row * ROW;
      const { recorded, simulated, distance } = pairs[place];
      if (distance >= 0.5) {
        parts.push(`<rect x="${left - 4}" y="${y + 1}" width="${COLUMN - 8}" height="${ROW - 2}" fill="#fde68a"/>`);
      }
      parts.push(bar(left, y + 5, recorded, scale, INK.recorded), bar(left, y + 17, simulated, scale, INK.simulated));
    });
    const foot = TOP + rows.length * ROW;
    parts.push(
      text(left, foot + 14, "0", 10, "start"),
      text(left + scale(most), foot + 14, String(Math.round(most)), 10, "end"),
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif">`,
    "<title>People at the wrist: recorded and simulated</title>",
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

function bar(left: number, top: number, values: Quantiles, scale: (value: number) => number, ink: string): string {
  const [p10, p25, p50, p75, p90] = values.map((value) => Number((left + scale(value)).toFixed(1)));
  const middle = top + BAR / 2;
  return [
    `<path d="M${p10} ${middle}H${p90}" stroke="${ink}" stroke-width="1.5"/>`,
    `<rect x="${p25}" y="${top}" width="${Math.max(1, Number((p75 - p25).toFixed(1)))}" height="${BAR}" fill="${ink}" opacity="0.55"/>`,
    `<path d="M${p50} ${top - 1}V${top + BAR + 1}" stroke="${ink}" stroke-width="2.5"/>`,
  ].join("");
}

function text(x: number, y: number, words: string, size: number, anchor: "start" | "end"): string {
  return `<text x="${x.toFixed(1)}" y="${y}" font-size="${size}" text-anchor="${anchor}" fill="#111827">${words}</text>`;
}
