/** Recordings in the formats of the data sets, made here: no recording of a person is in this repository. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export const WEDA_HEADER = "accel_time_list,accel_x_list,accel_y_list,accel_z_list";

/** A folder of files, by their paths in it. */
export function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "songbai-learn-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** Time in s, and acceleration in g. */
export type Row = readonly [number, number, number, number];

/** A wrist that trembles a little, at rest. */
export function resting(seconds: number, rateHz: number): Row[] {
  return rowsOf(seconds, rateHz, (s) => [0.02 * Math.sin(9 * s), 0.01 * Math.cos(7 * s), 1 + 0.01 * Math.sin(11 * s)]);
}

export function rowsOf(seconds: number, rateHz: number, felt: (s: number) => readonly [number, number, number]): Row[] {
  return Array.from({ length: Math.round(seconds * rateHz) + 1 }, (_, i) => [i / rateHz, ...felt(i / rateHz)] as const);
}

/** m/s² in steps of 0.1, as WEDA-FALL has them. */
export function weda(rows: readonly Row[], header = WEDA_HEADER): string {
  const line = ([s, ...g]: Row) => [s.toFixed(3), ...g.map((value) => (value * 9.80665).toFixed(1))].join(",");
  return `${[header, ...rows.map(line)].join("\n")}\n`;
}

/** A session of UMAFall: the waist's rows among those of other sensors. */
export function umafall(rows: readonly Row[], { age = 27, sensor = 2 } = {}): string {
  const lines = rows.flatMap(([s, ...g], i) => [
    `${Math.round(s * 1000)};${i};${g.join(";")};0;${sensor}`,
    `${Math.round(s * 1000)};${i};0.5;0.5;0.5;1;${sensor}`,
    `${Math.round(s * 1000)};${i};9;9;9;0;0`,
  ]);
  return [
    `% Age: ${age}`,
    "% MAC Address; Sensor_ID; Position; Device Model",
    "%f8:95:c7:f3:ba:82; 0; RIGHTPOCKET; lge-LG-H815-5.1",
    "%C4:BE:84:71:A5:02; 2; WAIST; SensorTag",
    "% TimeStamp; Sample No; X-Axis; Y-Axis; Z-Axis; Sensor Type; Sensor ID;",
    ...lines,
    "",
  ].join("\n");
}
