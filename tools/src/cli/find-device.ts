import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import type { Manifest } from "@songbai/sdk/device/manifest";
import { readChecked } from "@songbai/sim/scenario/checked-file";
import { InputError } from "@songbai/sim/scenario/input-error";

export interface FoundDevice {
  readonly name: string;
  readonly folder: string;
  readonly main: string;
  readonly manifest: Manifest;
}

/** Whether it listens to LoRaWAN all the time, so that the hub calls it at once: class C of its manifest. */
export const isContinuous = ({ manifest }: FoundDevice): boolean => manifest.bearers.lorawan?.class === "C";

const require = createRequire(import.meta.url);
const DEVICES = dirname(require.resolve("@songbai/devices/package.json"));

/** Names of the reference devices. */
export function deviceNames(): string[] {
  return readdirSync(DEVICES).filter((name) => existsSync(join(DEVICES, name, "main.ts")));
}

/** A reference device by its name, or a folder with `main.ts` and `manifest.json`. Throws `InputError`. */
export function findDevice(nameOrFolder: string): FoundDevice {
  const isName = /^[a-z][a-z0-9-]*$/.test(nameOrFolder);
  const folder = isName ? join(DEVICES, nameOrFolder) : resolve(nameOrFolder);
  const main = join(folder, "main.ts");
  if (!existsSync(main)) {
    throw new InputError(
      isName
        ? `There is no device "${nameOrFolder}"; there are ${deviceNames().join(", ")}, or name a folder such as ./my-device.`
        : `The folder ${nameOrFolder} holds no main.ts; a device program is a folder with main.ts and manifest.json.`,
    );
  }
  const schema = require(join(DEVICES, "manifest.schema.json")) as object;
  const manifest = readChecked<Manifest>(join(folder, "manifest.json"), "manifest", schema);
  return { name: manifest.id, folder, main, manifest };
}
