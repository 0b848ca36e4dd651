/** songbai provision ca: a vendor's CA and platform keys, in a key file of their own. */
import { InputError } from "@songbai/sim/scenario/input-error";
import type { Command } from "commander";
import { ISSUER_BYTES, keyIdOf } from "../provision/certificate.ts";
import { toPem } from "../provision/curves.ts";
import { capacityOf } from "../provision/device.ts";
import { COSTS } from "../provision/key-file.ts";
import { authorityKey, newKeyFile, newVault } from "../provision/vault.ts";
import { refuseToOverwrite, writeTogether } from "../provision/write-together.ts";
import { integerOption } from "./options.ts";
import { newPassphrase } from "./passphrase.ts";
import { JSON_OUTPUT, PASSPHRASE_FD, PASSPHRASE_HELP, printJson, systemRandom } from "./provision-options.ts";
import { working } from "./working.ts";

interface CaOptions {
  name: string;
  prefix: string;
  out: string;
  cost: string;
  passphraseFd?: string;
  json?: boolean;
}

export function addProvisionCa(provision: Command): void {
  provision
    .command("ca")
    .description("make a vendor's CA (厂商证书机构) and its platform's key, in an encrypted key file")
    .requiredOption("--name <name>", "the vendor's name, which stands in its certificates as issuer")
    .option(
      "--prefix <hex>",
      "first digits of its device ids, as the IEEE assigned them (default: for trials only)",
      "7A3F11C0",
    )
    .requiredOption("--out <file>", "the key file to make; the CA's public key goes to FILE.pem beside it")
    .option("--cost <n>", `scrypt cost, log2 of N, ${COSTS.leastNew} to ${COSTS.most}`, String(COSTS.usual))
    .option(...PASSPHRASE_FD)
    .option(...JSON_OUTPUT)
    .addHelpText(
      "after",
      `${PASSPHRASE_HELP}\n\nExample:\n  songbai provision ca --name "Songbai 松柏" --prefix 7A3F11C0 --out vendor.keys`,
    )
    .action(ca);
}

async function ca(options: CaOptions): Promise<void> {
  const name = nameOption(options.name);
  const prefix = prefixOption(options.prefix);
  const cost = integerOption("--cost", options.cost, COSTS.leastNew, COSTS.most);
  const publicFile = `${options.out}.pem`;
  for (const file of [options.out, publicFile]) refuseToOverwrite(file);
  const passphrase = await newPassphrase(options.out, options.passphraseFd);
  const vault = newVault(name, prefix, systemRandom);
  const key = authorityKey(vault);
  const done = working(`Making ${options.out}`);
  try {
    writeTogether([
      newKeyFile(options.out, vault, passphrase, cost, systemRandom),
      { path: publicFile, octets: Buffer.from(toPem(key)), secret: false },
    ]);
  } finally {
    done();
  }
  const keyId = Buffer.from(keyIdOf(key)).toString("hex");
  if (options.json === true) return printJson({ name, prefix, keys: options.out, ca: publicFile, keyId });
  process.stdout.write(
    `${options.out}: the secrets of ${name}; keep it and its passphrase safe, and a copy elsewhere: nobody can make them again.\n` +
      `${publicFile}: the CA's public key, key id ${keyId}, for those who verify certificates.\n` +
      `Room for ${capacityOf(prefix)} device ids under ${prefix}.\n`,
  );
}

function nameOption(text: string): string {
  const name = text.trim().normalize("NFC");
  if (name === "" || Buffer.byteLength(name) > ISSUER_BYTES || /\p{C}/u.test(name)) {
    throw new InputError(`--name needs a text of 1 to ${ISSUER_BYTES} octets of UTF-8 without control characters.`);
  }
  return name;
}

function prefixOption(text: string): string {
  const prefix = text.replaceAll("-", "").toUpperCase();
  if (!/^[0-9A-F]{6,10}$/.test(prefix)) {
    throw new InputError(
      `--prefix ${text} is not 6 to 10 hexadecimal digits, which is what the IEEE assigns (MA-L, MA-M, MA-S).`,
    );
  }
  if ((Number.parseInt(prefix.slice(1, 2), 16) & 1) !== 0) {
    throw new InputError(`--prefix ${text} is a group address: the last bit of its first octet must be 0.`);
  }
  return prefix;
}
