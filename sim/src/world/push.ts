import type { Stage } from "./stage.ts";
import { between, scaled, type Vector } from "./vector.ts";
import { BUMP, HOLD, RING, type Shape } from "./wave.ts";

/** A push within a movement, in ms from its start. */
export interface Push {
  readonly fromMs: number;
  readonly lastsMs: number;
  readonly peak: Vector;
  readonly shape: Shape;
}

export function blow(fromMs: number, lastsMs: number, peak: Vector): Push {
  return { fromMs, lastsMs, peak, shape: BUMP };
}

export function ring(fromMs: number, lastsMs: number, peak: Vector): Push {
  return { fromMs, lastsMs, peak, shape: RING };
}

/** The same push all the time, but for a tenth at either end. */
export function hold(fromMs: number, lastsMs: number, peak: Vector): Push {
  return { fromMs, lastsMs, peak, shape: HOLD };
}

/** A blow and the ringing after it. */
export function impact(stage: Stage, fromMs: number, peak: Vector, lastsMs: number): Push[] {
  const rebound = scaled(peak, -between(stage.random, 0.35, 0.6));
  return [blow(fromMs, lastsMs, peak), ring(fromMs + lastsMs, between(stage.random, 330, 480), rebound)];
}
