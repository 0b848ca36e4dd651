/** songbai provision device: identities of devices, certified, enrolled, and what each of them is given. */
import { join } from "node:path";
import { InputError } from "@songbai/sim/scenario/input-error";
import type { Command } from "commander";
import { HARDWARE_BYTES, MODEL_BYTES } from "../provision/certificate.ts";
import { printedId } from "../provision/demo.ts";
import { type DeviceOrder, makeDevice } from "../provision/device.ts";
import { labelledId } from "../provision/device-id.ts";
import { codeAsPng, type LabelText, labelAsSvg } from "../provision/label.ts";
import type { Vault } from "../provision/vault.ts";
import { type NewFile, writeTogether } from "../provision/write-together.ts";
import { deviceNames, type FoundDevice, findDevice, isContinuous } from "./find-device.ts";
import { integerOption } from "./options.ts";
import {
  dateOption,
  JSON_OUTPUT,
  KEYS,
  type KeyFileOptions,
  opened,
  PASSPHRASE_FD,
  PASSPHRASE_HELP,
  printedDate,
  printJson,
  systemRandom,
  today,
} from "./provision-options.ts";
import { working } from "./working.ts";

interface DeviceOptions extends KeyFileOptions {
  model: string;
  hardware: string;
  imei?: string;
  suite: string;
  count: string;
  issued?: string;
  expires?: string;
  out: string;
}

const MOST_AT_ONCE = 10_000;

export function addProvisionDevice(provision: Command): void {
  provision
    .command("device")
    .description("make devices: identity (设备标识码), certificate (设备证书), enrolment, label (标签)")
    .requiredOption(...KEYS)
    .requiredOption("--model <device>", `${deviceNames().join(", ")}, or a folder with main.ts and manifest.json`)
    .option("--hardware <revision>", "hardware revision (硬件版本)", "1.0")
    .option("--imei <digits>", "IMEI of its modem, 15 digits; for a single device")
    .option("--suite <n>", "1: AES-CCM and SHA-256; 2: SM4-CCM and SM3 (国密); what the device program is built with", "1")
    .option("--count <n>", `how many, up to ${MOST_AT_ONCE}`, "1")
    .option("--issued <date>", "day of issue in UTC, such as 2026-03-02 (default: today)")
    .option("--expires <date>", "day from which the certificates are no longer valid (default: none)")
    .requiredOption("--out <dir>", "the folder for what each device gets")
    .option(...PASSPHRASE_FD)
    .option(...JSON_OUTPUT)
    .addHelpText(
      "after",
      `
For each device the folder gets
  ID.identity.bin       the identity block for address 0 of its flash. It holds the device's secrets: delete it once it is written
  ID.certificate.cbor   its certificate, a COSE_Sign1
  ID.label.svg          its label: QR code, device id, model
  ID.qr.png             the QR code alone
${PASSPHRASE_HELP}

Examples:
  songbai provision device --keys vendor.keys --model bracelet --hardware 1.0 --out made
  songbai provision device --keys vendor.keys --model bracelet --suite 2 --count 100 --expires 2036-01-01 --out made`,
    )
    .action(device);
}

async function device(options: DeviceOptions): Promise<void> {
  const found = findDevice(options.model);
  const order = orderOf(found, options);
  const count = integerOption("--count", options.count, 1, MOST_AT_ONCE);
  if (count > 1 && order.imei !== undefined) throw new InputError("--imei belongs to one device; leave out --count.");
  const { vault, holding } = await opened(options);
  const made = makeAll(vault, found, order, count, options.out);
  const files = [holding(made.vault), ...made.devices.flatMap((one) => one.files)];
  const done = working(`Writing ${files.length} files`);
  try {
    writeTogether(files);
  } finally {
    done();
  }
  report(options, order, made.devices);
}

/** The manifest's schema demands it; the device program does not read it. */
function productName({ manifest }: FoundDevice): LabelText["name"] {
  return (manifest as FoundDevice["manifest"] & Pick<LabelText, "name">).name;
}

interface MadeDevice {
  readonly deviceId: Uint8Array;
  readonly files: readonly NewFile[];
}

function makeAll(
  before: Vault,
  found: FoundDevice,
  order: DeviceOrder,
  count: number,
  folder: string,
): { vault: Vault; devices: readonly MadeDevice[] } {
  const done = working(`Making ${count} devices`);
  const devices: MadeDevice[] = [];
  let vault = before;
  for (let i = 1; i <= count; i++) {
    const { vault: after, deviceId, certificate, identity } = makeDevice(vault, order, systemRandom);
    const file = (suffix: string) => join(folder, `${printedId(deviceId)}.${suffix}`);
    const label = labelAsSvg({ ...order, deviceId, name: productName(found) });
    devices.push({
      deviceId,
      files: [
        { path: file("identity.bin"), octets: identity, secret: true },
        { path: file("certificate.cbor"), octets: certificate, secret: false },
        { path: file("label.svg"), octets: Buffer.from(label, "utf8"), secret: false },
        { path: file("qr.png"), octets: codeAsPng(deviceId), secret: false },
      ],
    });
    vault = after;
    if (i % 10 === 0) done(String(i));
  }
  done();
  return { vault, devices };
}

function report({ keys, out, json }: DeviceOptions, order: DeviceOrder, devices: readonly MadeDevice[]): void {
  const { model, hardware, suite } = order;
  if (json === true) {
    const paths = ({ files }: MadeDevice) => {
      const [identity, certificate, label, code] = files.map(({ path }) => path);
      return { identity, certificate, label, code };
    };
    printJson({
      keys,
      out,
      devices: devices.map((one) => ({
        device: printedId(one.deviceId),
        labelled: labelledId(one.deviceId),
        model,
        hardware,
        suite,
        issued: printedDate(order.issued),
        ...paths(one),
      })),
    });
    return;
  }
  for (const { deviceId } of devices) process.stdout.write(`${labelledId(deviceId)}  ${model} ${hardware}  suite ${suite}\n`);
  process.stdout.write(
    `Enrolled in ${keys}. ${out} holds for each its certificate, label, QR code, and its identity block for address 0 of the flash: ` +
      "delete *.identity.bin once it is written, it holds the device's secrets.\n",
  );
}

function orderOf(found: FoundDevice, options: DeviceOptions): DeviceOrder {
  const issued = options.issued === undefined ? today() : dateOption("--issued", options.issued);
  const expires = options.expires === undefined ? undefined : dateOption("--expires", options.expires);
  if (expires !== undefined && expires <= issued) {
    throw new InputError(`--expires ${options.expires} does not come after the day of issue, ${printedDate(issued)}.`);
  }
  return {
    model: asciiOption("the model's id", found.manifest.id, MODEL_BYTES),
    hardware: asciiOption("--hardware", options.hardware, HARDWARE_BYTES),
    suite: integerOption("--suite", options.suite, 1, 2),
    issued,
    ...(isContinuous(found) ? { continuous: true } : {}),
    ...(options.imei === undefined ? {} : { imei: imeiOption(options.imei) }),
    ...(expires === undefined ? {} : { expires }),
  };
}

function asciiOption(name: string, text: string, most: number): string {
  if (!/^[\x21-\x7e]+$/.test(text) || text.length > most) {
    throw new InputError(`${name} "${text}" is not 1 to ${most} ASCII characters without blanks, such as 1.0.`);
  }
  return text;
}

/** 14 digits and their Luhn digit (3GPP TS 23.003, annex B). */
function imeiOption(text: string): string {
  const sum = [...text].reduce((total, character, i) => {
    const doubled = Number(character) * (i % 2 === 1 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  if (!/^\d{15}$/.test(text)) throw new InputError(`--imei ${text} is not 15 digits.`);
  if (sum % 10 !== 0) throw new InputError(`--imei ${text} is mistyped: its last digit, the check digit, is wrong.`);
  return text;
}
