import { below, prng } from "@songbai/sdk/lang/prng";
import type { FallRecording } from "./recording.ts";

/**
 * The recordings as a sensor would give them that every person wears turned otherwise, anyhow in space, and always the same. Whoever
 * learns from these believes no axis.
 */
export function turned(recordings: readonly FallRecording[]): FallRecording[] {
  return recordings.map((recording) => {
    const turn = turnOf(recording.subject);
    const { samples } = recording;
    return {
      ...recording,
      samples: samples.map((_, i) => {
        const row = 3 * (i % 3);
        const at = i - (i % 3);
        return Math.round(turn[row] * samples[at] + turn[row + 1] * samples[at + 1] + turn[row + 2] * samples[at + 2]);
      }),
    };
  });
}

/** The matrix of a turn, by rows. Every turn is as likely as any other: a unit quaternion from the ball in four dimensions. */
function turnOf(subject: string): number[] {
  const random = prng([...subject].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 1));
  for (let i = 0; i < 8; i++) random(); // small seeds begin alike
  for (;;) {
    const [w, x, y, z] = Array.from({ length: 4 }, () => below(random, 2001) / 1000 - 1);
    const n = w * w + x * x + y * y + z * z;
    if (n > 1 || n < 0.01) continue;
    const s = 2 / n;
    return [
      1 - s * (y * y + z * z),
      s * (x * y - w * z),
      s * (x * z + w * y),
      s * (x * y + w * z),
      1 - s * (x * x + z * z),
      s * (y * z - w * x),
      s * (x * z - w * y),
      s * (y * z + w * x),
      1 - s * (x * x + y * y),
    ];
  }
}
