import { createHash } from "node:crypto";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { knownPassphrase, newPassphrase } from "@songbai/tools/cli/passphrase";
import { fileStore } from "@songbai/tools/hub/store/store";
import { locked, newLock, unlocked } from "@songbai/tools/provision/key-file";
import { brokerLoginOf, enrolmentsOf } from "@songbai/tools/provision/registry";
import { openVault } from "@songbai/tools/provision/vault";
import { decode } from "cbor-x";
import { type CommandResult, songbai } from "../support/command.ts";

const FOLDER = fs.mkdtempSync(join(tmpdir(), "songbai-provision-"));
const at = (name: string) => join(FOLDER, name);
const [KEYS, PEM, MADE] = [at("v.keys"), at("v.keys.pem"), at("made")];
const PASSPHRASE = "correct horse battery staple";
const ISSUED = "2026-03-02";
const random = (length: number) => new Uint8Array(length).fill(5);

/** Everything that the commands of this file ever said. */
const said: string[] = [];

async function run(...argv: readonly string[]): Promise<CommandResult> {
  const result = await songbai("provision", ...argv);
  said.push(result.stdout, result.stderr);
  return result;
}

const ca = (...more: readonly string[]) => run("ca", "--name", "Songbai 松柏", "--cost", "14", ...more);
const device = (...more: readonly string[]) =>
  run("device", "--keys", KEYS, "--model", "bracelet", "--issued", ISSUED, "--out", MADE, ...more);
const certificate = (number: number) => join(MADE, `7A3F-11C0-0000-000${number}.certificate.cbor`);
const identity = (number: number) => join(MADE, `7A3F-11C0-0000-000${number}.identity.bin`);
const devicesIn = (file = KEYS) => openVault(file, PASSPHRASE, random).vault.devices.length;

let outcomes: CommandResult[] = [];

beforeAll(async () => {
  process.env.SONGBAI_PASSPHRASE = PASSPHRASE;
  outcomes = [
    await ca("--out", KEYS),
    await device("--count", "2", "--expires", "2027-03-02"),
    await device("--suite", "2", "--imei", "490154203237518", "--json"),
    await run("ca", "--name", "Another", "--cost", "14", "--out", at("other.keys")),
  ];
});

afterAll(() => {
  delete process.env.SONGBAI_PASSPHRASE;
});

describe("songbai provision", () => {
  it("makes a CA and devices, and says what it made", () => {
    expect(outcomes.map(({ status, stderr }) => [status, stderr])).toEqual(outcomes.map(() => [0, ""]));
    expect(outcomes[0].stdout).toContain("the secrets of Songbai 松柏");
    expect(outcomes[1].stdout).toContain("7A3F-11C0-0000-0002-8  bracelet 1.0  suite 1\n");
    expect(JSON.parse(outcomes[2].stdout)).toMatchObject({
      devices: [{ device: "7A3F-11C0-0000-0003", labelled: "7A3F-11C0-0000-0003-6", suite: 2, identity: identity(3) }],
    });
    expect(devicesIn()).toBe(3);
    expect(fs.statSync(KEYS).mode & 0o777).toBe(0o600);
    expect(fs.statSync(identity(1)).mode & 0o777).toBe(0o600);
    expect(fs.readdirSync(MADE)).toHaveLength(12);
  });

  it("lists and shows devices", async () => {
    expect((await run("list", "--keys", KEYS)).stdout).toMatch(
      /^7A3F-11C0-0000-0001-A {2}bracelet 1\.0 {2}suite 1 {2}2026-03-02\n/,
    );
    expect(JSON.parse((await run("list", "--keys", KEYS, "--json")).stdout)).toMatchObject({ devices: [{}, {}, { suite: 2 }] });
    const { stdout } = await run("show", "7a3f11c0000000036", "--keys", KEYS, "--json");
    expect(JSON.parse(stdout)).toMatchObject({ imei: "490154203237518", issuer: "Songbai 松柏", issued: ISSUED });
    expect((await run("show", "7A3F-11C0-0000-0003", "--keys", KEYS)).stdout).toMatch(/^imei +490154203237518$/m);
    expect((await run("show", "7A3F-11C0-0000-0003", "--keys", KEYS)).stdout).toMatch(/^joinEui +7a3f11c000000000$/m);
  });

  it("verifies certificates", async () => {
    const { stdout, status } = await run("verify", certificate(1), "--ca", PEM, "--at", ISSUED);
    expect(stdout).toBe(
      "7A3F-11C0-0000-0001-A  bracelet 1.0: valid; Songbai 松柏 issued it on 2026-03-02, until 2027-03-02.\n",
    );
    expect(status).toBe(0);
    expect(JSON.parse((await run("verify", certificate(3), "--ca", PEM, "--at", "2100-01-01", "--json")).stdout)).toMatchObject(
      {
        device: "7A3F-11C0-0000-0003-6",
        valid: true,
      },
    );
  });

  it("enrols the devices with a hub, as often as it is told to", async () => {
    const data = at("hub");
    for (let i = 0; i < 2; i++) {
      expect((await run("hub", "--keys", KEYS, "--data", data, "--json")).stdout).toBe(
        `${JSON.stringify({ data, enrolled: 3, revoked: 0 })}\n`,
      );
    }
    const store = fileStore(data);
    const [first] = store.devices();
    const [expected] = enrolmentsOf(openVault(KEYS, PASSPHRASE, random).vault);
    store.close();
    expect(Buffer.from(first.rootKey)).toEqual(Buffer.from(expected.rootKey));
    expect(Buffer.from(first.certificate!)).toEqual(fs.readFileSync(certificate(1)));
  });

  it("writes users and passwords for the broker to a file of its owner's, and says none", async () => {
    const out = at("passwords");
    expect(await run("broker", "--keys", KEYS, "--out", out)).toMatchObject({
      status: 0,
      stdout: `3 devices have users and passwords in ${out}.\n`,
    });
    expect(fs.statSync(out).mode & 0o777).toBe(0o600);
    const { vault } = openVault(KEYS, PASSPHRASE, random);
    const logins = vault.devices.map((one) => brokerLoginOf(vault, one));
    expect(fs.readFileSync(out, "utf8")).toBe(logins.map(({ user, password }) => `${user}:${password}\n`).join(""));
    expect(new Set(logins.map(({ password }) => password)).size).toBe(3);
    const again = await run("broker", "--keys", KEYS, "--out", out);
    expect([again.status, again.stderr]).toEqual([2, `The file ${out} is there already; name a new one with --out.\n`]);
    expect((await run("broker", "--keys", KEYS, "--out", at("no/passwords"))).stderr).toMatch(/cannot be written \(ENOENT/);
  });

  it("tells the hub of a device that listens all the time: class C of its manifest", async () => {
    const keys = at("other.keys");
    for (const [name, kind] of [
      ["lamp", "C"],
      ["button", "A"],
    ]) {
      const folder = at(name);
      fs.mkdirSync(folder);
      fs.copyFileSync("devices/bracelet/main.ts", join(folder, "main.ts"));
      const manifest = JSON.parse(fs.readFileSync("devices/bracelet/manifest.json", "utf8"));
      const lorawan = { ...manifest.bearers.lorawan, class: kind };
      fs.writeFileSync(join(folder, "manifest.json"), JSON.stringify({ ...manifest, id: name, bearers: { lorawan } }));
      expect(await run("device", "--keys", keys, "--model", folder, "--out", at("classes"))).toMatchObject({ status: 0 });
    }
    const data = at("class-c");
    await run("hub", "--keys", keys, "--data", data);
    const store = fileStore(data);
    expect(store.devices().map(({ continuous }) => continuous)).toEqual([true, undefined]);
    store.close();
  });

  it("does not take in again what the hub has revoked", async () => {
    const data = at("revoking");
    await run("hub", "--keys", KEYS, "--data", data);
    const before = fileStore(data);
    const { deviceId } = before.devices()[1];
    before.revoke(deviceId);
    before.close();
    expect((await run("hub", "--keys", KEYS, "--data", data)).stdout).toMatch(
      /^2 devices are enrolled .*; 1 are revoked there and stay so\.$/m,
    );
    const after = fileStore(data);
    expect(after.devices().map(({ state }) => state)).toEqual(["enrolled", "revoked", "enrolled"]);
    after.close();
  });

  it("takes the passphrase from a file descriptor before the environment", async () => {
    fs.writeFileSync(at("passphrase"), `${PASSPHRASE}\n`);
    process.env.SONGBAI_PASSPHRASE = "not this one";
    const open = fs.openSync(at("passphrase"), "r");
    try {
      expect((await run("list", "--keys", KEYS, "--passphrase-fd", String(open))).status).toBe(0);
    } finally {
      fs.closeSync(open);
      process.env.SONGBAI_PASSPHRASE = PASSPHRASE;
    }
  });
});

/** A file with these octets; its path. */
let files = 0;
function file(octets: Uint8Array | string): string {
  const path = at(`file-${files++}`);
  fs.writeFileSync(path, octets);
  return path;
}

function changed(path: string, offset: number): string {
  const octets = fs.readFileSync(path);
  octets[offset < 0 ? octets.length + offset : offset] ^= 1;
  return file(octets);
}

/** What is given, and what the sentence must say. */
const CASES: readonly (readonly [string, () => readonly string[], RegExp])[] = [
  ["no key file", () => ["list", "--keys", at("none")], /There is no key file .*none; songbai provision ca .* makes one\./],
  ["a folder for a key file", () => ["list", "--keys", FOLDER], /cannot be read \(EISDIR\)/],
  ["a damaged key file", () => ["list", "--keys", changed(KEYS, 70)], /is damaged or cut short/],
  ["a key file cut short", () => ["list", "--keys", file(fs.readFileSync(KEYS).subarray(0, 100))], /is damaged or cut short/],
  ["something else for a key file", () => ["list", "--keys", "package.json"], /package\.json is no key file of songbai/],
  ["a key file of another version", () => ["list", "--keys", foreign()], /was written by another version of songbai/],
  ["a certificate for another CA", () => ["verify", certificate(1), "--ca", at("other.keys.pem")], /was issued by another CA/],
  ["an expired certificate", () => ["verify", certificate(1), "--ca", PEM, "--at", "2027-03-02"], /expired on 2027-03-02/],
  [
    "a certificate of the future",
    () => ["verify", certificate(1), "--ca", PEM, "--at", "2026-03-01"],
    /not valid before 2026-03-02/,
  ],
  ["a forged certificate", () => ["verify", changed(certificate(1), -1), "--ca", PEM, "--at", ISSUED], /is forged or damaged/],
  ["no certificate", () => ["verify", "package.json", "--ca", PEM], /package\.json is no device certificate/],
  ["a missing certificate", () => ["verify", at("none"), "--ca", PEM], /none cannot be read \(ENOENT\)/],
  ["a private key as CA", () => ["verify", certificate(1), "--ca", KEYS], /is no Ed25519 public key in PEM/],
  [
    "a name that is there, for a key file",
    () => ["ca", "--name", "x", "--out", KEYS],
    /v\.keys is there already and is not overwritten/,
  ],
  ["a public key that is there", () => ["ca", "--name", "x", "--out", half()], /\.pem is there already/],
  ["a prefix that is none", () => ["ca", "--name", "x", "--prefix", "7A3F", "--out", at("n")], /--prefix 7A3F is not 6 to 10/],
  ["a group address", () => ["ca", "--name", "x", "--prefix", "7B3F11", "--out", at("n")], /is a group address/],
  [
    "a name that is too long",
    () => ["ca", "--name", "松".repeat(22), "--out", at("n")],
    /--name needs a text of 1 to 64 octets/,
  ],
  ["a cost that is too low", () => ["ca", "--name", "x", "--cost", "13", "--out", at("n")], /--cost 13 is not .* 14 to 18/],
  [
    "a folder that cannot be written",
    () => ["ca", "--name", "x", "--cost", "14", "--out", join(KEYS, "n")],
    /cannot be written \(E/,
  ],
  ["an unknown model", () => make("--model", "brazelet"), /There is no device "brazelet"/],
  ["a hardware revision with blanks", () => make("--hardware", "1 0"), /--hardware "1 0" is not 1 to 16 ASCII/],
  ["an IMEI that is too short", () => make("--imei", "49015420323751"), /--imei 49015420323751 is not 15 digits/],
  ["a mistyped IMEI", () => make("--imei", "490154203237517"), /--imei 490154203237517 is mistyped/],
  ["one IMEI for two devices", () => make("--imei", "490154203237518", "--count", "2"), /--imei belongs to one device/],
  ["a suite that is none", () => make("--suite", "3"), /--suite 3 is not a whole number from 1 to 2/],
  ["no device to make", () => make("--count", "0"), /--count 0 is not a whole number from 1 to 10000/],
  ["a day that is none", () => make("--issued", "2026-02-29"), /--issued 2026-02-29 is no day from 1970 to 2106/],
  [
    "an end before the beginning",
    () => make("--expires", "2026-03-02"),
    /--expires 2026-03-02 does not come after .* 2026-03-02/,
  ],
  ["a mistyped device id", () => ["show", "7A3F-11C0-0000-0001-B", "--keys", KEYS], /is mistyped: its check character B/],
  ["a device that is not there", () => ["show", "7A3F-11C0-0000-0009", "--keys", KEYS], /holds no device 7A3F-11C0-0000-0009/],
  ["a descriptor that is none", () => ["list", "--keys", KEYS, "--passphrase-fd", "x"], /--passphrase-fd is not the number/],
  [
    "a descriptor that is closed",
    () => ["list", "--keys", KEYS, "--passphrase-fd", "999"],
    /Nothing can be read from the file desc/,
  ],
  ["an unfinished key file", () => ["device", ...unfinished()], /\.new is there: another songbai writes/],
];

const make = (...more: readonly string[]) =>
  ["device", "--keys", KEYS, "--model", "bracelet", "--issued", ISSUED, "--out", at("wrong"), ...more] as const;

function foreign(): string {
  return file(locked(Buffer.from('{"devices":7}'), newLock(PASSPHRASE, 10, random), random));
}

/** Where a public key stands without a key file. */
function half(): string {
  const path = at(`half-${files++}`);
  fs.writeFileSync(`${path}.pem`, "");
  return path;
}

function unfinished(): readonly string[] {
  const path = file(fs.readFileSync(KEYS));
  fs.writeFileSync(`${path}.new`, "");
  return ["--keys", path, "--model", "bracelet", "--out", at("wrong")];
}

describe("a provisioned device in the simulator", () => {
  const simulated = (...more: readonly string[]) => songbai("run", "bracelet", "--scenario", "sos", "--json", ...more);

  it("is heard by the hub that it was enrolled with, once, as it begins with empty flash", async () => {
    const data = ["--data", at("heard")];
    await run("hub", "--keys", KEYS, ...data);
    const { stdout, stderr, status } = await simulated("--identity", identity(1), ...data);
    expect([status, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject({ alarms: [{ kind: "sos", verified: true }], records: { rejected: 0 } });
    const again = await simulated("--identity", identity(1), ...data);
    expect(again).toMatchObject({ status: 2, stdout: "" });
    expect(again.stderr).toMatch(/^The hub has heard 7A3F-11C0-0000-0001 before, .*provision another one\.\n$/);
  });

  it("is refused without a hub that knows it, damaged, or missing", async () => {
    for (const [path, sentence] of [
      [identity(1), /The hub does not know 7A3F-11C0-0000-0001: enrol it with songbai provision hub/],
      [changed(identity(1), 40), /is no identity block/],
      ["package.json", /package\.json is no identity block, such as songbai provision device makes/],
      [at("none"), /The identity block .*none cannot be read \(ENOENT\)/],
    ] as const) {
      const { status, stdout, stderr } = await simulated("--identity", path);
      expect([status, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(sentence);
    }
  });
});

describe("songbai provision, given", () => {
  it.each(CASES)("%s: one sentence, exit status 2, nothing changed", async (_, argv, sentence) => {
    const before = fs.readFileSync(KEYS);
    const { status, stdout, stderr } = await run(...argv());
    expect(stderr).toMatch(sentence);
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).not.toMatch(/^\s+at |defect/m);
    expect(fs.readFileSync(KEYS)).toEqual(before);
    expect(fs.existsSync(at("wrong"))).toBe(false);
    expect(fs.existsSync(at("n"))).toBe(false);
  });

  it("a wrong passphrase, none, or one that is too short for a new file", async () => {
    try {
      process.env.SONGBAI_PASSPHRASE = "wrong horse battery staple";
      expect(await run("list", "--keys", KEYS)).toEqual({
        status: 2,
        stdout: "",
        stderr: `The passphrase does not open the key file ${KEYS}.\n`,
      });
      expect(await run("hub", "--keys", KEYS, "--data", at("no-hub"))).toMatchObject({ status: 2 });
      expect(fs.existsSync(at("no-hub"))).toBe(false);
      process.env.SONGBAI_PASSPHRASE = "elevenchars";
      expect((await ca("--out", at("short"))).stderr).toMatch(/The passphrase is too short: it needs 12 characters or more\./);
      delete process.env.SONGBAI_PASSPHRASE;
      expect((await run("list", "--keys", KEYS)).stderr).toMatch(
        /needs a passphrase: set SONGBAI_PASSPHRASE, give --passphrase-fd/,
      );
      expect(fs.existsSync(at("short"))).toBe(false);
    } finally {
      process.env.SONGBAI_PASSPHRASE = PASSPHRASE;
    }
  });

  it("a device whose files are there: it makes none", async () => {
    const copy = file(fs.readFileSync(KEYS));
    fs.mkdirSync(at("taken"));
    fs.writeFileSync(at("taken/7A3F-11C0-0000-0005.qr.png"), "mine");
    const taken = ["--keys", copy, "--out", at("taken"), "--count", "2"];
    const { status, stderr } = await run("device", "--model", "bracelet", ...taken);
    expect([status, stderr]).toEqual([
      2,
      `${at("taken/7A3F-11C0-0000-0005.qr.png")} is there already and is not overwritten; give another name.\n`,
    ]);
    expect(fs.readdirSync(at("taken"))).toEqual(["7A3F-11C0-0000-0005.qr.png"]);
    expect(devicesIn(copy)).toBe(3);
  });
});

describe("the keyboard", () => {
  /** Types into a terminal, a piece at a time; what it asked and whether it echoed. */
  function terminal(...pieces: readonly string[]) {
    const input = Object.assign(new PassThrough(), {
      isTTY: true,
      raw: [] as boolean[],
      setRawMode: (on: boolean) => input.raw.push(on),
    });
    const output = new PassThrough();
    for (const piece of pieces) input.write(piece);
    return { input: input as unknown as NodeJS.ReadStream, output, raw: input.raw };
  }

  beforeAll(() => {
    delete process.env.SONGBAI_PASSPHRASE;
  });

  it("is asked without echo, and takes back what was mistyped", async () => {
    const typed = terminal("sec", "rxt\u007f\u007fet 松", "柏\r");
    expect(await knownPassphrase("v.keys", undefined, typed)).toBe("secret 松柏");
    expect(String(typed.output.read())).toBe("Passphrase of v.keys (口令): \n");
    expect(typed.raw).toEqual([true, false]);
  });

  it("is asked twice for a new passphrase", async () => {
    expect(
      await newPassphrase("v.keys", undefined, terminal("松柏松柏松柏松柏松柏松柏\r", "松柏松柏松柏松柏松柏松柏\r")),
    ).toHaveLength(12);
    await expect(newPassphrase("v.keys", undefined, terminal("松柏松柏松柏松柏松柏松柏\r", "松柏\r"))).rejects.toThrow(
      "The two passphrases are not the same; nothing was written.",
    );
    await expect(newPassphrase("v.keys", undefined, terminal("松柏松柏松\r"))).rejects.toThrow("The passphrase is too short");
  });

  it("gives the terminal back and says so when it is interrupted", async () => {
    const typed = terminal("sec\u0003");
    await expect(knownPassphrase("v.keys", undefined, typed)).rejects.toThrow("No passphrase was given; nothing was done.");
    expect(typed.raw).toEqual([true, false]);
  });
});

describe("what is secret", () => {
  it("was never printed, neither in hexadecimal nor in base64, in any case, by any command of this file", () => {
    const { vault } = openVault(KEYS, PASSPHRASE, random);
    const { lock } = unlocked(KEYS, fs.readFileSync(KEYS), PASSPHRASE);
    const inBlocks = [1, 2, 3].flatMap((number) => {
      const items = (decode(fs.readFileSync(identity(number)).subarray(0, -4)) as unknown[]).slice(6);
      const isPublic = (name: unknown) => ["certificate", "platform/x25519", "lorawan/joineui"].includes(name as string);
      return items.flatMap((item, i) => (i % 2 === 1 && !isPublic(items[i - 1]) ? [item as Uint8Array] : []));
    });
    const enrolled = enrolmentsOf(vault).flatMap(({ rootKey, networkKey, applicationKey, appKey }) => [
      rootKey,
      networkKey!,
      applicationKey!,
      appKey!,
    ]);
    const secrets = [vault.authority, vault.platform, lock.key, ...inBlocks, ...enrolled];
    // Seven secrets in each block, four of them known to the hub as well.
    expect(secrets).toHaveLength(3 + 3 * 7 + 3 * 4);
    expect(new Set(secrets.map((one) => Buffer.from(one).toString("hex"))).size).toBe(3 + 3 * 7);
    const all = said.join("\n").toLowerCase();
    expect(said.length).toBeGreaterThan(80);
    // What is public is there, so the search finds what is there.
    expect(all).toContain("490154203237518");
    expect(all).toContain(createHash("sha256").update(fromPemFile()).digest("hex").slice(0, 16));
    for (const secret of secrets) {
      const buffer = Buffer.from(secret);
      for (const text of [
        buffer.toString("latin1"),
        buffer.toString("hex"),
        buffer.toString("base64"),
        buffer.toString("base64url"),
        buffer.join(","),
      ]) {
        expect(all).not.toContain(text.toLowerCase().replaceAll("=", ""));
      }
    }
    expect(all).not.toContain(PASSPHRASE);
    expect(all).not.toContain("wrong horse");
    expect(all).not.toContain("elevenchars");
  });

  const fromPemFile = () => Buffer.from(fs.readFileSync(PEM, "utf8").split("\n")[1], "base64").subarray(-32);
});
