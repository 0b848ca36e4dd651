/** The figures of an evaluation as a person reads them, and their digest. */
import { createHash } from "node:crypto";
import type { Evaluation, Figure } from "./sense.ts";

const NAME = 44;

export function senseReport({ recordings, figures, notes }: Evaluation, title: string): string {
  return [
    `${title}: ${recordings.length} ${recordings.length === 1 ? "recording" : "recordings"}`,
    "",
    ...figures.map((figure) => `${figure.name.padEnd(NAME)}${shown(figure).padStart(12)}   ${beside(figure)}`.trimEnd()),
    ...(notes.length === 0 ? [] : ["", ...notes]),
  ].join("\n");
}

/** SHA-256 over all that the device said: the same on every runtime. */
export function digestOfSense({ recordings }: Evaluation): string {
  return createHash("sha256").update(JSON.stringify(recordings)).digest("hex");
}

export function shown({ value, unit }: Figure): string {
  if (value === null) return "-";
  const text = String(Number(value.toFixed(2)));
  return unit === "" ? text : `${text} ${unit}`;
}

export function aimOf({ aim }: Figure): string {
  if (aim === undefined) return "";
  return "atMost" in aim ? `≤ ${aim.atMost}` : `≥ ${aim.atLeast}`;
}

export function reached({ aim, value }: Figure): boolean | undefined {
  if (aim === undefined || value === null) return undefined;
  return "atMost" in aim ? value <= aim.atMost : value >= aim.atLeast;
}

function beside(figure: Figure): string {
  const met = reached(figure);
  const aim = met === undefined ? "" : `aim ${aimOf(figure)}: ${met ? "reached" : "NOT reached"}`;
  return `${`of ${figure.of}`.padEnd(12)}${aim}`;
}
