import { chest } from "@songbai/sdk/sensing/fall/chest";
import type { FallPosition } from "@songbai/sdk/sensing/fall/position";
import { waist } from "@songbai/sdk/sensing/fall/waist";
import { wrist } from "@songbai/sdk/sensing/fall/wrist";
import { InputError } from "@songbai/sim/scenario/input-error";
import type { PositionName } from "./recordings/datasets.ts";

const LEARNT: Partial<Record<PositionName, FallPosition>> = { wrist, waist, chest };

/** Places on the body that the detector knows. */
export const LEARNT_POSITIONS = Object.keys(LEARNT) as PositionName[];

/** What the SDK's detector has learnt of a place on the body. Throws `InputError` where it has learnt nothing yet. */
export function learntAt(name: PositionName): FallPosition {
  const position = LEARNT[name];
  if (position === undefined) {
    throw new InputError(`There is no fall detector for the ${name} yet; there is one for ${LEARNT_POSITIONS.join(", ")}.`);
  }
  return position;
}
