/** songbai hub: what a hub's data folder holds, and records that come by another way than LoRaWAN. */
import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@songbai/sim/scenario/input-error";
import type { Command } from "commander";
import { receiveLines } from "../hub/lines.ts";
import { named, readObservations } from "../hub/opened.ts";
import { fileStore, type Store } from "../hub/store/store.ts";
import { printedId } from "../provision/demo.ts";
import { parseLabelledId } from "../provision/device-id.ts";
import { type HubDoorOptions, serveDoors } from "./hub-doors.ts";
import { linkFacts, linkText } from "./link-text.ts";
import { integerOption } from "./options.ts";

interface HubOptions {
  data: string;
  device?: string;
  after: string;
  limit: string;
  json?: boolean;
}

export function addHub(program: Command): void {
  const hub = program
    .command("hub")
    .description(
      "a hub for LoRaWAN gateways (--udp) and cellular devices (--broker, --coap); what its data folder holds; records that come by another way",
    )
    .option("--udp <port>", "listen for gateways that speak the Semtech UDP protocol, 1700 by habit; 0: any free port")
    .option("--broker <url>", "take records that devices publish to songbai/v1/<device>/up at that broker, and answer on /down")
    .option("--coap <port>", "listen for records by CoAP, 5683 by habit; 0: any free one")
    .option("--address <address>", "listen on this address of the machine; the protocols authenticate nobody", "127.0.0.1")
    .option("--sub-band <number>", "eight channels of CN470, 0 to 11, for downlinks", "10")
    .option("--data <dir>", "the hub's data folder (default: in memory)")
    .option("--demo <device>", "know the simulated device of seed 1, such as bracelet")
    .option("--mqtt <url>", "broker to publish to; what is published is printed as well, a JSON line each")
    .addHelpText(
      "after",
      "\nExamples:\n  songbai run bracelet --data ./hub-data && songbai hub records --data ./hub-data\n  songbai hub --udp 1700 --demo bracelet     and elsewhere: songbai run bracelet --gateway 127.0.0.1:1700",
    )
    .action((options: Partial<HubDoorOptions>) => {
      if (options.udp === undefined && options.broker === undefined && options.coap === undefined) {
        return hub.help({ error: true });
      }
      return serveDoors(options as HubDoorOptions);
    });
  const part = (name: string, description: string, example: string) =>
    hub
      .command(name)
      .description(description)
      .requiredOption("--data <dir>", "the hub's data folder, such as songbai run --data makes")
      .addHelpText("after", `\nExample:\n  ${example}`);
  part(
    "devices",
    "list the devices that are enrolled: their records, LoRaWAN sessions, data rate (ADR) and signal",
    "songbai hub devices --data ./hub-data --json",
  )
    .option("--json", "print one JSON object and nothing else")
    .action((options: HubOptions) => within(options.data, (store) => listDevices(store, options)));
  part("records", "list the records that are stored", "songbai hub records --data ./hub-data --device 7A3F-11C0-2FEC-7A21")
    .option("--device <id>", "of this device only, as its label has it")
    .option("--after <number>", "those that arrived after this one", "0")
    .option("--limit <number>", "at most so many", "1000")
    .option("--json", "print one JSON object and nothing else")
    .action((options: HubOptions) => within(options.data, (store) => listRecords(store, options)));
  part(
    "receive",
    'take sealed records, a JSON line each: {"device": id, "received": seconds since 1970, "record": hexadecimal}; answer each with a JSON line once it is stored, with the acknowledgement to hand to the device, sealed for it',
    "songbai hub receive --data ./hub-data records.jsonl",
  )
    .argument("[file]", "file of lines (default: standard input)")
    .action((file: string | undefined, options: HubOptions) => within(options.data, (store) => receive(store, file)));
}

async function within(folder: string, act: (store: Store) => void | Promise<void>): Promise<void> {
  if (!existsSync(join(folder, "hub.db"))) {
    throw new InputError(`There is no hub's store in ${folder}; songbai run <device> --data ${folder} makes one.`);
  }
  const store = fileStore(folder);
  try {
    await act(store);
  } finally {
    store.close();
  }
}

function listDevices(store: Store, { json }: HubOptions): void {
  const devices = store.devices().map((device) => ({
    device: printedId(device.deviceId),
    state: device.state,
    suite: device.suite,
    epoch: device.epoch,
    certificate: device.certificate !== undefined,
    records: store.countOf(device.number),
    mayJoin: device.appKey !== undefined,
    sessions: store.sessionsOf(device.number).map(linkFacts),
  }));
  if (json === true) process.stdout.write(`${JSON.stringify({ devices })}\n`);
  else
    for (const { sessions, ...one } of devices) {
      process.stdout.write(`${one.device}  ${one.state}  epoch ${one.epoch}  ${one.records} records\n`);
      for (const session of sessions) process.stdout.write(`  LoRaWAN ${linkText(session)}\n`);
    }
}

function listRecords(store: Store, options: HubOptions): void {
  const most = 2 ** 31 - 1;
  const id = options.device === undefined ? undefined : parseLabelledId(options.device);
  const device = id === undefined ? undefined : store.device(id);
  if (id !== undefined && device === undefined) throw new InputError(`The device ${options.device} is not enrolled here.`);
  const names = new Map(store.devices().map(({ number, deviceId }) => [number, printedId(deviceId)]));
  const after = integerOption("--after", options.after, 0, Number.MAX_SAFE_INTEGER);
  const limit = integerOption("--limit", options.limit, 1, most);
  const records = store.records(after, limit, device?.number).map((record) => ({
    arrival: record.arrival,
    device: names.get(record.device),
    epoch: record.epoch,
    sequence: record.sequence,
    received: record.received,
    observations: (readObservations(record.plain, record.plain.length) ?? []).map(named),
  }));
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ records })}\n`);
    return;
  }
  for (const { device: name, epoch, sequence, received, observations } of records) {
    const texts = observations.map((one) =>
      [one.name, ...Object.entries(one.values).map(([key, value]) => `${key} ${value}`)].join(" "),
    );
    process.stdout.write(`${new Date(received * 1000).toISOString()}  ${name}  ${epoch}/${sequence}  ${texts.join(", ")}\n`);
  }
}

async function receive(store: Store, file: string | undefined): Promise<void> {
  if (file !== undefined && !existsSync(file)) throw new InputError(`There is no file ${file} to receive.`);
  const log = (sentence: string) => process.stderr.write(`${sentence}\n`);
  const lines = receiveLines(store, log);
  let rest = "";
  const input = file === undefined ? process.stdin : createReadStream(file);
  for await (const chunk of input.setEncoding("utf8")) {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() as string;
    // What came together is stored together.
    for (const answer of lines(parts)) process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  for (const answer of lines([rest])) process.stdout.write(`${JSON.stringify(answer)}\n`);
}
