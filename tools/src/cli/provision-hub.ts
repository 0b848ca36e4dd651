/** songbai provision hub: enrols the devices of a key file with a hub's store. */
import type { Command } from "commander";
import type { Enrolment } from "../hub/store/device.ts";
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
  // Enrolling a revoked device would take it in again.
  const welcome = ({ deviceId }: Enrolment) => store.device(deviceId)?.state !== "revoked";
  let enrolled: Enrolment[];
  try {
    enrolled = enrolments.filter(welcome);
    for (const enrolment of enrolled) store.enrol(enrolment);
  } finally {
    store.close();
  }
  const revoked = enrolments.length - enrolled.length;
  if (options.json === true) return printJson({ data: options.data, enrolled: enrolled.length, revoked });
  const rest = revoked === 0 ? "" : `; ${revoked} are revoked there and stay so`;
  process.stdout.write(`${enrolled.length} devices are enrolled with the hub of ${options.data}${rest}.\n`);
}
