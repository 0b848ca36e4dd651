/** songbai provision hub: enrols the devices of a key file with a hub's store. */
import type { Command } from "commander";
import { fileStore } from "../hub/store/store.ts";
import { enrolmentsOf } from "../provision/registry.ts";
import {
  JSON_OUTPUT,
  KEYS,
  type KeyFileOptions,
  opened,
  PASSPHRASE_FD,
  PASSPHRASE_HELP,
  printJson,
} from "./provision-options.ts";

interface HubOptions extends KeyFileOptions {
  data: string;
}

export function addProvisionHub(provision: Command): void {
  provision
    .command("hub")
    .description("enrol the devices of a key file with a hub (平台)")
    .requiredOption(...KEYS)
    .requiredOption("--data <dir>", "the hub's data folder; made when there is none. It will hold the devices' keys")
    .option(...PASSPHRASE_FD)
    .option(...JSON_OUTPUT)
    .addHelpText("after", `${PASSPHRASE_HELP}\n\nExample:\n  songbai provision hub --keys vendor.keys --data hub-data`)
    .action(hub);
}

async function hub(options: HubOptions): Promise<void> {
  const { vault } = await opened(options);
  const enrolments = enrolmentsOf(vault);
  const store = fileStore(options.data);
  try {
    for (const enrolment of enrolments) store.enrol(enrolment);
  } finally {
    store.close();
  }
  if (options.json === true) return printJson({ data: options.data, enrolled: enrolments.length });
  process.stdout.write(`${enrolments.length} devices are enrolled with the hub of ${options.data}.\n`);
}
