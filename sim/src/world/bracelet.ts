/** What happens to a bracelet that nobody wears. What lies still is exactly still: no breath, no tremor, the sensor's own noise. */
import { below } from "@songbai/sdk/lang/prng";
import type { Activity } from "./activity.ts";
import { LAP } from "./pose.ts";
import { blow, hold, type Push, ring } from "./push.ts";
import type { Stage } from "./stage.ts";
import { between, near, ofLength, scaled, type Vector } from "./vector.ts";
import { STILL } from "./wave.ts";

const NOISE_MG = 3;
/** On its face, its back or either edge of the strap. */
const LYING: readonly Vector[] = [
  { x: 0, y: 0, z: 1000 },
  { x: 0, y: 0, z: -1000 },
  { x: 1000, y: 0, z: 0 },
  { x: -1000, y: 0, z: 0 },
];
/** Mean of half a sine: a blow of this height takes as much speed as one of constant height. */
const MEAN_OF_BUMP = 2 / Math.PI;
const STANDARD_G = 9.80665;
/** Shorter hops are lost in the settling. */
const LEAST_HOP_MS = 30;

/** What a surface does to a thing that drops on it. */
interface Surface {
  /** Speed after by speed before. */
  readonly bounce: readonly [number, number];
  /** How long the blow lasts behind the sensor's own filter. */
  readonly contactMs: readonly [number, number];
}
const MATTRESS: Surface = { bounce: [0.1, 0.3], contactMs: [70, 140] };
const FLOOR: Surface = { bounce: [0.25, 0.5], contactMs: [14, 30] };

const quiet = { wave: STILL, tremorMg: NOISE_MG };

function lying(stage: Stage): Vector {
  return near(stage.random, LYING[below(stage.random, LYING.length)], 60);
}

/** The other hand at the clasp, then the bracelet in its fingers. */
function unclasp(stage: Stage): void {
  const { random } = stage;
  for (let pull = 0; pull < 4; pull++) {
    const to = near(random, LAP, 350);
    const tug = scaled(near(random, LAP, 1200), between(random, 0.1, 0.6));
    stage.move({ lastsMs: between(random, 500, 1000), to, turnMs: 450, tremorMg: 30, pushes: [blow(100, 120, tug)] });
  }
  const held = near(random, LAP, 900);
  stage.move({ lastsMs: between(random, 600, 1200), to: held, tremorMg: 40, pushes: [blow(150, 150, scaled(held, 0.3))] });
}

/** In the air for `flightMs`: weightless but for its spin. Then the surface, some hops, and rest. */
function land(stage: Stage, flightMs: number, surface: Surface): void {
  const { random } = stage;
  let hopMs = flightMs;
  while (hopMs > LEAST_HOP_MS) {
    const up = stage.up();
    const spin = ofLength(near(random, up, 1000), between(random, 20, 250));
    const flight = [hold(-0.1 * hopMs, 1.2 * hopMs, scaled(up, -1)), hold(0, hopMs, spin)];
    stage.move({ ...quiet, lastsMs: hopMs, pushes: flight });
    const bounce = between(random, ...surface.bounce);
    const contactMs = between(random, ...surface.contactMs);
    // It comes down with g times half the hop's time; the first time with g times the whole of the fall.
    const speed = hopMs === flightMs ? hopMs : hopMs / 2;
    const to = lying(stage);
    const strike = scaled(near(random, to, 500), (speed * (1 + bounce)) / (MEAN_OF_BUMP * contactMs));
    const pushes: Push[] = [blow(0, contactMs, strike), ring(contactMs, 60, scaled(strike, 0.1))];
    stage.move({ ...quiet, lastsMs: contactMs + 5, to, turnMs: contactMs, pushes });
    hopMs = 2 * speed * bounce;
  }
  const rest = lying(stage);
  stage.move({ ...quiet, lastsMs: 300, to: rest, turnMs: 150, pushes: [ring(0, 150, scaled(rest, 0.15))] });
}

function lieStill(stage: Stage): void {
  stage.move({ ...quiet, lastsMs: between(stage.random, 30_000, 300_000) });
}

/** Taken off and put on a table. */
export const takeOff: Activity = {
  enter(stage) {
    const { random } = stage;
    unclasp(stage);
    const to = lying(stage);
    const knock = scaled(to, between(random, 0.2, 1));
    stage.move({ lastsMs: 1100, to, turnMs: 800, tremorMg: 25, pushes: [blow(850, 40, knock)], wave: STILL });
    stage.move({ ...quiet, lastsMs: 500 });
  },
  goOn: lieStill,
};

/** Taken off and thrown on a bed. */
export const throwOnBed: Activity = {
  enter(stage) {
    const { random } = stage;
    unclasp(stage);
    const swing = scaled(near(random, stage.up(), 1000), between(random, 0.5, 1.6));
    stage.move({ lastsMs: 300, to: near(random, LAP, 900), tremorMg: 30, wave: STILL, pushes: [blow(40, 260, swing)] });
    land(stage, between(random, 250, 550), MATTRESS);
  },
  goOn: lieStill,
};

/** Swept off the table that it lies on (`takeOff`), 65 to 80 cm high. */
export const dropFromTable: Activity = {
  enter(stage) {
    const { random } = stage;
    const nudge = scaled(near(random, stage.up(), 1500), between(random, 0.1, 0.5));
    stage.move({ ...quiet, lastsMs: 500, pushes: [blow(250, 100, nudge), ring(350, 150, scaled(nudge, 0.5))] });
    const height = between(random, 0.65, 0.8);
    land(stage, 1000 * Math.sqrt((2 * height) / STANDARD_G), FLOOR);
  },
  goOn: lieStill,
};
