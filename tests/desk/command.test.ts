import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it, jest } from "@jest/globals";
import { findDevice } from "@songbai/tools/cli/find-device";
import { type DeskRunOptions, runDesk } from "@songbai/tools/desk/command";
import { songbai } from "../support/command.ts";
import { firmataPeer } from "../support/firmata-peer.ts";

const DESK = ["run", "bracelet", "--board", "firmata-desk"];

/** The command with a peer at the end of its port. */
async function runWithPeer(options: DeskRunOptions): Promise<{ status: number; stdout: string }> {
  let stdout = "";
  const spy = jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    stdout += stripVTControlCharacters(String(text));
    return true;
  });
  try {
    const status = await runDesk(findDevice("bracelet"), { port: "a stream", ...options }, async () => firmataPeer().port);
    return { status, stdout };
  } finally {
    spy.mockRestore();
  }
}

const folder = () => mkdtempSync(join(tmpdir(), "songbai-"));

describe("songbai run --board firmata-desk", () => {
  it("--json prints one object: what a desk can know of a run", async () => {
    const out = join(folder(), "deep");
    const { status, stdout } = await runWithPeer({ duration: "1s", out, json: true });
    expect(status).toBe(0);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      device: "bracelet",
      board: "firmata-desk",
      runtime: "native",
      radio: "simulated",
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      alarms: [],
      records: { journalled: 0, lost: 0, rejected: 0 },
      readings: { dropped: 0 },
      verdict: "pass",
    });
    expect(result.readings.taken).toBeGreaterThan(0);
    expect(JSON.parse(readFileSync(join(out, "result.json"), "utf8"))).toEqual(result);
  });

  it("tells people what happens, and what came of it", async () => {
    const { status, stdout } = await runWithPeer({ duration: "0.5s" });
    expect(status).toBe(0);
    expect(stdout).toMatch(/runs; shake it, press its button/);
    expect(stdout).toMatch(/radio +simulated/);
  });

  const file = () => {
    const path = join(folder(), "no-port");
    writeFileSync(path, "");
    return path;
  };
  it.each([
    ["a port that is not there", ["--port", "/dev/no-such-port"], /^There is no port \/dev\/no-such-port; name the board's/],
    ["a file for a port", ["--port", file()], /^The port .* is no serial port: /],
    ["no port", [], /^--board firmata-desk needs --port, /],
    ["no duration", ["--port", "/dev/x", "--duration", "long"], /^--duration long is no duration; give 90s, 5min or 1h\.\n$/],
    ["a scenario", ["--port", "/dev/x", "--scenario", "sos"], /^--scenario is for the simulator; /],
    ["a runtime", ["--port", "/dev/x", "--runtime", "lua53"], /^--runtime is for the simulator; /],
    ["a speed", ["--port", "/dev/x", "--speed", "10"], /^--speed is for the simulator; /],
  ])("%s: one sentence, exit status 2", async (_what, options, sentence) => {
    const { status, stdout, stderr } = await songbai(...DESK, ...options);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).toMatch(sentence);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });

  it("a port without the board, another board, a flash of another device: refused likewise", async () => {
    const port = await songbai("run", "bracelet", "--port", "/dev/x");
    expect(port).toMatchObject({ status: 2, stderr: "--port is for a board on the desk; add --board firmata-desk.\n" });
    const board = await songbai("run", "bracelet", "--board", "simulator", "--port", "/dev/x");
    expect(board).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^songbai run has no board "simulator" on the desk; /),
    });
    await expect(runWithPeer({ flash: file() })).rejects.toThrow(/^The file .* is not the flash of this device; /);
  });
});
