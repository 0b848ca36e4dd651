import { below } from "@songbai/sdk/lang/prng";
import type { Activity } from "./activity.ts";
import { AT_FEET, CLAPPING, DOOR_HANDLE, HANGING, RAISED_FIST, TABLE } from "./pose.ts";
import { blow, ring } from "./push.ts";
import { fidget, settle, stand, unrest } from "./resting.ts";
import { between, near, scaled } from "./vector.ts";
import { CLAP, GAIT, UNREST, WIPE } from "./wave.ts";

export const clap: Activity = {
  enter: (stage) => settle(stage, CLAPPING, 150),
  goOn(stage) {
    const waveMs = between(stage.random, 380, 450);
    const to = near(stage.random, stage.up(), 60);
    const gain = 1.9 * stage.traits.vigour * between(stage.random, 0.75, 1.3);
    stage.move({ lastsMs: waveMs, to, wave: CLAP, waveMs, gain, tremorMg: 20 });
  },
};

/** A fist on the table, once; then sitting at it. */
export const hitTable: Activity = {
  enter(stage) {
    const { random } = stage;
    const table = near(random, TABLE, 80);
    stage.move({ lastsMs: 600, to: near(random, RAISED_FIST, 100), tremorMg: 15 });
    const down = blow(20, 230, scaled(table, -between(random, 0, 0.8)));
    const strike = blow(250, between(random, 35, 70), scaled(near(random, table, 400), between(random, 0.4, 4)));
    const after = ring(290, between(random, 250, 450), scaled(near(random, table, 700), between(random, 0.25, 0.85)));
    stage.move({ lastsMs: 900, to: table, turnMs: 250, tremorMg: 15, pushes: [down, strike, after] });
    unrest(stage, 4);
  },
  goOn: (stage) => fidget(stage, TABLE, 15_000, 60_000),
};

/** To the handle, down, the door pulled open, two steps, the door pushed shut. */
export const door: Activity = {
  enter(stage) {
    const { random, traits } = stage;
    const tug = () => scaled(near(random, DOOR_HANDLE, 900), between(random, 0.25, 0.85));
    const press = blow(900, 80, tug());
    stage.move({ lastsMs: 1400, to: near(random, DOOR_HANDLE, 150), turnMs: 850, tremorMg: 25, pushes: [press] });
    const pull = [blow(50, 80, tug()), ring(130, 350, tug())];
    stage.move({ lastsMs: 900, to: near(random, DOOR_HANDLE, 400), turnMs: 700, tremorMg: 30, pushes: pull });
    const steps = { wave: GAIT, waveMs: traits.strideMs, gain: 0.6 * traits.vigour, startGain: 0.2 };
    stage.move({ lastsMs: traits.strideMs, to: near(random, HANGING, 300), tremorMg: 30, ...steps });
    const shut = [blow(550, 80, tug()), ring(630, 350, tug())];
    stage.move({ lastsMs: 1200, to: near(random, DOOR_HANDLE, 300), turnMs: 600, tremorMg: 30, pushes: shut });
    settle(stage, HANGING, 120);
  },
  goOn: stand.goOn,
};

/** Wiping and sweeping, a thing picked up, a knock of the hand against something. */
export const housework: Activity = {
  enter: (stage) => settle(stage, TABLE, 300),
  goOn(stage) {
    const { random, traits } = stage;
    const waveMs = between(random, 550, 1100);
    const strokes = 4 + below(random, 12);
    const gain = traits.vigour * between(random, 0.6, 1.8);
    stage.move({ lastsMs: waveMs * strokes, wave: WIPE, waveMs, gain, tremorMg: 30 });
    const knock = scaled(near(random, TABLE, 900), between(random, 0.2, below(random, 8) === 0 ? 2.2 : 0.8));
    const pushes = [blow(500, between(random, 30, 80), knock), ring(570, 200, scaled(knock, 0.3))];
    const to = near(random, below(random, 3) === 0 ? HANGING : TABLE, 500);
    stage.move({ lastsMs: between(random, 900, 2500), to, turnMs: 800, tremorMg: 25, pushes });
  },
};

/** Down to the shoes, the laces with both hands, and up again. */
export const tieShoes: Activity = {
  enter(stage) {
    const { random } = stage;
    const feet = () => near(random, AT_FEET, 250);
    const squat = blow(200, 500, scaled(stage.up(), -between(random, 0.1, 0.3)));
    const stop = blow(900, 200, scaled(near(random, AT_FEET, 300), between(random, 0.3, 0.7)));
    stage.move({ lastsMs: 1300, to: feet(), turnMs: 1000, tremorMg: 30, pushes: [squat, stop] });
    for (let pull = 0; pull < 5; pull++) {
      const lace = scaled(near(random, AT_FEET, 1200), between(random, 0.6, 1.9));
      const pushes = [blow(250, between(random, 90, 180), lace), ring(400, between(random, 350, 500), scaled(lace, -0.8))];
      const unsteady = { wave: UNREST, waveMs: 2000, gain: between(random, 1, 4) };
      stage.move({ lastsMs: between(random, 700, 1200), to: feet(), turnMs: 600, tremorMg: 40, pushes, ...unsteady });
    }
    const rise = blow(100, 600, scaled(AT_FEET, between(random, 0.1, 0.35)));
    stage.move({ lastsMs: 1400, to: near(random, HANGING, 150), turnMs: 1200, tremorMg: 30, pushes: [rise] });
  },
  goOn: stand.goOn,
};
