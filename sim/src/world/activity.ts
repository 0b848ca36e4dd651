import type { FallDirection } from "./pose.ts";
import type { Stage } from "./stage.ts";

/**
 * How an activity moves the wrist: `enter` puts on its beginning, `goOn` the next stretch of it (at least one movement), again and
 * again until the timeline says something else.
 */
export interface Activity {
  enter(stage: Stage, how?: FallDirection): void;
  goOn(stage: Stage): void;
}
