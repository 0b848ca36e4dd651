import { below } from "@songbai/sdk/lang/prng";
import type { Activity } from "./activity.ts";
import { BED, HANGING, LAP, MOUTH, PUSHING_UP, TABLE } from "./pose.ts";
import { blow, impact, ring } from "./push.ts";
import type { Stage } from "./stage.ts";
import { between, near, plus, scaled, type Vector } from "./vector.ts";
import { UNREST } from "./wave.ts";

export const stand: Activity = {
  enter: (stage) => settle(stage, HANGING, 100),
  goOn: (stage) => fidget(stage, HANGING, 5_000, 40_000),
};

export const sit: Activity = {
  enter(stage) {
    const lap = near(stage.random, plus(LAP, scaled(HANGING, between(stage.random, 0, 1))), 350);
    const seat = scaled(lap, between(stage.random, 0.2, 0.8));
    const pushes = [blow(150, 500, scaled(lap, -between(stage.random, 0, 0.35))), ...impact(stage, 850, seat, 150)];
    stage.move({ lastsMs: 1300, to: lap, turnMs: 1000, tremorMg: 25, pushes });
    unrest(stage, 3);
  },
  goOn: (stage) => fidget(stage, LAP, 15_000, 120_000),
};

/** Half out of the chair the arms give way: a drop of some centimetres, the seat, and sitting on. */
export const dropIntoChair: Activity = {
  enter(stage) {
    const { random } = stage;
    const up = near(random, PUSHING_UP, 200);
    stage.move({
      lastsMs: between(random, 900, 1500),
      to: up,
      turnMs: between(random, 700, 1000),
      tremorMg: 30,
      pushes: [blow(100, 500, scaled(up, between(random, 0, 0.2)))],
    });
    const lap = near(random, LAP, 600);
    const dropMs = between(random, 200, 350);
    const seat = scaled(near(random, lap, 500), between(random, 0.5, 2.4));
    const pushes = [
      blow(0, dropMs, scaled(up, -between(random, 0, 0.4))),
      ...impact(stage, dropMs, seat, between(random, 70, 120)),
      ring(dropMs + 400, 250, scaled(near(random, lap, 900), between(random, 0.1, 0.5))),
    ];
    stage.move({ lastsMs: 1300, to: lap, turnMs: between(random, 500, 900), tremorMg: 30, pushes });
    unrest(stage, 3);
  },
  goOn: (stage) => sit.goOn(stage),
};

export const lie: Activity = {
  enter: (stage) => stage.move({ lastsMs: 2000, to: bedPose(stage), tremorMg: 12 }),
  goOn: (stage) => turnInBed(stage, 60_000, 400_000),
};

export const sleep: Activity = {
  enter: lie.enter,
  goOn: (stage) => turnInBed(stage, 300_000, 1_800_000),
};

export const eat: Activity = {
  enter: (stage) => settle(stage, TABLE, 80),
  goOn(stage) {
    const { random } = stage;
    stage.move({ lastsMs: between(random, 1500, 6000), tremorMg: 25 });
    const to = near(random, MOUTH, 120);
    stage.move({ lastsMs: between(random, 1100, 1800), to, turnMs: between(random, 800, 1100), tremorMg: 15 });
    const tap = blow(850, 60, { x: 0, y: 0, z: between(random, 50, 250) });
    stage.move({ lastsMs: between(random, 1100, 1500), to: near(random, TABLE, 80), turnMs: 900, tremorMg: 15, pushes: [tap] });
  },
};

/** Takes a pose in about a second. */
export function settle(stage: Stage, pose: Vector, spreadMg: number): void {
  stage.move({ lastsMs: 1100, to: near(stage.random, pose, spreadMg), turnMs: 1000, tremorMg: 15 });
}

/** A few seconds until the arm has come to rest; often little, sometimes up to `most` times 90 mg. */
export function unrest(stage: Stage, most: number): void {
  const { random } = stage;
  const share = between(random, 0.2, 1);
  const to = near(random, stage.up(), 150);
  const waveMs = between(random, 2000, 3200);
  stage.move({ lastsMs: between(random, 1500, 3500), to, wave: UNREST, waveMs, gain: most * share * share, tremorMg: 20 });
}

/** Rests for a while, then moves the hand a little; sometimes up to the face and back. */
export function fidget(stage: Stage, pose: Vector, shortestMs: number, longestMs: number): void {
  const { random } = stage;
  stage.move({ lastsMs: between(random, shortestMs, longestMs), tremorMg: 5 });
  if (below(random, 4) === 0) {
    stage.move({
      lastsMs: between(random, 1500, 4000),
      to: near(random, MOUTH, 200),
      turnMs: between(random, 700, 1200),
      tremorMg: 15,
    });
  }
  stage.move({ lastsMs: between(random, 800, 1500), to: near(random, pose, 150), tremorMg: 15 });
}

function bedPose(stage: Stage): Vector {
  return near(stage.random, BED[below(stage.random, BED.length)], 200);
}

function turnInBed(stage: Stage, shortestMs: number, longestMs: number): void {
  stage.move({ lastsMs: between(stage.random, shortestMs, longestMs), tremorMg: 2 });
  stage.move({ lastsMs: between(stage.random, 1500, 3000), to: bedPose(stage), tremorMg: 20 });
}
