import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { BOARD_RUNTIMES } from "@songbai/tools/cli/runtimes";
import { songbai } from "../support/command.ts";

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
