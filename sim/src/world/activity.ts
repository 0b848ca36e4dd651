import { below } from "@songbai/sdk/lang/prng";
import { ARMS_OUT, BED, CLAPPING, FALLING, type FallDirection, HANGING, LAP, MOUTH, RAISED_FIST, TABLE } from "./pose.ts";
import type { Push, Stage } from "./stage.ts";
import { between, dot, near, ofLength, plus, scaled, type Vector } from "./vector.ts";
import { BUMP, CLAP, GAIT, RING } from "./wave.ts";

/**
 * How an activity moves the wrist: `enter` puts on its beginning, `goOn` the next stretch of it (at least one movement), again and
 * again until the timeline says something else.
 */
export interface Activity {
  enter(stage: Stage, how?: FallDirection): void;
  goOn(stage: Stage): void;
}

const stand: Activity = {
  enter: (stage) => settle(stage, HANGING, 100),
  goOn: (stage) => fidget(stage, HANGING, 5_000, 40_000),
};

const sit: Activity = {
  enter(stage) {
    const lap = near(stage.random, LAP, 150);
    const seat = between(stage.random, 200, 700);
    stage.move({ lastsMs: 1300, to: lap, turnMs: 1000, tremorMg: 15, pushes: [blow(900, 120, scaled(lap, seat / 1000))] });
  },
  goOn: (stage) => fidget(stage, LAP, 15_000, 120_000),
};

const lie: Activity = {
  enter: (stage) => stage.move({ lastsMs: 2000, to: bedPose(stage), tremorMg: 12 }),
  goOn: (stage) => turnInBed(stage, 60_000, 400_000),
};

const sleep: Activity = {
  enter: lie.enter,
  goOn: (stage) => turnInBed(stage, 300_000, 1_800_000),
};

const walk: Activity = {
  enter(stage) {
    const { strideMs, vigour } = stage.traits;
    const to = near(stage.random, HANGING, 80);
    stage.move({ lastsMs: strideMs, to, wave: GAIT, waveMs: strideMs, startGain: 0, gain: vigour, tremorMg: 30 });
  },
  goOn: (stage) => stride(stage, 1),
};

const eat: Activity = {
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

const clap: Activity = {
  enter: (stage) => settle(stage, CLAPPING, 150),
  goOn(stage) {
    const waveMs = between(stage.random, 380, 450);
    stage.move({ lastsMs: waveMs, wave: CLAP, waveMs, gain: between(stage.random, 0.75, 1.3), tremorMg: 20 });
  },
};

/** A fist on the table, once; then sitting at it. */
const tableHit: Activity = {
  enter(stage) {
    const { random } = stage;
    const table = near(random, TABLE, 80);
    stage.move({ lastsMs: 600, to: near(random, RAISED_FIST, 100), tremorMg: 15 });
    const down = blow(20, 230, scaled(table, -0.7));
    const strike = blow(250, between(random, 25, 50), scaled(table, between(random, 1.5, 3.5)));
    const after = ring(275, 200, scaled(table, between(random, 0.3, 0.6)));
    stage.move({ lastsMs: 900, to: table, turnMs: 250, tremorMg: 15, pushes: [down, strike, after] });
  },
  goOn: (stage) => fidget(stage, TABLE, 15_000, 60_000),
};

/** A foot catches: a jerk of 1.8 to 2.6 g, the arms fly out, two hurried strides, and on it goes. */
const stumble: Activity = {
  enter(stage) {
    const { random } = stage;
    const out = near(random, ARMS_OUT, 200);
    const jerk = scaled(near(random, stage.up(), 500), between(random, 0.9, 1.5));
    stage.move({
      lastsMs: 450,
      to: out,
      tremorMg: 40,
      pushes: [
        blow(0, 180, scaled(stage.up(), -0.35)),
        blow(180, between(random, 60, 100), jerk),
        ring(270, 180, scaled(jerk, 0.4)),
      ],
    });
    const { strideMs, vigour } = stage.traits;
    const to = near(random, HANGING, 80);
    stage.move({ lastsMs: strideMs, to, wave: GAIT, waveMs: strideMs, startGain: 0, gain: 1.3 * vigour, tremorMg: 40 });
    stride(stage, 1.25);
    stride(stage, 1.15);
  },
  goOn: walk.goOn,
};

/**
 * Balance is lost for 300 to 500 ms (the support under the body goes, the wrist feels 0.3 to 0.7 g), the body strikes the floor with
 * 3 to 7 g in 50 to 80 ms, other parts of it follow, everything rings, rolls over and lies still. After that: lying on the floor.
 */
const fall: Activity = {
  enter(stage, how) {
    const { random } = stage;
    const direction = how ?? DIRECTIONS[below(random, DIRECTIONS.length)];
    const standing = stage.up();
    const reach = near(random, FALLING[direction].reach, 200);
    const rest = awayFrom(stage, standing, FALLING[direction].rest);

    const lossMs = between(random, 300, 500);
    const lost = between(random, 0.3, 0.7);
    const middle = ofLength(plus(standing, reach), 1000);
    const flail = scaled(near(random, middle, 900), between(random, 0.1, 0.4));
    stage.move({
      lastsMs: lossMs,
      to: reach,
      tremorMg: 60,
      pushes: [blow(lossMs * 0.1, lossMs * 0.9, scaled(middle, -lost)), blow(0, lossMs * 0.6, flail)],
    });

    const force = between(random, 4, 6.8);
    const pushes = impact(stage, 0, scaled(near(random, plus(reach, rest), 400), force), between(random, 50, 80));
    for (let part = 1; part <= 3; part++) {
      const peak = scaled(near(random, rest, 900), force * between(random, 0.35, 0.55) * (1.15 - 0.15 * part));
      pushes.push(...impact(stage, part * 130 + between(random, -30, 30), peak, between(random, 60, 100)));
    }
    stage.move({ lastsMs: 900, to: rest, turnMs: between(random, 250, 400), tremorMg: 80, pushes });
    stage.move({ lastsMs: between(random, 600, 1000), to: near(random, rest, 200), tremorMg: 25 });
  },
  goOn(stage) {
    const { random } = stage;
    stage.move({ lastsMs: between(random, 3_000, 20_000), tremorMg: 6 });
    stage.move({ lastsMs: between(random, 700, 1500), to: near(random, stage.up(), 200), tremorMg: 15 });
  },
};

const DIRECTIONS: readonly FallDirection[] = ["forwards", "backwards", "sideways"];

/** The names a timeline may use. */
export const ACTIVITIES = { walk, sit, stand, lie, sleep, eat, clap, tableHit, stumble, fall } satisfies Record<
  string,
  Activity
>;
export type ActivityName = keyof typeof ACTIVITIES;

function blow(fromMs: number, lastsMs: number, peak: Vector): Push {
  return { fromMs, lastsMs, peak, shape: BUMP };
}

function ring(fromMs: number, lastsMs: number, peak: Vector): Push {
  return { fromMs, lastsMs, peak, shape: RING };
}

/** A blow and the ringing after it. */
function impact(stage: Stage, fromMs: number, peak: Vector, lastsMs: number): Push[] {
  const rebound = scaled(peak, -between(stage.random, 0.35, 0.6));
  return [blow(fromMs, lastsMs, peak), ring(fromMs + lastsMs, between(stage.random, 240, 340), rebound)];
}

/** Takes a pose in about a second. */
function settle(stage: Stage, pose: Vector, spreadMg: number): void {
  stage.move({ lastsMs: 1100, to: near(stage.random, pose, spreadMg), turnMs: 1000, tremorMg: 15 });
}

/** Rests for a while, then moves the hand a little; sometimes up to the face and back. */
function fidget(stage: Stage, pose: Vector, shortestMs: number, longestMs: number): void {
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

/** One stride, a little longer or shorter, stronger or weaker than the last. */
function stride(stage: Stage, haste: number): void {
  const { random, traits } = stage;
  const waveMs = (traits.strideMs / haste) * between(random, 0.96, 1.04);
  stage.move({ lastsMs: waveMs, wave: GAIT, waveMs, gain: traits.vigour * haste * between(random, 0.8, 1.2), tremorMg: 30 });
}

function bedPose(stage: Stage): Vector {
  return near(stage.random, BED[below(stage.random, BED.length)], 200);
}

function turnInBed(stage: Stage, shortestMs: number, longestMs: number): void {
  stage.move({ lastsMs: between(stage.random, shortestMs, longestMs), tremorMg: 2 });
  stage.move({ lastsMs: between(stage.random, 1500, 3000), to: bedPose(stage), tremorMg: 20 });
}

/** One of the rests, at least 40 degrees from `before` when there is one such: nobody falls and keeps the arm as it was. */
function awayFrom(stage: Stage, before: Vector, rests: readonly Vector[]): Vector {
  const first = below(stage.random, rests.length);
  for (let i = 0; i < rests.length; i++) {
    const rest = near(stage.random, rests[(first + i) % rests.length], 200);
    if (dot(rest, before) < 766_000) return rest;
  }
  return near(stage.random, rests[first], 200);
}
