import type { Rows } from "./recording.ts";

/**
 * A stamp this far behind the one before is a batch that came late: 14 of the 690 WEDA-FALL recordings have one, 0.4 to 1.2 s
 * late, and a hole where it belongs. Farther behind it is another clock.
 */
const LATE_S = 2;
/** A longer hole is no hole in one recording: the clock has jumped. UMAFall has two of 2.5 s. */
const JUMP_S = 3;
/** Stamps farther apart are a real hole, not the wait for the next batch. */
const HOLE_S = 0.25;
/** A shorter hole is bridged by a straight line. In a longer one much can happen: the detector starts anew behind it. */
const BRIDGED_S = 1;
/** Stamps stray so far from an even pace by batches and radio; farther, and the pace itself has changed. */
const STRAY_S = 0.3;

/** Rows in the order of time, evenly spaced between holes; the samples of a bridge among them. */
export interface Stretch {
  /** s, rising */
  readonly time: Float64Array;
  /** mg, three a row */
  readonly mg: Float64Array;
}

/** What is wrong with the stamps, as one sentence without the file; or the stretches between long holes. */
export function timeline(rows: Rows): { readonly wrong: string } | { readonly stretches: readonly Stretch[] } {
  const wrong = jump(rows);
  if (wrong !== undefined) return { wrong };
  const { time, mg } = sorted(rows);
  const stretches: Stretch[] = [];
  let open: Builder = builder();
  for (let from = 0; from < time.length; ) {
    let to = from + 1;
    while (to < time.length && time[to] - time[to - 1] <= HOLE_S) to++;
    if (from > 0) {
      const hole = time[from] - time[from - 1];
      if (hole > BRIDGED_S) {
        stretches.push(open.stretch());
        open = builder();
      } else open.bridge(time[from], mg, from);
    }
    steadily(time, from, to, (begin, end) => open.even(time, mg, begin, end));
    from = to;
  }
  stretches.push(open.stretch());
  return { stretches };
}

function jump({ time, line }: Rows): string | undefined {
  let latest = time[0];
  for (let i = 1; i < time.length; i++) {
    if (time[i] < latest - LATE_S) {
      return `line ${line[i]}: the time goes back from ${latest} s to ${time[i]} s`;
    }
    if (time[i] > latest) latest = time[i];
  }
  const order = sorted({ time, line }).time;
  for (let i = 1; i < order.length; i++) {
    if (order[i] - order[i - 1] > JUMP_S) {
      return `line ${line[time.indexOf(order[i])]}: the time jumps from ${order[i - 1]} s to ${order[i]} s`;
    }
  }
  return undefined;
}

/** By stamp; rows of the same stamp stay in the file's order. Most files are in order already. */
function sorted(rows: Pick<Rows, "time" | "line"> & { readonly mg?: Float64Array }): Stretch {
  const { time, mg = new Float64Array(0) } = rows;
  if (time.every((stamp, i) => i === 0 || stamp >= time[i - 1])) return { time, mg };
  const order = Array.from(time, (_, i) => i).sort((a, b) => time[a] - time[b] || a - b);
  return {
    time: Float64Array.from(order, (i) => time[i]),
    mg: mg.length === 0 ? mg : Float64Array.from(order.flatMap((i) => [mg[3 * i], mg[3 * i + 1], mg[3 * i + 2]])),
  };
}

/** Cuts the rows `from` to `to` (exclusive) where their pace changes: the last row of a piece is the first of the next. */
function steadily(time: Float64Array, from: number, to: number, piece: (from: number, to: number) => void): void {
  const step = (time[to - 1] - time[from]) / Math.max(to - 1 - from, 1);
  let farthest = from;
  let stray = STRAY_S;
  for (let i = from + 1; i < to - 1; i++) {
    const away = Math.abs(time[i] - time[from] - (i - from) * step);
    if (away > stray) {
      stray = away;
      farthest = i;
    }
  }
  if (farthest === from) piece(from, to);
  else {
    steadily(time, from, farthest + 1, piece);
    steadily(time, farthest, to, piece);
  }
}

interface Builder {
  /** Rows `from` to `to` (exclusive): watches and radios hand them over in batches, the part took them evenly. */
  readonly even: (time: Float64Array, mg: Float64Array, from: number, to: number) => void;
  /** A straight line from the last row to the row `at`, which starts at `untilS`. */
  readonly bridge: (untilS: number, mg: Float64Array, at: number) => void;
  readonly stretch: () => Stretch;
}

function builder(): Builder {
  const time: number[] = [];
  const values: number[] = [];
  return {
    even(stamps, mg, from, to) {
      const first = stamps[from];
      const step = to - from > 1 ? (stamps[to - 1] - first) / (to - from - 1) : 0;
      for (let i = from; i < to; i++) {
        if (i === from && time.at(-1) === first) continue; // where two paces meet
        time.push(first + (i - from) * step);
        values.push(mg[3 * i], mg[3 * i + 1], mg[3 * i + 2]);
      }
    },
    bridge(untilS, mg, at) {
      const fromS = time[time.length - 1];
      const last = values.slice(-3);
      const steps = Math.round((untilS - fromS) / 0.02);
      for (let i = 1; i < steps; i++) {
        time.push(fromS + ((untilS - fromS) * i) / steps);
        for (let axis = 0; axis < 3; axis++) values.push(last[axis] + ((mg[3 * at + axis] - last[axis]) * i) / steps);
      }
    },
    stretch: () => ({ time: Float64Array.from(time), mg: Float64Array.from(values) }),
  };
}
