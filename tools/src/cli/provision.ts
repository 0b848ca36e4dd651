/** songbai provision: the vendor's CA, identities of devices, their certificates and labels. */
import type { Command } from "commander";
import { addProvisionBroker } from "./provision-broker.ts";
import { addProvisionCa } from "./provision-ca.ts";
import { addProvisionDevice } from "./provision-device.ts";
import { addProvisionHub } from "./provision-hub.ts";
import { addProvisionList } from "./provision-list.ts";
import { addProvisionVerify } from "./provision-verify.ts";

const EXAMPLES = `
Examples:
  songbai provision ca --name "Songbai 松柏" --prefix 7A3F11C0 --out vendor.keys
  songbai provision device --keys vendor.keys --model bracelet --hardware 1.0 --count 3 --out made
  songbai provision verify made/7A3F-11C0-0000-0001.certificate.cbor --ca vendor.keys.pem
  songbai provision hub --keys vendor.keys --data hub-data`;

export function addProvision(program: Command): void {
  const provision = program
    .command("provision")
    .description("make the vendor's CA (厂商证书机构), identities of devices (设备标识码), their certificates and labels")
    .addHelpText("after", EXAMPLES);
  addProvisionCa(provision);
  addProvisionDevice(provision);
  addProvisionList(provision);
  addProvisionVerify(provision);
  addProvisionHub(provision);
  addProvisionBroker(provision);
}
