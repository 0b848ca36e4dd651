/** songbai command: says something to a device that a hub's data folder knows. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@songbai/sim/scenario/input-error";
import type { Command } from "commander";
import { readCommand } from "../hub/command.ts";
import { hub } from "../hub/hub.ts";
import { fileStore } from "../hub/store/store.ts";
import { printedId } from "../provision/demo.ts";
import { parseLabelledId } from "../provision/device-id.ts";
import { integerOption } from "./options.ts";

interface CommandOptions {
  data?: string;
  mqtt?: string;
  seconds?: string;
  expires?: string;
  json?: boolean;
}

interface CommandJson {
  readonly command: string;
  readonly seconds?: number;
  readonly expires?: string;
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
    .option("--mqtt <url>", "broker of a running hub: waits for the device's answer, exit status 1 where it expires unanswered")
    .option("--data <dir>", "leave it in the data folder of a hub that does not run now")
    .option("--seconds <number>", "how long it rings (0 to 600), or from one report to the next (60 to 86400)")
    .option("--expires <time>", "not after that, such as 2026-03-02T12:00:00Z")
    .option("--json", "print one JSON object and nothing else")
    .addHelpText("after", "\nExample:\n  songbai command 7A3F-11C0-2FEC-7A21 ring --seconds 30 --data ./hub-data")
    .action(give);
}

async function give(device: string, command: string, options: CommandOptions): Promise<void> {
  const { data, mqtt } = options;
  if ((data === undefined) === (mqtt === undefined)) {
    throw new InputError(
      "A command needs the broker of a running hub, --mqtt, or the data folder of one that does not run, --data.",
    );
  }
  const deviceId = parseLabelledId(device);
  const json = {
    command,
    ...(options.seconds === undefined ? {} : { seconds: integerOption("--seconds", options.seconds, 0, 86_400) }),
    ...(options.expires === undefined ? {} : { expires: options.expires }),
  };
  if (mqtt === undefined) leave(device, deviceId, json, data as string, options.json === true);
  else await ask(deviceId, json, mqtt, options.json === true);
}

/** Gives it to a hub that runs, and waits for what becomes of it. */
async function ask(deviceId: Uint8Array, json: CommandJson, url: string, asJson: boolean): Promise<void> {
  const read = readCommand(json, Date.now() / 1000);
  if ("fault" in read) throw new InputError(`Refused: ${read.fault}.`);
  const { commandOverMqtt } = await import("../hub/platform/command-over-mqtt.ts");
  const told = await commandOverMqtt({ url, deviceId, json, expiresS: read.expiresS });
  const { sentence, ...rest } = told;
  process.stdout.write(asJson ? `${JSON.stringify({ device: printedId(deviceId), command: json.command, ...rest })}\n` : "");
  if (!told.done) process.stderr.write(`${sentence}\n`);
  else if (!asJson) process.stdout.write(`${sentence}\n`);
  process.exitCode = told.done ? 0 : 1;
}

/** Leaves it for the hub that is started on the folder next. */
function leave(device: string, deviceId: Uint8Array, json: CommandJson, data: string, asJson: boolean): void {
  if (!existsSync(join(data, "hub.db"))) {
    throw new InputError(`There is no hub's store in ${data}; songbai run <device> --data ${data} makes one.`);
  }
  const store = fileStore(data);
  try {
    const given = hub({ store, subBand: ANY_SUB_BAND, publish: () => {} }).command(deviceId, json, Date.now() / 1000);
    if ("rejected" in given) throw new InputError(`Refused: ${given.rejected}.`);
    const { number } = given;
    process.stdout.write(
      asJson
        ? `${JSON.stringify({ device, command: json.command, number })}\n`
        : `Command ${number} waits for ${device}; its answer will have that number.\n`,
    );
  } finally {
    store.close();
  }
}
