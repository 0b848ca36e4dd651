/** songbai command: says something to a device that a hub's data folder knows. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@songbai/sim/scenario/input-error";
import type { Command } from "commander";
import { hub } from "../hub/hub.ts";
import { fileStore } from "../hub/store/store.ts";
import { parseLabelledId } from "../provision/device-id.ts";
import { integerOption } from "./options.ts";

interface CommandOptions {
  data: string;
  seconds?: string;
  expires?: string;
  json?: boolean;
}

/** No gateway is asked anything here. */
const ANY_SUB_BAND = 0;

export function addCommand(program: Command): void {
  program
    .command("command")
    .description(
      "say something to a device, with the next frame that it is heard by: locate, interval, ring, cancel-alarm, set-time",
    )
    .argument("<device>", "its id, as its label has it")
    .argument("<command>", "locate, interval, ring, cancel-alarm or set-time")
    .requiredOption("--data <dir>", "the hub's data folder; the hub itself must not be running: to that one, publish on MQTT")
    .option("--seconds <number>", "how long it rings (0 to 600), or from one report to the next (60 to 86400)")
    .option("--expires <time>", "not after that, such as 2026-03-02T12:00:00Z")
    .option("--json", "print one JSON object and nothing else")
    .addHelpText("after", "\nExample:\n  songbai command 7A3F-11C0-2FEC-7A21 ring --seconds 30 --data ./hub-data")
    .action(give);
}

function give(device: string, command: string, options: CommandOptions): void {
  if (!existsSync(join(options.data, "hub.db"))) {
    throw new InputError(`There is no hub's store in ${options.data}; songbai run <device> --data ${options.data} makes one.`);
  }
  const deviceId = parseLabelledId(device);
  const json = {
    command,
    ...(options.seconds === undefined ? {} : { seconds: integerOption("--seconds", options.seconds, 0, 86_400) }),
    ...(options.expires === undefined ? {} : { expires: options.expires }),
  };
  const store = fileStore(options.data);
  try {
    const given = hub({ store, subBand: ANY_SUB_BAND, publish: () => {} }).command(deviceId, json, Date.now() / 1000);
    if ("rejected" in given) throw new InputError(`Refused: ${given.rejected}.`);
    const { number } = given;
    process.stdout.write(
      options.json === true
        ? `${JSON.stringify({ device, command, number })}\n`
        : `Command ${number} waits for ${device}; its answer will have that number.\n`,
    );
  } finally {
    store.close();
  }
}
