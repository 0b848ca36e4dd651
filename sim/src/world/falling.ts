import { below } from "@songbai/sdk/lang/prng";
import type { Activity } from "./activity.ts";
import { FALLING, type FallDirection, HANGING, LAP, ON_FLOOR } from "./pose.ts";
import { blow, impact } from "./push.ts";
import { settle, unrest } from "./resting.ts";
import type { Stage } from "./stage.ts";
import { between, dot, near, ofLength, plus, scaled, type Vector } from "./vector.ts";

type Range = readonly [number, number];

/** How hard one kind of fall is. */
interface Manner {
  /** From losing balance to the first contact. */
  readonly lossMs: Range;
  /** How much of its weight the wrist loses meanwhile. */
  readonly lost: Range;
  /** How far the arms fly out, in g. */
  readonly flail: Range;
  /** The first contact, g. */
  readonly force: Range;
  readonly contactMs: Range;
}

/** Tripped or slipped: the arms fly out. */
const FROM_STANDING: Manner = {
  lossMs: [250, 450],
  lost: [0.2, 0.7],
  flail: [0.1, 0.5],
  force: [4.5, 9],
  contactMs: [60, 110],
};
/** Fainted: limp, and not so deep. */
const FROM_CHAIR: Manner = { lossMs: [250, 450], lost: [0.2, 0.75], flail: [0, 0.15], force: [2.3, 6.3], contactMs: [70, 120] };
/** The seat is not where it was thought to be. */
const PAST_CHAIR: Manner = { lossMs: [250, 400], lost: [0.1, 0.6], flail: [0.1, 0.4], force: [4, 9], contactMs: [60, 110] };

const DIRECTIONS: readonly FallDirection[] = ["forwards", "backwards", "sideways"];

/**
 * Balance is lost for some 400 ms (the support under the body goes, the wrist feels 0.3 to 0.7 g), the body strikes the floor,
 * other parts of it follow, everything rings, rolls over and lies still.
 */
function tumble(stage: Stage, how: FallDirection | undefined, manner: Manner): void {
  const { random } = stage;
  const within = ([low, high]: Range) => between(random, low, high);
  const direction = how ?? DIRECTIONS[below(random, DIRECTIONS.length)];
  const upright = stage.up();
  const reach = near(random, FALLING[direction].reach, 200);
  const rest = awayFrom(stage, upright, FALLING[direction].rest);

  const lossMs = within(manner.lossMs);
  const lost = within(manner.lost);
  const middle = ofLength(plus(upright, reach), 1000);
  const flail = scaled(near(random, middle, 900), within(manner.flail));
  stage.move({
    lastsMs: lossMs,
    to: reach,
    tremorMg: 60,
    pushes: [blow(lossMs * 0.1, lossMs * 0.9, scaled(middle, -lost)), blow(0, lossMs * 0.6, flail)],
  });

  const force = within(manner.force);
  const pushes = impact(stage, 0, scaled(near(random, plus(reach, rest), 400), force), within(manner.contactMs));
  for (let part = 1; part <= 3; part++) {
    const peak = scaled(near(random, rest, 900), force * between(random, 0.35, 0.7) * (1.15 - 0.15 * part));
    pushes.push(...impact(stage, part * 130 + between(random, -30, 30), peak, between(random, 60, 100)));
  }
  stage.move({ lastsMs: 900, to: rest, turnMs: between(random, 250, 400), tremorMg: 80, pushes });
  unrest(stage, 3);
}

/** Lying on the floor. */
function lieThere(stage: Stage): void {
  const { random } = stage;
  stage.move({ lastsMs: between(random, 3_000, 20_000), tremorMg: 6 });
  stage.move({ lastsMs: between(random, 700, 1500), to: near(random, stage.up(), 200), tremorMg: 15 });
}

export const fall: Activity = { enter: (stage, how) => tumble(stage, how, FROM_STANDING), goOn: lieThere };

export const fallFromChair: Activity = { enter: (stage, how) => tumble(stage, how, FROM_CHAIR), goOn: lieThere };

/** Sitting down, and past the chair: backwards unless said otherwise. */
export const missChair: Activity = {
  enter(stage, how) {
    const { random } = stage;
    const half = near(random, plus(HANGING, LAP), 300);
    stage.move({ lastsMs: between(random, 500, 900), to: half, tremorMg: 20 });
    tumble(stage, how ?? "backwards", PAST_CHAIR);
  },
  goOn: lieThere,
};

/** From the floor: over to the side, on hands and knees, a pull at something firm, and standing. */
export const getUp: Activity = {
  enter(stage) {
    const { random } = stage;
    const effort = (pose: Vector) => scaled(near(random, pose, 700), between(random, 0.15, 0.6));
    for (let turn = 0; turn < 2; turn++) {
      const pose = near(random, ON_FLOOR, 400);
      const pushes = [blow(300, 400, effort(pose)), blow(between(random, 600, 900), 120, effort(pose))];
      stage.move({ lastsMs: between(random, 1000, 2500), to: pose, turnMs: 900, tremorMg: 40, pushes });
    }
    const pull = near(random, plus(ON_FLOOR, HANGING), 400);
    stage.move({ lastsMs: between(random, 1200, 2500), to: pull, tremorMg: 50, pushes: [blow(200, 700, effort(pull))] });
    settle(stage, HANGING, 150);
  },
  goOn: (stage) =>
    stage.move({ lastsMs: between(stage.random, 2000, 8000), to: near(stage.random, HANGING, 120), tremorMg: 15 }),
};

/** One of the rests, at least 25 degrees from `before` when there is one such: nobody falls and keeps the arm as it was. */
function awayFrom(stage: Stage, before: Vector, rests: readonly Vector[]): Vector {
  const first = below(stage.random, rests.length);
  for (let i = 0; i < rests.length; i++) {
    const rest = near(stage.random, rests[(first + i) % rests.length], 450);
    if (dot(rest, before) < 906_000) return rest;
  }
  return near(stage.random, rests[first], 200);
}
