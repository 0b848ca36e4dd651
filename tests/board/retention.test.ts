import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import type { Stream } from "@songbai/sdk/device/manifest";
import { openFlashLog } from "@songbai/sdk/store/flash-log";
import { findBoard } from "@songbai/tools/board/profile";
import { retentionOf, secondsOf } from "@songbai/tools/board/retention";
import fc from "fast-check";
import { songbai } from "../support/command.ts";
import { blankImage, norPart } from "../support/nor-part.ts";

const SECTOR_BYTES = 1024;
/** Identity, counters. */
const OTHER_SECTORS = 3;

const flashOf = (sizeBytes: number) => ({ flash: { sizeBytes, sectorBytes: SECTOR_BYTES, source: "" } });

/**
 * Records the streams for `seconds` without anybody taking them; answers for each how old the oldest record is that is still there
 * with all later ones.
 */
function kept(streams: readonly Stream[], sectors: number, seconds: number): number[] {
  const maxPayload = Math.max(...streams.map(({ recordBytes }) => recordBytes));
  const part = norPart(blankImage(sectors, SECTOR_BYTES), SECTOR_BYTES);
  const log = openFlashLog(part, 0, sectors, maxPayload);
  const records = streams
    .flatMap((stream) =>
      Array.from({ length: Math.floor(seconds / stream.everySeconds) }, (_, i) => ({
        stream,
        second: (i + 1) * stream.everySeconds,
      })),
    )
    .sort((a, b) => a.second - b.second);
  for (const [number, { stream }] of records.entries()) {
    // As a kernel does: whenever there is time.
    log.prepare();
    const payload = Buffer.alloc(stream.recordBytes);
    payload.writeUInt32BE(number);
    if (log.append(payload, payload.length, stream.urgent === true) < 0) throw new Error("the log takes no more");
  }
  log.prepare();
  const there = new Set<number>();
  const into = Buffer.alloc(maxPayload);
  for (const urgent of [true, false]) {
    for (let at = log.pending(urgent); at > 0; at = log.pending(urgent)) {
      log.read(at, into);
      there.add(into.readUInt32BE());
      log.acknowledge(at);
    }
  }
  return streams.map((stream) => {
    const gone = records.findLastIndex((record, number) => record.stream === stream && !there.has(number));
    return seconds - (records[gone]?.second ?? 0);
  });
}

const streamsOf = fc.array(
  fc.record({
    name: fc.constant("stream"),
    recordBytes: fc.integer({ min: 10, max: 100 }),
    everySeconds: fc.integer({ min: 60, max: 1200 }),
    keep: fc.integer({ min: 5, max: 48 }).map((hours) => `${hours} h`),
    urgent: fc.boolean(),
  }),
  { minLength: 1, maxLength: 3 },
);

describe("board/retention", () => {
  it("takes hours and days", () => {
    expect([secondsOf("48 h"), secondsOf("7 d")]).toEqual([172_800, 604_800]);
  });

  it("asks for flash that does keep the records so long, and not for much more", () => {
    fc.assert(
      fc.property(streamsOf, (streams) => {
        const sectors = retentionOf(streams, flashOf(0))!.neededBytes / SECTOR_BYTES - OTHER_SECTORS;
        const asked = streams.map(({ keep }) => secondsOf(keep));
        const seconds = 3 * Math.max(...asked);
        for (const [i, age] of kept(streams, sectors, seconds).entries()) expect(age).toBeGreaterThanOrEqual(asked[i]!);
        const fewer = Math.floor(sectors / 3);
        if (fewer < 4 || streams.some(({ urgent }) => urgent)) return;
        expect(kept(streams, fewer, seconds).some((age, i) => age < asked[i]!)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it("says how long a flash keeps everything: what it says takes that flash", () => {
    fc.assert(
      fc.property(streamsOf, fc.integer({ min: 8, max: 400 }), (streams, sectors) => {
        const sizeBytes = sectors * SECTOR_BYTES;
        const { keptS } = retentionOf(streams, flashOf(sizeBytes))!;
        const hours = Math.floor(keptS / 3600);
        const asked = (keep: number) => streams.map((stream) => ({ ...stream, keep: `${keep} h` }));
        if (hours > 0) expect(retentionOf(asked(hours), flashOf(0))!.neededBytes).toBeLessThanOrEqual(sizeBytes);
        expect(retentionOf(asked(hours + 1), flashOf(0))!.neededBytes).toBeGreaterThan(sizeBytes);
      }),
    );
  });

  it("keeps a quarter of each sector for alarms where there are any", () => {
    const reports: Stream = { name: "reports", recordBytes: 25, everySeconds: 60, keep: "7 d" };
    const alarms: Stream = { name: "alarms", recordBytes: 25, everySeconds: 3600, keep: "7 d", urgent: true };
    const bytes = (...streams: Stream[]) => retentionOf(streams, flashOf(0))!.neededBytes;
    expect(bytes(reports, alarms) / bytes(reports)).toBeGreaterThan(1.3);
    expect(bytes(reports, alarms) / bytes(reports)).toBeLessThan(1.45);
  });

  it("a bracelet keeps a week on every board that it is built for; a recorder of 48 hours is refused where it is short", async () => {
    const { streams } = JSON.parse(readFileSync("devices/bracelet/manifest.json", "utf8")) as { streams: Stream[] };
    for (const name of ["luatos-air780e", "nodemcu-esp32", "reference-m4", "simulator"]) {
      const { profile } = findBoard(name);
      const { stream, neededBytes } = retentionOf(streams, profile)!;
      expect(stream.keep).toBe("7 d");
      expect([name, neededBytes <= profile.flash.sizeBytes]).toEqual([name, true]);
    }
    const folder = "node_modules/.cache/songbai-test/retention";
    mkdirSync(folder, { recursive: true });
    const manifest = JSON.parse(readFileSync("devices/bracelet/manifest.json", "utf8")) as object;
    const ecg = { name: "ecg", recordBytes: 240, everySeconds: 1, keep: "48 h", requirement: "2.1-R4" };
    writeFileSync(
      `${folder}/manifest.json`,
      JSON.stringify({ ...manifest, streams: [ecg, { ...streams[0], keep: "48 h" }] }, null, 2),
    );
    writeFileSync(`${folder}/main.ts`, readFileSync("devices/bracelet/main.ts", "utf8"));
    const { status, stderr } = await songbai("build", `./${folder}`, "--board", "luatos-air780e");
    expect(stderr).toMatch(
      /manifest\.json:\d+: 48 h of ecg take [\d,]+ bytes of flash with what is recorded beside them, and luatos-air780e has 131,072, enough for 0 h/,
    );
    expect(status).toBe(2);
  });

  it("shows the flash in the budget table", async () => {
    const { stdout } = await songbai(
      "build",
      "bracelet",
      "--board",
      "luatos-air780e",
      "--out",
      "node_modules/.cache/songbai-test/kept",
    );
    expect(stdout).toMatch(/flash for 7 d of alarms +\d+ of +131072 bytes +\d+ %/);
  });
});
