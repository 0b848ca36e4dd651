/** The truth that there is: the rule `outing` of log-analyses.aln, read again in TypeScript. */
import { APPLIANCE, CONTACT, DOOR, MOTION } from "@songbai/sdk/sensing/routine/kinds";
import type { Home } from "./home-events.ts";

export interface Stay {
  readonly from: number;
  readonly until: number;
}

/** The rule's own list of motion detectors leaves MotionD_Ba out, and its coffee maker is misspelt. */
const NOT_IN_THE_RULE = ["MotionD_Ba", "EMeter_Coffeemaker"];
const LONGER_THAN_S = 600;

/**
 * `holds(no_activity, between(dn("ContactS_E"), up("ContactS_E")) > 10min)`: the door was closed for more than ten minutes, and all
 * that time no detector and no appliance went on and no other contact moved. Known only when the door opens again.
 */
export function outingsByRule({ sensors, reports }: Home): Stay[] {
  const on = sensors.map(() => false);
  const found: Stay[] = [];
  let closed: number | undefined;
  let quiet = true;
  for (const { second, sensor, on: now } of reports) {
    const before = on[sensor];
    on[sensor] = now;
    if (before === now || NOT_IN_THE_RULE.includes(sensors[sensor].name)) continue;
    const { kind } = sensors[sensor];
    if (kind === DOOR) {
      if (now && closed !== undefined && quiet && second - closed > LONGER_THAN_S) found.push({ from: closed, until: second });
      closed = now ? undefined : second;
      quiet = true;
    } else if (kind === CONTACT || ((kind === MOTION || kind === APPLIANCE) && now)) quiet = false;
  }
  return found;
}
