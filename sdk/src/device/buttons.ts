/** Presses of one button: short ones, and long ones that are told while the button is still down. */

import type { Button } from "../board/button.ts";
import type { Timers } from "../board/clock.ts";

const LONG_PRESS_MS = 3000;

export interface Presses {
  /** The button came up before it was a long press. */
  readonly onPress: (listener: () => void) => void;
  /** The button is down for three seconds. */
  readonly onLongPress: (listener: () => void) => void;
}

function ignore(): void {}

export function presses(button: Button | undefined, timers: Timers): Presses {
  let short = ignore;
  let long = ignore;
  let timer = 0;
  if (button !== undefined) {
    button.onChange((pressed) => {
      if (pressed) {
        timers.cancel(timer);
        timer = timers.after(LONG_PRESS_MS, () => {
          timer = 0;
          long();
        });
      } else if (timer !== 0) {
        timers.cancel(timer);
        timer = 0;
        short();
      }
    });
  }
  return {
    onPress: (listener) => {
      short = listener;
    },
    onLongPress: (listener) => {
      long = listener;
    },
  };
}
