/** songbai provision verify: a device's certificate against the public key of the vendor's CA. */
import { readFileSync } from "node:fs";
import { InputError } from "@songbai/sim/scenario/input-error";
import type { Command } from "commander";
import { verifyCertificate } from "../provision/certificate.ts";
import { fromPem } from "../provision/curves.ts";
import { labelledId } from "../provision/device-id.ts";
import { dateOption, JSON_OUTPUT, printedDate, printJson, today } from "./provision-options.ts";

interface VerifyOptions {
  ca: string;
  at?: string;
  json?: boolean;
}

export function addProvisionVerify(provision: Command): void {
  provision
    .command("verify")
    .description("verify a device's certificate (设备证书) against a CA's public key")
    .argument("<certificate>", "the file, ID.certificate.cbor")
    .requiredOption("--ca <file>", "the CA's public key, PEM")
    .option("--at <date>", "the day on which it is to be valid, in UTC (default: today)")
    .option(...JSON_OUTPUT)
    .addHelpText(
      "after",
      "\nExample:\n  songbai provision verify made/7A3F-11C0-0000-0001.certificate.cbor --ca vendor.keys.pem --at 2026-03-02",
    )
    .action(verify);
}

function verify(file: string, options: VerifyOptions): void {
  const at = options.at === undefined ? today() : dateOption("--at", options.at);
  const key = fromPem(octetsOf(options.ca).toString("latin1"));
  if (key === undefined)
    throw new InputError(`${options.ca} is no Ed25519 public key in PEM, such as songbai provision ca writes.`);
  const claims = verifyCertificate(file, new Uint8Array(octetsOf(file)), key, at);
  const { issuer, model, hardware } = claims;
  const [device, issued] = [labelledId(claims.deviceId), printedDate(claims.issued)];
  const expires = claims.expires === undefined ? undefined : printedDate(claims.expires);
  if (options.json === true) {
    printJson({ device, model, hardware, issuer, issued, ...(expires && { expires }), valid: true });
    return;
  }
  const until = expires === undefined ? "without an end" : `until ${expires}`;
  process.stdout.write(`${device}  ${model} ${hardware}: valid; ${issuer} issued it on ${issued}, ${until}.\n`);
}

function octetsOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new InputError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
