/** Force cells as those of a product are: noise of the amplifier, and a level that wanders with warmth and lacing. */
const NOISE_DN = 30;
const DRIFT_DN = 150;

/** Of so many cells; `seed` any integer. Forces in 0.1 N, which a cell does not read below nothing less its offset. */
export function worsened(values: Float64Array, cells: number, rateHz: number, seed: number): Float64Array {
  const random = noise(seed);
  const phases = Array.from({ length: cells }, () => random() * 2 * Math.PI);
  const periods = Array.from({ length: cells }, () => 60 + 60 * random());
  return values.map((value, i) => {
    const cell = i % cells;
    const second = Math.floor(i / cells) / rateHz;
    const drift = DRIFT_DN * Math.sin(phases[cell] + (2 * Math.PI * second) / periods[cell]);
    // Twelve even numbers make nearly a bell.
    let bell = -6;
    for (let k = 0; k < 12; k++) bell += random();
    return Math.round(value + drift + NOISE_DN * bell);
  });
}

/** Numbers of 0..1, the same for the same seed (Numerical Recipes' linear congruence, its upper bits). */
function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 16_777_216;
  };
}
