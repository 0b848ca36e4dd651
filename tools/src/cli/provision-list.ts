/** songbai provision list and show: what devices a key file holds. Nothing secret is printed. */
import { InputError } from "@songbai/sim/scenario/input-error";
import type { Command } from "commander";
import { verifyCertificate } from "../provision/certificate.ts";
import { printedId } from "../provision/demo.ts";
import { joinEuiOf } from "../provision/device.ts";
import { labelledId, parseLabelledId } from "../provision/device-id.ts";
import { authorityKey, type Vault, type VaultDevice } from "../provision/vault.ts";
import {
  JSON_OUTPUT,
  KEYS,
  type KeyFileOptions,
  opened,
  PASSPHRASE_FD,
  PASSPHRASE_HELP,
  printedDate,
  printJson,
} from "./provision-options.ts";

export function addProvisionList(provision: Command): void {
  const part = (name: string, description: string, example: string) =>
    provision
      .command(name)
      .description(description)
      .requiredOption(...KEYS)
      .option(...PASSPHRASE_FD)
      .option(...JSON_OUTPUT)
      .addHelpText("after", `${PASSPHRASE_HELP}\n\nExample:\n  ${example}`);
  part("list", "list the devices of a key file", "songbai provision list --keys vendor.keys").action(list);
  part("show", "show a device of a key file", "songbai provision show 7A3F-11C0-0000-0001 --keys vendor.keys")
    .argument("<device>", "its device id (设备标识码), with or without the check character")
    .action(show);
}

async function list(options: KeyFileOptions): Promise<void> {
  const { vault } = await opened(options);
  const devices = vault.devices.map((device) => factsOf(vault, device));
  if (options.json === true) return printJson({ name: vault.name, prefix: vault.prefix, devices });
  for (const { labelled, model, hardware, suite, issued } of devices) {
    process.stdout.write(`${labelled}  ${model} ${hardware}  suite ${suite}  ${issued}\n`);
  }
  process.stdout.write(`${devices.length} devices of ${vault.name}.\n`);
}

async function show(id: string, options: KeyFileOptions): Promise<void> {
  const deviceId = printedId(parseLabelledId(id));
  const { vault } = await opened(options);
  const facts = vault.devices.map((device) => factsOf(vault, device)).find(({ device }) => device === deviceId);
  if (facts === undefined) throw new InputError(`The key file ${options.keys} holds no device ${deviceId}.`);
  if (options.json === true) return printJson(facts);
  for (const [name, value] of Object.entries(facts)) process.stdout.write(`${name.padEnd(14)} ${value}\n`);
}

/** What of a device may be seen by all. */
function factsOf(vault: Vault, { certificate, suite, firstEpoch, deviceAddress }: VaultDevice) {
  // At the time of its issue, as an expired device is still one of the vendor's.
  const claims = verifyCertificate("A certificate in the key file", certificate, authorityKey(vault), undefined);
  const hex = (octets: Uint8Array) => Buffer.from(octets).toString("hex");
  return {
    device: printedId(claims.deviceId),
    labelled: labelledId(claims.deviceId),
    model: claims.model,
    hardware: claims.hardware,
    ...(claims.imei === undefined ? {} : { imei: claims.imei }),
    suite,
    firstEpoch,
    deviceAddress: (deviceAddress >>> 0).toString(16).padStart(8, "0"),
    joinEui: hex(joinEuiOf(vault.prefix)),
    issuer: claims.issuer,
    issued: printedDate(claims.issued),
    ...(claims.expires === undefined ? {} : { expires: printedDate(claims.expires) }),
    ed25519: hex(claims.signingKey),
    x25519: hex(claims.agreementKey),
  };
}
