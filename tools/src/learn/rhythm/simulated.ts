/**
 * Healthy people of the simulator, whose beats follow their breath: the recordings are of patients on the table of an ablation, whose
 * sinus rhythm hardly does. Learnt from beside them, never scored.
 */
import { pulse } from "@songbai/sim/world/pulse";
import { countsOf, type Patient, PIECE_S, SENSED_HZ } from "./pieces.ts";

const PEOPLE = 24;
const PIECES = 6;
const PIECE = PIECE_S * SENSED_HZ;
/** From slow to fast, bpm. */
const LEAST = 50;
const MOST = 100;

/** As if they were one patient, in sinus rhythm. */
export function simulatedHealth(): Patient {
  const pieces = Array.from({ length: PEOPLE }, (_, person) => piecesOf(person)).flat();
  return { id: "simulated", print: "", pieces, labels: pieces.map(() => 0) };
}

function piecesOf(person: number): Int32Array[] {
  const light = new Int32Array(2 * PIECE * PIECES);
  const bpm = LEAST + ((MOST - LEAST) * person) / (PEOPLE - 1);
  const heart = pulse({ seed: 1000 + person, timeline: [{ atMs: 0, perfusion: 60 + 10 * person, rhythm: "sinus", bpm }] });
  heart.fill(0, 1_000_000 / SENSED_HZ, PIECE * PIECES, light);
  return Array.from({ length: PIECES }, (_, piece) => {
    // More blood, less light: turned over, and from 0 to 1 as the recordings are.
    const infrared = Float64Array.from({ length: PIECE }, (_, i) => -light[2 * (piece * PIECE + i)]);
    const low = Math.min(...infrared);
    const high = Math.max(...infrared);
    return Int32Array.from(infrared, (value) => countsOf((value - low) / (high - low)));
  });
}
