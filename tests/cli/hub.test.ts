import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { fileStore } from "@songbai/tools/hub/store/store";
import { type Credentials, printedId } from "@songbai/tools/provision/demo";
import { songbai } from "../support/command.ts";
import { NOON, openedDown, sender } from "../support/fleet.ts";
import { FULL } from "../support/suite.ts";

const wang = sender(1);
const WANG = printedId(wang.credentials.deviceId);
const hex = (octets: Uint8Array) => Buffer.from(octets).toString("hex");

function withoutSession({ deviceAddress, networkKey, applicationKey, ...rest }: Credentials) {
  return rest;
}

describe("songbai hub", () => {
  let folder: string;
  let data: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "songbai-hub-"));
    data = join(folder, "data");
    fileStore(join(folder, "empty")).close();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("has what runs with --data have heard, each run under an epoch of its own", async () => {
    for (const epoch of [1, 2]) {
      const run = await songbai("run", "bracelet", "--seed", "1", "--data", data, "--json");
      expect(run.status).toBe(0);
      const { records } = JSON.parse(run.stdout) as { records: { delivered: number } };
      const listed = JSON.parse((await songbai("hub", "devices", "--data", data, "--json")).stdout) as object;
      expect(listed).toEqual({
        devices: [
          {
            device: WANG,
            state: "enrolled",
            suite: 1,
            epoch,
            certificate: false,
            records: epoch * records.delivered,
            mayJoin: true,
            sessions: [expect.objectContaining({ dataRate: 3, nbTrans: 1, rssiDbm: expect.any(Number), gateways: 1 })],
          },
        ],
      });
    }
    const { status, stdout } = await songbai("hub", "records", "--data", data, "--device", WANG);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      new RegExp(`^2026-03-02T00:12:53.000Z  ${WANG}  2/\\d+  fall impact \\d+(?:\\.\\d)? confidence \\d\\d$`, "m"),
    );
    const page = JSON.parse(
      (await songbai("hub", "records", "--data", data, "--after", "3", "--limit", "2", "--json")).stdout,
    ) as { records: { arrival: number }[] };
    expect(page.records.map(({ arrival }) => arrival)).toEqual([4, 5]);
  });

  it("shows sessions: given, joined, offered; rate, power, signal, battery", async () => {
    const joins = join(folder, "joins");
    const store = fileStore(joins);
    store.enrol(wang.credentials);
    store.enrol(withoutSession(sender(2).credentials));
    const key = new Uint8Array(16);
    const joined = { device: 1, deviceAddress: 1, networkKey: key, applicationKey: key, rx2Rate: 1, joined: NOON };
    store.join({ ...joined, devNonce: 0, joinNonce: 0 });
    const [, session] = store.sessionsOf(1);
    store.prove(session);
    const heard = { timeS: NOON + 60, dataRate: 5, rssiDbm: -101.5, snrDb: 4.5, gateways: 2 };
    const status = { battery: 254, marginDb: -3 };
    store.keepSession(session, { ...session, frameUp: 7, frameDown: 2, txPower: 3, nbTrans: 2, heard, status });
    store.commit();
    store.join({ ...joined, joined: NOON + 90, devNonce: 1, joinNonce: 1 });
    store.close();
    const { status: code, stdout } = await songbai("hub", "devices", "--data", joins);
    expect(code).toBe(0);
    expect(stdout.split("\n").sort()).toEqual(
      [
        "",
        `${WANG}  enrolled  epoch 1  0 records`,
        "  LoRaWAN 00000001 joined 2026-03-01T21:20:00.000Z  heard 2026-03-01T21:21:00.000Z, frame 7  DR5 power 3 NbTrans 2  RSSI -101.5 dBm, SNR 4.5 dB at the best of 2  battery 100 %, hears at -3 dB",
        "  LoRaWAN 00000001 offered 2026-03-01T21:21:30.000Z  not heard yet",
        `${printedId(sender(2).credentials.deviceId)}  enrolled  epoch 1  0 records`,
      ].sort(),
    );
  });

  it("receives lines, answers each in its order, and stores the good ones", async () => {
    const other = join(folder, "other");
    const store = fileStore(other);
    store.enrol(wang.credentials);
    store.close();
    const line = (record: Uint8Array, device = WANG) => JSON.stringify({ device, received: NOON, record: hex(record) });
    const forged = wang.record(3);
    forged[5] ^= 1;
    const file = join(folder, "records.jsonl");
    const lines = [
      line(wang.record(0)),
      line(wang.record(1), WANG.replaceAll("-", "").toLowerCase()),
      "",
      line(wang.record(0)),
      line(forged),
      "{}",
      "no JSON",
      '{"device": "7A3F", "received": -1, "record": "00"}',
      line(wang.record(2), "0000-0000-0000-0000"),
      line(wang.record(2)),
    ];
    writeFileSync(file, lines.join("\n"));
    const { status, stdout, stderr } = await songbai("hub", "receive", file, "--data", other);
    expect(status).toBe(0);
    const shape = { rejected: 'the line is not {"device": id, "received": seconds, "record": hexadecimal}' };
    const good = { device: WANG, epoch: 1 };
    // The device opens what it is handed, and nobody else; each is sealed under a number of its own.
    const sealed: string[] = [];
    const opened = (frame: string) => {
      sealed.push(frame);
      return hex(openedDown(wang.credentials, new Uint8Array(Buffer.from(frame, "hex"))));
    };
    const answers = stdout
      .trim()
      .split("\n")
      .map((text) => JSON.parse(text, (key, value) => (key === "acknowledgement" ? opened(value as string) : value)) as object);
    expect(new Set(sealed.map((frame) => frame.slice(0, 4))).size).toBe(4);
    expect(answers).toEqual([
      { ...good, sequence: 0, duplicate: false, acknowledgement: "110100" },
      { ...good, sequence: 1, duplicate: false, acknowledgement: "110100" },
      { ...good, sequence: 0, duplicate: true, acknowledgement: "110100" },
      { device: WANG, rejected: "the record fails its authentication tag" },
      shape,
      shape,
      shape,
      { device: "0000-0000-0000-0000", rejected: "the device is not enrolled" },
      // Without a line's end it comes by itself.
      { ...good, sequence: 2, duplicate: false, acknowledgement: "110200" },
    ]);
    expect(stderr).toMatch(/^1 records in the name of 7A3F-.* fail their authentication tag/);
    const { stdout: listed } = await songbai("hub", "records", "--data", other, "--json");
    expect((JSON.parse(listed) as { records: object[] }).records).toHaveLength(3);
  });

  it.each([
    ["no folder", ["hub", "devices"], /required option '--data <dir>' not specified/],
    ["a folder without a store", ["hub", "devices", "--data", "/nowhere"], /There is no hub's store in \/nowhere; songbai run/],
    ["a device id that is none", ["hub", "records", "--data", "DATA", "--device", "7A3F"], /7A3F is no device id; it looks/],
    ["another's device", ["hub", "records", "--data", "DATA", "--device", "0000-0000-0000-0000"], /is not enrolled here/],
    ["no limit", ["hub", "records", "--data", "DATA", "--limit", "0"], /--limit 0 is not a whole number from 1/],
    ["a missing file", ["hub", "receive", "./none.jsonl", "--data", "DATA"], /There is no file \.\/none\.jsonl to receive/],
    ["a data folder that is a file", ["run", "bracelet", "--data", "package.json"], /cannot open its store package\.json/],
  ])("says %s in a sentence, exit 2", async (_, argv, sentence) => {
    const { status, stdout, stderr } = await songbai(...argv.map((word) => (word === "DATA" ? join(folder, "empty") : word)));
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr.trim()).toMatch(sentence);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it("on a full disk says so, answers nothing that it has not stored, exit 2, and loses nothing", async () => {
    const full = join(folder, "full");
    // As the shell counts, blocks of 512 octets a file: 1 MiB for 20,000 records, or half of it for 8000.
    const [count, blocks] = FULL ? [20_000, 2048] : [8000, 1024];
    const store = fileStore(full);
    store.enrol(wang.credentials);
    store.close();
    const lines = Array.from({ length: count }, (_, i) =>
      JSON.stringify({ device: WANG, received: NOON, record: hex(wang.record(i)) }),
    );
    const file = join(folder, "many.jsonl");
    writeFileSync(file, `${lines.join("\n")}\n`);
    const command = `trap '' XFSZ; ulimit -f ${blocks}; exec "$0" tools/bin/songbai.js hub receive "$1" --data "$2"`;
    const { status, stdout, stderr } = spawnSync("sh", ["-c", command, process.execPath, file, full], { encoding: "utf8" });
    expect(status).toBe(2);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toMatch(/^The hub cannot write to its store .*, so it acknowledges nothing; is the disk full\?$/m);
    const answered = stdout.trim().split("\n").length;
    expect(answered).toBeGreaterThan(500);
    expect(answered).toBeLessThan(count);
    const after = fileStore(full);
    const stored = new Set(after.records(0, 1e6).map(({ sequence }) => sequence));
    after.close();
    for (let sequence = 0; sequence < answered; sequence++) expect(stored.has(sequence)).toBe(true);
    // With room it takes the rest; what it has is told from what is new.
    const again = spawnSync(process.execPath, ["tools/bin/songbai.js", "hub", "receive", file, "--data", full], {
      encoding: "utf8",
      maxBuffer: 2 ** 26,
    });
    expect(again.status).toBe(0);
    const fates = again.stdout.trim().split("\n");
    expect(fates.filter((text) => text.includes('"duplicate":true'))).toHaveLength(stored.size);
    expect(fates).toHaveLength(count);
    expect(readFileSync(join(full, "hub.db")).length).toBeGreaterThan(blocks * 512);
  }, 120_000);
});
