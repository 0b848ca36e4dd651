import { GAIT } from "./gait/evaluate.ts";
import { HEART } from "./heart/evaluate.ts";
import { RHYTHM } from "./rhythm/evaluate.ts";
import { ROUTINE } from "./routine/evaluate.ts";
import type { Sense } from "./sense/sense.ts";
import { SLEEP } from "./sleep/evaluate.ts";
import { OXYGEN } from "./spo2/evaluate.ts";
import { STEPS } from "./steps/evaluate.ts";

/** What `songbai eval` can measure beside falls. */
export const SENSES: readonly Sense[] = [GAIT, HEART, OXYGEN, RHYTHM, ROUTINE, SLEEP, STEPS];
