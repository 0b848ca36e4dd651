/**
 * AS923 (RP002-1.0.x, section 2.10), groups 1 to 4. Uplinks begin under the 400 ms dwell limit, until TxParamSetupReq lifts it.
 * Listening first, which Japan asks for, is on. DR7 (FSK) is not used.
 */
import { dynamicPlan } from "./dynamic-plan.ts";
import type { Plan } from "./plan.ts";

const FIRST_HZ = 923200000;
const DWELL_RATE = 2;
/** Hz by group: AS923-1, -2, -3, -4. */
const GROUP_OFFSET_HZ = [0, -1800000, -6600000, -5900000];

/** Offsets 6 and 7 raise the rate by one and two; it goes no higher than DR5 then. */
function rx1Rate(rate: number, offset: number, dwell: boolean): number {
  const least = dwell ? DWELL_RATE : 0;
  const found = offset > 5 ? rate + offset - 5 : rate - offset;
  const most = found > 5 && offset > 5 ? 5 : found;
  return most < least ? least : most;
}

/** Group 1..4. */
export function as923(group: number): Plan {
  const firstHz = FIRST_HZ + GROUP_OFFSET_HZ[group - 1];
  return dynamicPlan({
    name: "as923",
    firstHz,
    channels: 2,
    maxPayload: [51, 51, 115, 115, 242, 242, 242],
    maxPayloadDwell: [0, 0, 11, 53, 125, 242, 242],
    startRate: DWELL_RATE,
    rx1Rate,
    mostRx1Offset: 7,
    rx2Hz: firstHz,
    rx2Rate: DWELL_RATE,
    lowestHz: 915000000,
    highestHz: 928000000,
    joinRates: 4,
    listenFirst: true,
    dutyPart: () => 1,
    dwellLimits: true,
  });
}
