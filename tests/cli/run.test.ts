import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { BOARD_RUNTIMES } from "@songbai/tools/cli/runtimes";
import { startBroker } from "@songbai/tools/hub/platform/broker";
import { createSubscriber } from "@songbai/tools/hub/platform/subscriber";
import { songbai } from "../support/command.ts";
import { doorTo } from "../support/proxy.ts";
import { FULL } from "../support/suite.ts";

describe("songbai run", () => {
  it("--json prints exactly one JSON object with the fields of the contract", async () => {
    const { status, stdout, stderr } = await songbai("run", "bracelet", "--scenario", "fall-at-home", "--seed", "1", "--json");
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      device: "bracelet",
      scenario: "fall-at-home",
      runtime: "native",
      seed: 1,
      simulatedSeconds: 2940,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      alarms: [{ kind: "fall", bearer: "lorawan", verified: true, cancelled: false }],
      records: { lost: 0, rejected: 0 },
      verdict: "pass",
    });
    expect(result.records.delivered).toBe(result.records.journalled);
    expect(result.mqtt.received).toBe(result.mqtt.published);
    expect(result.energy.estimatedDays).toBeGreaterThan(1);
    // A heap is not something that the native runtime can know.
    expect(result).not.toHaveProperty("memory");
  });

  it("reports the heap of a runtime that has one", async () => {
    const { stdout } = await songbai("run", "bracelet", "--scenario", "sos", "--runtime", "lua54", "--json");
    expect(JSON.parse(stdout).memory.peakHeapBytes).toBeGreaterThan(50_000);
  });

  it("--out writes the transcript whose SHA-256 is the digest, and the result", async () => {
    const folder = join(mkdtempSync(join(tmpdir(), "songbai-")), "deep");
    const { stdout } = await songbai("run", "bracelet", "--scenario", "sos", "--out", folder, "--json");
    const transcript = readFileSync(join(folder, "transcript.cbor"));
    expect(createHash("sha256").update(transcript).digest("hex")).toBe(JSON.parse(stdout).digest);
    expect(JSON.parse(readFileSync(join(folder, "result.json"), "utf8"))).toEqual(JSON.parse(stdout));
  });

  it("says in words what came of it", async () => {
    const { status, stdout } = await songbai("run", "bracelet", "--scenario", "false-alarm-cancelled");
    expect(status).toBe(0);
    expect(stdout).toMatch(/fall detected 10:03:\d\d, cancelled by the wearer/);
    expect(stdout).toMatch(/verdict +pass/);
  });

  it("as a process: a failed expectation is exit status 1", () => {
    const quiet = readFileSync("sim/scenarios/sos.yaml", "utf8").replace("no other alarm", "no alarm");
    const file = join(mkdtempSync(join(tmpdir(), "songbai-")), "quiet.yaml");
    writeFileSync(file, quiet);
    const { status, stdout } = spawnSync(
      process.execPath,
      ["tools/bin/songbai.js", "run", "bracelet", "--scenario", file, "--json"],
      {
        encoding: "utf8",
      },
    );
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: "fail", violations: ['expected "no alarm", but there was sos'] });
  });

  it("every command has a help text with an example", async () => {
    for (const command of ["run", "build", "story"]) {
      const { status, stdout } = await songbai(command, "--help");
      expect(status).toBe(0);
      expect(stdout).toContain(`Example:\n  songbai ${command}`);
    }
  });

  it("the help text names the emulated boards, and what they need", async () => {
    const { stdout } = await songbai("run", "--help");
    expect(BOARD_RUNTIMES).toContain("board:reference-m4");
    expect(stdout).toContain(
      `Emulated boards, for --runtime:\n${BOARD_RUNTIMES.map((name) => `  ${name}\n`).join("")}They need`,
    );
    const [script = ""] = /board-profiles\S+\.sh/.exec(stdout) ?? [];
    expect(existsSync(script)).toBe(true);
  });
});

/** The bracelet with other words in its program. */
function bracelet(main: (text: string) => string): string {
  const folder = "node_modules/.cache/songbai-test/faulty";
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "manifest.json"), readFileSync("devices/bracelet/manifest.json"));
  writeFileSync(join(folder, "main.ts"), main(readFileSync("devices/bracelet/main.ts", "utf8")));
  return `./${folder}`;
}

describe("a device program that goes wrong", () => {
  const REPORT = "d.journal([d.battery(), d.status()])";
  const REPORT_LINE = readFileSync("devices/bracelet/main.ts", "utf8").split(REPORT)[0].split("\n").length;

  it.each(FULL ? ["lua51", "lua53", "lua54", "js"] : ["lua53", "js"])(
    "on %s, fails: its TypeScript file and line, exit status 1",
    async (runtime) => {
      const device = bracelet((main) => main.replace(REPORT, "[d][1].journal([])"));
      const { status, stderr } = await songbai("run", device, "--scenario", "sos", "--runtime", runtime, "--json");
      expect(stderr).toMatch(new RegExp(`The device program failed: .*songbai-test/faulty/main\\.ts:${REPORT_LINE}: `));
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
      expect(status).toBe(1);
    },
  );

  // Every runtime is stopped so: tests/runtime/vm.test.ts. Here, what the user sees.
  it.each(FULL ? ["lua54", "js"] : ["lua54"])(
    "on %s, does not come to rest: it is stopped with a sentence",
    async (runtime) => {
      const device = bracelet((main) => main.replace(REPORT, "{ while (minutes(1) > 0) seconds(1); }"));
      const { status, stderr } = await songbai("run", device, "--scenario", "sos", "--runtime", runtime, "--json");
      expect(stderr).toMatch(/The device program ran .* in one event without coming to rest \(endless loop\?\)/);
      expect(status).toBe(1);
    },
  );

  it.each(FULL ? ["lua51", "js"] : ["js"])("on %s, takes ever more memory: it is stopped with a sentence", async (runtime) => {
    const device = bracelet((main) =>
      main.replace(REPORT, "{ const heap: number[][] = []; while (minutes(1) > 0) heap.push([1, 2, 3, 4]); }"),
    );
    const { status, stderr } = await songbai("run", device, "--scenario", "sos", "--runtime", runtime, "--json");
    expect(stderr).toMatch(/The device program needs more than 16 MiB of heap/);
    expect(status).toBe(1);
  });
});

describe("a broker that goes away during a run", () => {
  it("gets every message once it is back", async () => {
    const broker = await startBroker();
    const door = await doorTo(() => broker.port);
    const heard: string[] = [];
    const subscriber = await createSubscriber({
      url: broker.url,
      onMessage: (topic, payload) =>
        heard.push(`${topic} ${(payload as { sequence: number }).sequence} ${(payload as { name: string }).name}`),
    });
    const run = songbai(
      "run",
      "bracelet",
      "--scenario",
      "bad-air",
      "--seed",
      "2",
      "--speed",
      "2500",
      "--mqtt",
      `mqtt://127.0.0.1:${door.port}`,
      "--json",
    );
    await new Promise((resume) => setTimeout(resume, 900));
    await door.shut();
    await new Promise((resume) => setTimeout(resume, 700));
    await door.open();
    const { status, stdout } = await run;
    const result = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(result.mqtt.unsent).toBe(0);
    // Two observations in each report, one in the alarm.
    expect(new Set(heard).size).toBe(result.mqtt.published);
    await subscriber.close();
    await door.shut();
    await broker.stop();
  });
});

describe("songbai story", () => {
  it("tells the morning to its end: the fall, the pre-alarm, the hub, the nurse", async () => {
    const { status, stdout } = await songbai("story", "--fast");
    expect(status).toBe(0);
    const order = [
      "She falls",
      "feels a fall",
      "alarm raised",
      "integrity code right",
      "MQTT songbai/v1/",
      "The alarm has arrived, verified.",
    ];
    const places = order.map((words) => stdout.indexOf(words));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places.slice(0, 4)).toEqual([...places.slice(0, 4)].sort((a, b) => a - b));
  });
});
