import { below } from "@songbai/sdk/lang/prng";
import type { Activity } from "./activity.ts";
import { LAP } from "./pose.ts";
import { blow, hold, type Push, ring } from "./push.ts";
import { sit } from "./resting.ts";
import { between, near, ofLength, scaled } from "./vector.ts";
import { RIDE } from "./wave.ts";

/**
 * A seat in a city bus: engine and road all the time, starts and stops of 0.08 to 0.25 g for some seconds, bumps of 0.1 to 0.5 g,
 * now and then a pothole or a speed hump. No recording stands behind these figures.
 */
export const bus: Activity = {
  enter: sit.enter,
  goOn(stage) {
    const { random } = stage;
    const lap = near(random, LAP, 150);
    const lastsMs = between(random, 8000, 20_000);
    const along = ofLength(near(random, { x: 900, y: 100, z: 0 }, 300), between(random, 80, 250));
    const pushes: Push[] = [hold(500, between(random, 2000, 6000), scaled(along, below(random, 2) === 0 ? 1 : -1))];
    const bumps = 2 + below(random, 7);
    for (let bump = 0; bump < bumps; bump++) {
      const deep = below(random, 12) === 0 ? between(random, 0.6, 1.4) : between(random, 0.1, 0.5);
      const jolt = scaled(near(random, lap, 300), deep);
      const atMs = between(random, 0, lastsMs - 600);
      const jolts = between(random, 90, 200);
      pushes.push(blow(atMs, jolts, jolt), ring(atMs + jolts, between(random, 250, 450), scaled(jolt, -0.8)));
    }
    const waveMs = between(random, 900, 1100);
    stage.move({ lastsMs, to: lap, turnMs: 1000, wave: RIDE, waveMs, gain: between(random, 0.5, 1.8), tremorMg: 25, pushes });
  },
};
