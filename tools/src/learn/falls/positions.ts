import { ankle } from "@songbai/sdk/sensing/fall/ankle";
import { chest } from "@songbai/sdk/sensing/fall/chest";
import { insole } from "@songbai/sdk/sensing/fall/insole";
import type { FallPosition } from "@songbai/sdk/sensing/fall/position";
import { waist } from "@songbai/sdk/sensing/fall/waist";
import { wrist } from "@songbai/sdk/sensing/fall/wrist";
import type { PositionName } from "./recordings/datasets.ts";

const LEARNT: Record<PositionName, FallPosition> = { wrist, waist, chest, ankle, insole };

/** What the SDK's detector has learnt of a place on the body. */
export function learntAt(name: PositionName): FallPosition {
  return LEARNT[name];
}
