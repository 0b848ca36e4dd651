import type { SensedRecording } from "../sense/sense.ts";
import type { FootSignal, Told } from "./host.ts";

/** What --json has of a recording: times in s since its first sample. */
export function recordingOf(
  { id, rateHz, feet }: { readonly id: string; readonly rateHz: number; readonly feet: readonly FootSignal[] },
  { steps, walks, turns, doubts }: Told,
  width: number,
): SensedRecording {
  const inOrder = [...steps].sort((a, b) => a.endMs - b.endMs);
  return {
    id,
    durationS: Math.max(...feet.map(({ values }) => values.length / width)) / rateHz,
    steps: inOrder.map(({ foot, startMs, endMs, turnDeg, loadN, forwardMm, sideMm, travelMm }) => ({
      foot,
      start: startMs / 1000,
      end: endMs / 1000,
      turnDeg,
      loadN,
      forwardMm,
      sideMm,
      travelMm,
    })),
    strides: inOrder.flatMap(({ foot, endMs, strideMs, stanceMs }) =>
      strideMs === null ? [] : [{ foot, t: endMs / 1000, strideMs, stanceMs, swingMs: strideMs - (stanceMs ?? 0) }],
    ),
    turns: turns.map(({ startMs, endMs, degrees }) => ({ start: startMs / 1000, end: endMs / 1000, degrees })),
    walks,
    doubts: doubts.map(([foot, doubt]) => ({ foot, doubt })),
  };
}
