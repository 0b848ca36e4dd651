import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { decode, Encoder, type Tag } from "cbor-x";
import { songbai } from "../support/command.ts";

const FOLDER = fs.mkdtempSync(join(tmpdir(), "songbai-openssl-"));
const at = (name: string) => join(FOLDER, name);
const CERTIFICATE = at("made/7A3F-11C0-0000-0001.certificate.cbor");
const cbor = new Encoder({ useRecords: false, tagUint8Array: false });

/** What openssl says of the signature of a certificate, over the Sig_structure that cbor-x makes of its parts. */
function openssl(certificate: Uint8Array, key: string) {
  const { value } = decode(certificate) as Tag & { value: Uint8Array[] };
  const [protectedHeader, , payload, signature] = value;
  fs.writeFileSync(at("signed"), cbor.encode(["Signature1", protectedHeader, new Uint8Array(0), payload]));
  fs.writeFileSync(at("signature"), signature);
  const files = ["-in", at("signed"), "-sigfile", at("signature")];
  return spawnSync("openssl", ["pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", key, ...files], { encoding: "utf8" });
}

beforeAll(async () => {
  process.env.SONGBAI_PASSPHRASE = "correct horse battery staple";
  for (const name of ["v", "other"]) {
    const made = await songbai("provision", "ca", "--name", name, "--cost", "14", "--out", at(name));
    expect(made.status).toBe(0);
  }
  const { status } = await songbai("provision", "device", "--keys", at("v"), "--model", "bracelet", "--out", at("made"));
  expect(status).toBe(0);
});

describe("a certificate, for the openssl command", () => {
  it("carries the CA's signature", () => {
    const { status, stdout } = openssl(fs.readFileSync(CERTIFICATE), at("v.pem"));
    expect([status, stdout]).toEqual([0, "Signature Verified Successfully\n"]);
  });

  it("does not carry that of another CA, nor one over other claims", () => {
    const certificate = fs.readFileSync(CERTIFICATE);
    expect(openssl(certificate, at("other.pem")).status).toBe(1);
    certificate[certificate.indexOf("bracelet")] ^= 1;
    expect(openssl(certificate, at("v.pem")).status).toBe(1);
  });
});

describe("a passphrase, typed at a terminal of its own", () => {
  it("opens the key file and is not shown", async () => {
    // `script` gives the command a terminal and records what appears on it.
    const { SONGBAI_PASSPHRASE: passphrase, ...env } = process.env;
    const command = `${process.execPath} tools/bin/songbai.js provision list --keys ${at("v")}`;
    const terminal = spawn("script", ["-qefc", command, "/dev/null"], { env, timeout: 50_000 });
    let shown = "";
    let typed = false;
    terminal.stdout.setEncoding("utf8").on("data", (text: string) => {
      shown += text;
      // Not before it is asked: a terminal echoes what is typed ahead.
      if (!typed && shown.includes("口令): ")) typed = terminal.stdin.write(`${passphrase}\r`);
    });
    const status = await new Promise((resolve) => terminal.on("close", resolve));
    expect(shown).toContain("7A3F-11C0-0000-0001-A");
    expect(shown).not.toContain("horse");
    expect(status).toBe(0);
  });
});
