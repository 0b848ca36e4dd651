/** What a device needs of its board, and the sentence that refuses a board without it. */
import { join, relative } from "node:path";
import type { Manifest } from "@songbai/sdk/device/manifest";
import { lineOf } from "@songbai/sim/scenario/checked-file";
import { InputError } from "@songbai/sim/scenario/input-error";
import type { FoundDevice } from "../cli/find-device.ts";
import { boardNames, type Capability, findBoard, type Profile } from "./profile.ts";

interface Need {
  readonly capability: Capability;
  /** Path of the key in the manifest that asks for it. */
  readonly key: readonly string[];
}

function needsOf({ sensors, bearers, inputs, actuators }: Manifest): Need[] {
  const needs: Need[] = [];
  if (sensors.accelerometer !== undefined) needs.push({ capability: "accelerometer", key: ["sensors", "accelerometer"] });
  if (bearers.lorawan !== undefined) needs.push({ capability: "lora", key: ["bearers", "lorawan"] });
  if (bearers.ble !== undefined) needs.push({ capability: "ble", key: ["bearers", "ble"] });
  if (bearers.cellular !== undefined) needs.push({ capability: "modem", key: ["bearers", "cellular"] });
  for (const input of inputs ?? []) needs.push({ capability: input as Capability, key: ["inputs"] });
  for (const actuator of actuators ?? []) needs.push({ capability: actuator as Capability, key: ["actuators"] });
  return needs;
}

/** Throws `InputError` for the first thing that the device asks for and the board does not have. */
export function checkNeeds(device: FoundDevice, profile: Profile): void {
  const file = join(device.folder, "manifest.json");
  const at = (key: readonly string[]) => `${relative(".", file)}:${lineOf(file, key)}`;
  for (const { capability, key } of needsOf(device.manifest)) {
    if (profile.capabilities.includes(capability)) continue;
    throw new InputError(
      `The board ${profile.id} has no ${capability}, which ${at(key)} asks for (${key.join(".")})${instead(capability, profile)}.`,
    );
  }
  const misfit = misfitOf(device.manifest, profile);
  if (misfit === undefined) return;
  const { name, value, possible } = misfit;
  throw new InputError(
    `${at(["sensors", "accelerometer", name])}: the accelerometer of ${profile.id} cannot do ${name} ${value}; it can do ${possible}.`,
  );
}

function instead(capability: Capability, profile: Profile): string {
  const reason = profile.lacks?.[capability];
  if (reason !== undefined) return `: ${reason}`;
  const others = boardNames().filter((name) => findBoard(name).profile.capabilities.includes(capability));
  return others.length === 0 ? "" : `; boards that have it are ${others.join(", ")}`;
}

interface Misfit {
  readonly name: string;
  readonly value: number;
  readonly possible: string;
}

/** A setting of the accelerometer that the part does not have. */
function misfitOf(manifest: Manifest, profile: Profile): Misfit | undefined {
  const settings = manifest.sensors.accelerometer;
  const part = profile.parts?.accelerometer;
  if (settings === undefined || part === undefined) return undefined;
  const { rateHz, rangeG, watermark } = settings;
  const { ratesHz, rangesG, mostSamples } = part;
  if (ratesHz !== undefined && !ratesHz.includes(rateHz))
    return { name: "rateHz", value: rateHz, possible: ratesHz.join(", ") };
  if (rangesG !== undefined && !rangesG.includes(rangeG))
    return { name: "rangeG", value: rangeG, possible: rangesG.join(", ") };
  if (mostSamples !== undefined && watermark > mostSamples)
    return { name: "watermark", value: watermark, possible: `1 to ${mostSamples}` };
  return undefined;
}
