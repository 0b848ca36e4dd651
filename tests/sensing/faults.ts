/** What goes wrong with sensors, and where each sense is held to it: a test by its file and a part of its name, or why there is none. */

export const FAULTS = [
  "flat line",
  "saturation",
  "lead off, not worn",
  "dropped FIFO",
  "drifted clock",
  "wrong axis map",
] as const;

export type Held = { readonly file: string; readonly test: string } | { readonly why: string };

const held = (file: string, test: string): Held => ({ file: `tests/sensing/${file}.test.ts`, test });
const none = (why: string): Held => ({ why });
const CLOCK = held("faults", "a clock that is off by a twelfth");

/** In the order of `FAULTS`. */
export const SENSES: Readonly<Record<string, readonly Held[]>> = {
  falls: [
    held("fall-doubt", "is of a sensor that freezes in the impact"),
    held("fall-doubt", "is of a sensor that stays at the end of its range"),
    held("fall-doubt", "is of a device that flew and lies stiller than a body"),
    held("fall-doubt", "forgets an impact whose signal was cut"),
    CLOCK,
    held("features", "are the same on the other wrist, and with the bracelet put on the other way round"),
  ],
  heart: [
    held("heart", "a flat line"),
    held("heart", "the end of the range"),
    held("heart", "no skin"),
    held("heart", "samples that are missing"),
    CLOCK,
    held("heart", "does not mind how the axes lie"),
  ],
  rhythm: [
    held("rhythm", "a flat line"),
    held("rhythm", "a saturated sensor"),
    held("rhythm", "a lead that is off"),
    held("rhythm", "begins a window anew after a gap"),
    CLOCK,
    none("one channel of light"),
  ],
  oxygen: [
    held("spo2", "a frozen infrared channel"),
    held("spo2", "a saturated red channel"),
    held("spo2", "a finger that is gone"),
    held("spo2", "forgets what was before a movement and before a gap"),
    CLOCK,
    held("faults", "channels that are exchanged"),
  ],
  "steps, activity": [
    held("activity", "a flat line"),
    held("activity", "values at the end of the range"),
    none("wear says so; a table takes no steps"),
    held("activity", "is STARTING at the start and behind a gap"),
    CLOCK,
    held("activity", "an axis that stands for two"),
  ],
  wear: [
    held("wear", "is of a frozen sensor within ten seconds"),
    held("faults", "an accelerometer at the end of its range"),
    held("wear", "is known within ten seconds where there is light"),
    held("wear", "is STARTING behind a gap"),
    CLOCK,
    held("faults", "axes in another order"),
  ],
  sleep: [
    held("sleep", "are unknown for a sensor that is frozen or stays at its range"),
    held("sleep", "are unknown for a sensor that is frozen or stays at its range"),
    held("sleep", "takes a device on the table for no sleeper"),
    held("sleep", "begin a new minute behind a gap"),
    CLOCK,
    held("sleep", "do not mind which axis is which"),
  ],
  temperature: [
    held("faults", "a thermometer that repeats itself"),
    held("temperature", "has no value when broken, shorted or off the body"),
    held("temperature", "has no value when broken, shorted or off the body"),
    held("temperature", "begins anew after a gap"),
    none("a trend that is wrong by a percent"),
    none("one value"),
  ],
  "gait, foot": [
    held("gait-foot", "stop within ten seconds of a flat line"),
    held("gait-foot", "stop within ten seconds of a saturated sensor"),
    held("gait-foot", "are none of a sensor that lies, is carried or shaken lightly"),
    held("gait-foot", "bear the loss of up to 120 ms, and begin anew behind a longer one"),
    held("gait-foot", "stop within ten seconds of a clock that is off by a twentieth"),
    held("gait-foot", "stop within ten seconds of walking on a sensor whose axes are others"),
  ],
  "gait, insole": [
    held("gait-insole", "a flat line under load"),
    held("gait-insole", "cells at the end of their range"),
    held("gait-insole", "an empty shoe"),
    held("gait-insole", "begin anew behind lost samples"),
    held("gait-insole", "stop within ten seconds of a clock that is off by a twentieth"),
    held("gait-insole", "cells in the wrong order"),
  ],
  position: [
    none("who rests does not move; a fix has its time of day"),
    none("no range"),
    held("position", "is silent while RMC warns"),
    held("position", "takes whatever comes: cut, long, changed in any place"),
    held("position", "is unknown 10 s after the last beacon"),
    none("no axes"),
  ],
  routine: [
    held("routine", "doubts itself while a daily sensor is still"),
    held("routine", "does not listen to a detector that reports day and night"),
    held("routine", "doubts itself while a daily sensor is still"),
    held("routine", "begins a new silence when the clock goes back, and when it is told of a gap"),
    held("routine", "begins a new silence when the clock goes back, and when it is told of a gap"),
    held("routine", "no sensor that it does not have"),
  ],
};
