import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { SM2_IDENTITY, sm2PublicKey, sm2Sign, sm2Verify } from "@songbai/tools/national/sm2";
import { randomSource } from "../support/random.ts";

const folder = mkdtempSync(join(tmpdir(), "songbai-sm2-"));
afterAll(() => rmSync(folder, { recursive: true }));

function openssl(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync("openssl", args, { cwd: folder });
  return { status, stdout, stderr: stderr.toString() };
}

/** Fails with openssl's own words. */
function answerOf(...args: readonly string[]): Buffer {
  const { status, stdout, stderr } = openssl(...args);
  if (status !== 0) throw new Error(`openssl ${args[0]}: ${stderr}`);
  return stdout;
}

const DIGEST = ["-rawin", "-digest", "sm3", "-pkeyopt", `distid:${SM2_IDENTITY}`];

function put(name: string, octets: Uint8Array): string {
  writeFileSync(join(folder, name), octets);
  return name;
}

/** r, s as DER's SEQUENCE of two INTEGERs. */
function derOf(signature: Uint8Array): Buffer {
  const integer = (octets: Uint8Array) => {
    const from = octets.findIndex((octet) => octet !== 0);
    const digits = [...octets.subarray(from)];
    if (digits[0] > 127) digits.unshift(0);
    return [2, digits.length, ...digits];
  };
  const body = [...integer(signature.subarray(0, 32)), ...integer(signature.subarray(32))];
  return Buffer.from([0x30, body.length, ...body]);
}

function rsOf(der: Uint8Array): Uint8Array {
  const signature = new Uint8Array(64);
  for (let at = 2, end = 32; end <= 64; end += 32) {
    const length = der[at + 1];
    const digits = der.subarray(at + 2, at + 2 + length).slice(-32);
    signature.set(digits, end - digits.length);
    at += 2 + length;
  }
  return signature;
}

describe("SM2 and the openssl command", () => {
  answerOf("genpkey", "-algorithm", "SM2", "-out", "key.pem");
  answerOf("pkey", "-in", "key.pem", "-pubout", "-out", "public.pem");
  const text = answerOf("pkey", "-in", "key.pem", "-text", "-noout").toString();
  const field = (name: string) =>
    Buffer.from(
      text
        .split(`${name}:`)[1]
        .match(/^[\s0-9a-f:]+/)?.[0]
        .replace(/[^0-9a-f]/g, "") ?? "",
      "hex",
    );
  const privateKey = new Uint8Array(field("priv"));
  const publicKey = sm2PublicKey(privateKey);
  const random = randomSource(1);
  const messages = [0, 1, 32, 500].map((length) => random.bytes(length));

  it("have the same public key", () => {
    expect(Buffer.from(publicKey)).toEqual(field("pub"));
  });

  it("openssl verifies what we sign", () => {
    for (const message of messages) {
      const files = ["-in", put("message", message), "-sigfile", put("signature", derOf(sm2Sign(message, privateKey)))];
      expect(answerOf("pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", ...files, ...DIGEST).toString()).toContain(
        "Successfully",
      );
      put("message", Uint8Array.of(...message, 1));
      expect(openssl("pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", ...files, ...DIGEST).status).not.toBe(0);
    }
  });

  it("we verify what openssl signs", () => {
    for (const message of messages) {
      const signature = rsOf(answerOf("pkeyutl", "-sign", "-inkey", "key.pem", "-in", put("message", message), ...DIGEST));
      expect(sm2Verify(message, signature, publicKey)).toBe(true);
      expect(sm2Verify(Uint8Array.of(...message, 1), signature, publicKey)).toBe(false);
    }
  });
});
