import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { crc32c } from "@songbai/sdk/codec/crc32c";
import { putUint32 } from "@songbai/sdk/lang/bytes";
import { makeDevice } from "@songbai/tools/provision/device";
import { COSTS, locked, newLock, unlocked } from "@songbai/tools/provision/key-file";
import { newKeyFile, openVault } from "@songbai/tools/provision/vault";
import { type Disk, type NewFile, writeTogether } from "@songbai/tools/provision/write-together";
import { randomSource } from "../support/random.ts";
import { ORDER, vendor } from "./vendor.ts";

const FOLDER = fs.mkdtempSync(join(tmpdir(), "songbai-keys-"));
const PASSPHRASE = "松柏之茂，无不尔或承";
const CONTENT = Uint8Array.from({ length: 90 }, (_, i) => i);
const { bytes: random } = randomSource(11);
const LOCK = newLock(PASSPHRASE, COSTS.least, random);
const FILE = locked(CONTENT, LOCK, random);

let folders = 0;
function folder(): string {
  const path = join(FOLDER, String(folders++));
  fs.mkdirSync(path);
  return path;
}

const open = (file: Uint8Array, passphrase = PASSPHRASE) => unlocked("x", file, passphrase).content;

/** An attacker mends the checksum. */
function mended(file: Uint8Array): Uint8Array {
  putUint32(file, file.length - 4, crc32c(0, file, 0, file.length - 4));
  return file;
}

describe("a key file", () => {
  it("opens with its passphrase, however its characters are composed, and no other", () => {
    expect(open(FILE)).toEqual(CONTENT);
    const composed = locked(CONTENT, newLock("caf\u00e9 au lait", COSTS.least, random), random);
    expect(open(composed, "cafe\u0301 au lait")).toEqual(CONTENT);
    for (const wrong of ["", `${PASSPHRASE} `, PASSPHRASE.slice(1)]) {
      expect(() => open(FILE, wrong)).toThrow("The passphrase does not open the key file x.");
    }
  });

  it("says that it is damaged with any octet changed in any way", () => {
    for (let at = 0; at < FILE.length; at++) {
      for (const flip of [1, 0x80, 0xff]) {
        const damaged = FILE.slice();
        damaged[at] ^= flip;
        expect(() => open(damaged)).toThrow(/is no key file of songbai|The key file x is damaged or cut short/);
      }
    }
  });

  it("stays shut with any octet changed by someone who mends the checksum", () => {
    for (let at = 0; at < FILE.length - 4; at++) {
      const forged = FILE.slice();
      forged[at] ^= 1;
      expect(() => open(mended(forged))).toThrow(/is no key file|does not open the key file x|asks for a scrypt cost/);
    }
  });

  it("says that it is cut short, at every length, and that it is too long", () => {
    for (let length = 0; length < FILE.length; length++) {
      expect(() => open(FILE.slice(0, length))).toThrow(/is no key file of songbai|is damaged or cut short/);
    }
    expect(() => open(Uint8Array.of(...FILE, 0))).toThrow(/is damaged/);
    for (let length = 4; length < 80; length++)
      expect(() => open(mended(FILE.slice(0, length)))).toThrow(/is no key file|cut short|does not open/);
  });

  it("cannot make the reader spend more memory than the highest cost takes", () => {
    for (const cost of [0, COSTS.least - 1, COSTS.most + 1, 255]) {
      const greedy = FILE.slice();
      greedy[15] = cost;
      expect(() => open(mended(greedy))).toThrow(`asks for a scrypt cost of 2^${cost}`);
    }
  });

  it("is never the same twice, and gives nothing of its content away", () => {
    const again = locked(CONTENT, LOCK, random);
    expect(Buffer.compare(again, FILE)).not.toBe(0);
    expect(open(again)).toEqual(CONTENT);
    expect(Buffer.from(FILE).includes(Buffer.from(CONTENT.subarray(0, 8)))).toBe(false);
    expect(Buffer.from(FILE).includes(Buffer.from(LOCK.key.subarray(0, 8)))).toBe(false);
  });
});

/** A disk that dies at an operation: half of what is written then arrives, and nothing after that does. */
function dyingDisk(diesAt: number): { disk: Disk; operations: () => number } {
  let operations = 0;
  const guard =
    <A extends unknown[], R>(act: (...args: A) => R, half?: (...args: A) => void) =>
    (...args: A): R => {
      operations++;
      if (operations === diesAt) half?.(...args);
      if (operations >= diesAt) throw new Error("power cut");
      return act(...args);
    };
  const disk = {
    closeSync: guard(fs.closeSync),
    existsSync: guard(fs.existsSync),
    fsyncSync: guard(fs.fsyncSync),
    mkdirSync: guard(fs.mkdirSync),
    openSync: guard(fs.openSync),
    readFileSync: guard(fs.readFileSync),
    renameSync: guard(fs.renameSync),
    rmSync: guard(fs.rmSync),
    writeSync: guard(
      (file: number, octets: Uint8Array, at: number) => fs.writeSync(file, octets, at),
      (file, octets, at) => fs.writeSync(file, octets, at, (octets.length - at) >> 1),
    ),
  } as unknown as Disk;
  return { disk, operations: () => operations };
}

describe("a key file that is written anew", () => {
  const { vault, random: chance } = vendor(1);
  const first = newKeyFile("", vault, PASSPHRASE, COSTS.least, chance).octets;

  it("can be read, as it was or as it is to be, wherever the write is cut off, and a later write goes through", () => {
    let cuts = 0;
    const seen = new Set<number>();
    for (let diesAt = 1; ; diesAt++, cuts++) {
      const path = join(folder(), "v.keys");
      fs.writeFileSync(path, first);
      const opened = openVault(path, PASSPHRASE, chance);
      const made = makeDevice(opened.vault, ORDER, chance);
      const image = { path: `${path}.d/image`, octets: made.identity, secret: true };
      const { disk, operations } = dyingDisk(diesAt);
      let died = false;
      try {
        writeTogether([opened.holding(made.vault), image], disk);
      } catch {
        died = true;
      }
      const { vault: after, holding } = openVault(path, PASSPHRASE, chance);
      expect([0, 1]).toContain(after.devices.length);
      seen.add(after.devices.length);
      // What a device was given is never there for a device that the vault does not know.
      if (fs.existsSync(image.path)) expect(after.devices).toHaveLength(1);
      if (fs.existsSync(image.path)) expect(new Uint8Array(fs.readFileSync(image.path))).toEqual(made.identity);
      if (!died) {
        expect(operations()).toBeLessThan(diesAt);
        break;
      }
      fs.rmSync(`${path}.new`, { force: true });
      writeTogether([holding({ ...after, nextSerial: 77 })]);
      expect(openVault(path, PASSPHRASE, chance).vault.nextSerial).toBe(77);
    }
    expect(cuts).toBeGreaterThan(15);
    expect(seen).toEqual(new Set([0, 1]));
  });

  it("is refused to the second of two that read it", () => {
    const path = join(folder(), "v.keys");
    fs.writeFileSync(path, first);
    const [one, two] = [openVault(path, PASSPHRASE, chance), openVault(path, PASSPHRASE, chance)];
    writeTogether([one.holding(makeDevice(one.vault, ORDER, chance).vault)]);
    expect(() => writeTogether([two.holding(makeDevice(two.vault, ORDER, chance).vault)])).toThrow(
      /was changed by another songbai in the meantime; nothing was written/,
    );
    expect(openVault(path, PASSPHRASE, chance).vault.devices).toHaveLength(1);
    expect(fs.readdirSync(join(path, ".."))).toEqual(["v.keys"]);
  });
});

describe("files that are written together", () => {
  const file = (path: string, more: Partial<NewFile> = {}): NewFile => ({ path, octets: CONTENT, secret: false, ...more });

  it("are for their owner only where they hold secrets, and leave nothing else", () => {
    const path = folder();
    writeTogether([file(join(path, "a"), { secret: true }), file(join(path, "b/c"))]);
    expect(fs.statSync(join(path, "a")).mode & 0o777).toBe(0o600);
    expect(fs.statSync(join(path, "b/c")).mode & 0o077).toBe(0o044 & ~process.umask());
    expect(fs.readdirSync(path, { recursive: true }).sort()).toEqual(["a", "b", "b/c"]);
  });

  it("take the place of no file that is there, and then none is written", () => {
    const path = folder();
    fs.writeFileSync(join(path, "b"), "mine");
    expect(() => writeTogether([file(join(path, "a")), file(join(path, "b"))])).toThrow(
      /b is there already and is not overwritten/,
    );
    expect(fs.readdirSync(path)).toEqual(["b"]);
    expect(fs.readFileSync(join(path, "b"), "utf8")).toBe("mine");
  });

  it("wait for nobody: while another writes the first of them, they are refused", () => {
    const path = folder();
    fs.writeFileSync(join(path, "a.new"), "half");
    expect(() => writeTogether([file(join(path, "a"))])).toThrow(/a\.new is there: another songbai writes/);
    expect(fs.readFileSync(join(path, "a.new"), "utf8")).toBe("half");
  });

  it("are none when the disk is full half-way, in a sentence", () => {
    const path = folder();
    let writes = 0;
    const full: Disk = {
      ...fs,
      writeSync: ((handle: number, octets: Uint8Array, at: number) => {
        if (++writes > 2) throw Object.assign(new Error("full"), { code: "ENOSPC" });
        return fs.writeSync(handle, octets, at);
      }) as typeof fs.writeSync,
    };
    const files = ["a", "b", "c"].map((name) => file(join(path, name)));
    expect(() => writeTogether(files, full)).toThrow(/c cannot be written \(ENOSPC\), and nothing was changed/);
    expect(fs.readdirSync(path)).toEqual([]);
  });

  it("are whole though the disk takes a few octets at a time", () => {
    const path = join(folder(), "a");
    const slow: Disk = {
      ...fs,
      writeSync: ((handle: number, octets: Uint8Array, at: number) =>
        fs.writeSync(handle, octets, at, Math.min(7, octets.length - at))) as typeof fs.writeSync,
    };
    writeTogether([file(path)], slow);
    expect(new Uint8Array(fs.readFileSync(path))).toEqual(CONTENT);
  });
});
