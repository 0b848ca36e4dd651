/** EU863-870 (RP002-1.0.x, section 2.4), with the duty cycles of ETSI EN 300 220-2. DR7 (FSK) is not used. */
import { dynamicPlan } from "./dynamic-plan.ts";
import type { Plan } from "./plan.ts";

const MAX_PAYLOAD = [51, 51, 51, 115, 242, 242, 242];

/** Sub-bands: 1 % but for 868.7 to 869.2 MHz (0.1 %) and 869.4 to 869.65 MHz (10 %). */
function dutyPart(hz: number): number {
  if (hz >= 868700000 && hz < 869200000) return 1000;
  return hz >= 869400000 && hz < 869650000 ? 10 : 100;
}

export function eu868(): Plan {
  return dynamicPlan({
    name: "eu868",
    firstHz: 868100000,
    channels: 3,
    maxPayload: MAX_PAYLOAD,
    maxPayloadDwell: MAX_PAYLOAD,
    startRate: 0,
    rx1Rate: (rate, offset) => (rate > offset ? rate - offset : 0),
    mostRx1Offset: 5,
    rx2Hz: 869525000,
    rx2Rate: 0,
    lowestHz: 863000000,
    highestHz: 870000000,
    joinRates: 6,
    listenFirst: false,
    dutyPart,
    dwellLimits: false,
  });
}
