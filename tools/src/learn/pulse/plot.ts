/** Mean beats, the recorded one on the simulated ones. */
import { curve, GREEN, GRID, INK, line, PALE, picture, words } from "../svg.ts";
import type { PulsesCompared } from "./likeness.ts";

const WIDTH = 640;
const HEIGHT = 320;
const LEFT = 48;
const TOP = 56;
const WIDE = 560;
const TALL = 210;

export function pulsePlot({ recordedBeat, simulatedBeats }: PulsesCompared): string {
  const place = (shape: readonly number[]) => {
    const foot = shape.indexOf(Math.min(...shape));
    return shape.map((_, i) => {
      const value = shape[(foot + i) % shape.length];
      return [LEFT + (WIDE * i) / shape.length, TOP + TALL * (1 - value)] as const;
    });
  };
  return picture(WIDTH, HEIGHT, "The mean beat of light: recorded and simulated", [
    words(LEFT, 26, "The mean beat in the light of a finger at rest, foot to foot", 15),
    line(LEFT, TOP + TALL, LEFT + WIDE, TOP + TALL, GRID),
    ...simulatedBeats.map((shape) => curve(place(shape), GREEN, 1)),
    curve(place(recordedBeat), INK, 2.5),
    words(LEFT, TOP + TALL + 24, "recorded (one person, ECG as its clock)", 12, INK),
    words(LEFT + 260, TOP + TALL + 24, "simulated people", 12, GREEN),
    words(LEFT, TOP + TALL + 42, "one beat from left to right; height from foot to top", 11, PALE),
  ]);
}
