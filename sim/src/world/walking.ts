import type { Activity } from "./activity.ts";
import { ARMS_OUT, HANGING, REACHING, RUNNING } from "./pose.ts";
import { blow, impact, ring } from "./push.ts";
import { stand, unrest } from "./resting.ts";
import type { Stage } from "./stage.ts";
import { between, near, scaled, type Vector } from "./vector.ts";
import { GAIT, RUN } from "./wave.ts";

export const walk: Activity = {
  enter(stage) {
    const { strideMs, vigour } = stage.traits;
    const to = near(stage.random, HANGING, 80);
    stage.move({ lastsMs: strideMs, to, wave: GAIT, waveMs: strideMs, startGain: 0, gain: vigour, tremorMg: 30 });
  },
  goOn(stage) {
    for (let strides = 0; strides < 7; strides++) stride(stage, 1);
    stride(stage, 1, 1, near(stage.random, HANGING, 180));
  },
};

/** Up a flight with the slow steps, down one with the hard ones, and so on. */
export const stairs: Activity = {
  enter: walk.enter,
  goOn(stage) {
    const down = between(stage.random, 0, 1) < 0.5;
    const force = down ? 1.8 : 1.2;
    for (let step = 0; step < 8; step++) stride(stage, down ? 1 : 0.85, force, near(stage.random, HANGING, 250));
  },
};

/** Running slowly: the elbows bent, both feet in the air twice a stride. Elders do not; the recordings have it. */
export const jog: Activity = {
  enter(stage) {
    const { random } = stage;
    stage.move({ lastsMs: 700, to: near(random, RUNNING, 150), wave: RUN, waveMs: 700, startGain: 0, gain: 0.8, tremorMg: 60 });
  },
  goOn(stage) {
    const { random, traits } = stage;
    const waveMs = traits.strideMs * between(random, 0.6, 0.66);
    const gain = (0.5 + 0.5 * traits.vigour) * between(random, 0.8, 1.25);
    const to = near(random, RUNNING, 250);
    stage.move({ lastsMs: waveMs, to, wave: RUN, waveMs, gain, tremorMg: 90 });
  },
};

/** A small jump for something high up: the knees bend, the arm goes up, a moment in the air, the feet. */
export const jump: Activity = {
  enter(stage) {
    const { random } = stage;
    const reach = near(random, REACHING, 200);
    const upMs = between(random, 350, 550);
    const flightMs = between(random, 100, 260);
    const dip = scaled(stage.up(), -between(random, 0.1, 0.3));
    const push = scaled(near(random, reach, 500), between(random, 0.5, 1.3));
    stage.move({
      lastsMs: 300 + upMs + flightMs,
      to: reach,
      turnMs: 300 + upMs,
      tremorMg: 30,
      pushes: [
        blow(0, 300, dip),
        blow(300, upMs, push),
        blow(300 + upMs - 40, flightMs + 80, scaled(reach, -between(random, 0.05, 0.7))),
      ],
    });
    const feet = scaled(near(random, reach, 600), between(random, 1.3, 3.1));
    const pushes = impact(stage, 0, feet, between(random, 90, 150));
    pushes.push(ring(260, 400, scaled(feet, between(random, 0.6, 1.2))));
    stage.move({ lastsMs: 1100, to: near(random, HANGING, 500), turnMs: between(random, 600, 1000), tremorMg: 30, pushes });
    unrest(stage, 8);
  },
  goOn: stand.goOn,
};

/** A foot catches: a jerk of 2 to 3.6 g, the arms fly out, two hurried strides, and on it goes. */
export const stumble: Activity = {
  enter(stage) {
    const { random } = stage;
    const out = near(random, ARMS_OUT, 200);
    const jerk = scaled(near(random, stage.up(), 500), between(random, 1.3, 3.4));
    stage.move({
      lastsMs: 750,
      to: out,
      tremorMg: 40,
      pushes: [
        blow(0, 180, scaled(stage.up(), -between(random, 0, 0.6))),
        blow(180, between(random, 90, 150), jerk),
        ring(300, 450, scaled(jerk, 0.8)),
      ],
    });
    const { strideMs, vigour } = stage.traits;
    const to = near(random, HANGING, 350);
    stage.move({ lastsMs: strideMs, to, wave: GAIT, waveMs: strideMs, startGain: 0, gain: 1.8 * vigour, tremorMg: 40 });
    stride(stage, 1.25);
    stride(stage, 1.15);
  },
  goOn: walk.goOn,
};

/** One stride, a little longer or shorter, stronger or weaker than the last. */
function stride(stage: Stage, haste: number, force = haste, to?: Vector): void {
  const { random, traits } = stage;
  const waveMs = (traits.strideMs / haste) * between(random, 0.96, 1.04);
  stage.move({
    lastsMs: waveMs,
    ...(to === undefined ? {} : { to }),
    wave: GAIT,
    waveMs,
    gain: traits.vigour * force * between(random, 0.8, 1.2),
    tremorMg: 30,
  });
}
