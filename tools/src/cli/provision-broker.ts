/** songbai provision broker: users and passwords of the devices, for the list of an MQTT broker. */
import { writeFileSync } from "node:fs";
import { InputError } from "@songbai/sim/scenario/input-error";
import type { Command } from "commander";
import { brokerLoginOf } from "../provision/registry.ts";
import {
  JSON_OUTPUT,
  KEYS,
  type KeyFileOptions,
  opened,
  PASSPHRASE_FD,
  PASSPHRASE_HELP,
  printJson,
} from "./provision-options.ts";

interface BrokerOptions extends KeyFileOptions {
  out: string;
}

const OWNER_ONLY = 0o600;

export function addProvisionBroker(provision: Command): void {
  provision
    .command("broker")
    .description(
      "write users and passwords of the devices of a key file for their MQTT broker; mosquitto_passwd -U hashes them",
    )
    .requiredOption(...KEYS)
    .requiredOption("--out <file>", "a new file of lines user:password. It is secret")
    .option(...PASSPHRASE_FD)
    .option(...JSON_OUTPUT)
    .addHelpText("after", `${PASSPHRASE_HELP}\n\nExample:\n  songbai provision broker --keys vendor.keys --out passwords`)
    .action(broker);
}

async function broker(options: BrokerOptions): Promise<void> {
  const { vault } = await opened(options);
  const lines = vault.devices
    .map((device) => brokerLoginOf(vault, device))
    .map(({ user, password }) => `${user}:${password}\n`);
  try {
    writeFileSync(options.out, lines.join(""), { flag: "wx", mode: OWNER_ONLY });
  } catch (error) {
    const why =
      (error as NodeJS.ErrnoException).code === "EEXIST"
        ? "is there already"
        : `cannot be written (${(error as Error).message})`;
    throw new InputError(`The file ${options.out} ${why}; name a new one with --out.`);
  }
  if (options.json === true) return printJson({ out: options.out, devices: lines.length });
  process.stdout.write(`${lines.length} devices have users and passwords in ${options.out}.\n`);
}
