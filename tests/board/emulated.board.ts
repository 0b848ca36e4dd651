import { describe, expect, it } from "@jest/globals";
import { emulatedBoard } from "@songbai/sim/runtime/emulated/board";
import { findFirmware } from "@songbai/sim/runtime/emulated/firmware";
import { type Port, wire } from "@songbai/sim/runtime/emulated/wire";
import { DeviceFault } from "@songbai/sim/runtime/fault";
import { linkedRuntime } from "@songbai/sim/runtime/linked";
import { InputError } from "@songbai/sim/scenario/input-error";
import { readScenario, type Scenario } from "@songbai/sim/scenario/scenario";
import { simulate } from "@songbai/sim/scenario/simulate";
import { findDevice } from "@songbai/tools/cli/find-device";
import { BOARD_RUNTIMES, prepareRuntime } from "@songbai/tools/cli/runtimes";
import { demoHub } from "@songbai/tools/hub/hub";
import { demoCredentials, identityOf } from "@songbai/tools/provision/demo";
import { songbai } from "../support/command.ts";
import { randomOf } from "../support/octet-noise.ts";
import { PROFILE, runScenario } from "../support/simulation.ts";

const HEAP_BYTES = 98_304;

function board(code: string, more: Partial<Parameters<typeof emulatedBoard>[0]> = {}) {
  return emulatedBoard({ name: "bracelet", code, heapBytes: HEAP_BYTES, ...more });
}

function faultOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(DeviceFault);
    return (error as DeviceFault).message;
  }
  return "no fault";
}

describe("the bracelet on the emulated Cortex-M4", () => {
  it.each([
    ["sos", "board:reference-m4", 5],
    ["sos", "board:reference-m4-lua54", 1],
    ["fall-at-home", "board:reference-m4-streams", 5],
    ["bad-air", "board:reference-m4-streams", 1],
    ["false-alarm-cancelled", "board:reference-m4-streams", 1],
  ])(
    "%s has the digest of native on %s",
    async (name, runtime, seed) => {
      const native = await runScenario(name, { seed });
      const run = await runScenario(name, { runtime, seed });
      expect(run.transcript.digest()).toBe(native.transcript.digest());
      expect(run.violations).toEqual([]);
      expect(run.heap.peakBytes).toBeLessThanOrEqual(69_632);
    },
    600_000,
  );

  it("the command runs it, and reports its heap", async () => {
    const { status, stdout } = await songbai("run", "bracelet", "--scenario", "sos", "--runtime", BOARD_RUNTIMES[0], "--json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ runtime: "board:reference-m4", verdict: "pass" });
    expect(JSON.parse(stdout).memory.peakHeapBytes).toBeGreaterThan(30_000);
  }, 120_000);

  it("a UART that garbles, drops and doubles octets both ways changes nothing", async () => {
    const whole = readScenario("sos");
    const scenario: Scenario = { ...whole, durationMs: 120_000, hostEvents: [], story: [], expect: [] };
    const device = findDevice("bracelet");
    const { bundle } = await prepareRuntime(device, "lua53");
    const digests: string[] = [];
    for (const noisy of [false, true]) {
      const credentials = demoCredentials(1, device.name);
      const noise = noisy ? randomOf(7, 1 / 2000) : (port: Port) => port;
      const peer = board(bundle.code, { between: noise, heapBytes: 106_496, repeatMs: noisy ? 150 : 3000 });
      const result = await simulate({
        scenario,
        seed: 1,
        profile: PROFILE,
        identity: identityOf(credentials),
        start: (hardware) => linkedRuntime(peer, hardware),
        server: demoHub(credentials, 10, () => {}),
      });
      digests.push(result.transcript.digest());
      if (noisy) expect(peer.resent()).toBeGreaterThan(10);
      else expect(peer.resent()).toBe(0);
    }
    expect(digests[1]).toBe(digests[0]);
  }, 120_000);
});

describe("emulated/board", () => {
  const counter = "local n = 0 function receive(line) n = n + 1 return line .. '\\n' .. n end";

  it("answers lines up to 1000 characters, with line feeds", () => {
    const peer = board(counter);
    for (const [i, length] of [0, 1, 5, 250, 1000].entries()) {
      expect(peer.call("x".repeat(length))).toBe(`${"x".repeat(length)}\n${i + 1}`);
    }
    expect(() => peer.call("x".repeat(1001))).toThrow(RangeError);
    peer.close();
  });

  it("carries no line out twice, however often it comes", () => {
    // Each line to the board comes three times, and each answer once more than it was asked for.
    const peer = board(counter, {
      between: (port) => ({ write: (octets) => port.write(Buffer.concat([octets, octets, octets])), read: port.read }),
    });
    for (let n = 1; n <= 30; n++) expect(peer.call("go")).toBe(`go\n${n}`);
    peer.close();
  });

  it("a reset begins the program anew", () => {
    const peer = board(counter);
    expect([peer.call("a"), peer.call("a")]).toEqual(["a\n1", "a\n2"]);
    peer.reset();
    expect(peer.call("a")).toBe("a\n1");
    peer.close();
  });

  it("counts the same instructions for the same event on each start", () => {
    const counts = [1, 2].map(() => {
      const peer = board("function receive(line) local s = 0 for i = 1, 1000 do s = s + i end return tostring(s) end");
      peer.call("go");
      const { instructions } = peer.figures();
      peer.close();
      return instructions;
    });
    expect(counts[0]).toBe(counts[1]);
    expect(counts[0]).toBeGreaterThan(10_000);
  });

  it("tells a run-time error with its place, and is dead from then on", () => {
    const peer = board("\nfunction receive(line)\n  local t = {}  return t.nothing.more\nend", {
      locate: (text) => text.replace("bracelet:3:", "main.ts:30:"),
    });
    const first = faultOf(() => peer.call("go"));
    expect(first).toContain("main.ts:30: attempt to index a nil value (field 'nothing')");
    expect(faultOf(() => peer.call("go"))).toBe(first);
    peer.close();
  });

  it.each([
    ["a program that is not Lua", "function receive( return 1", "cannot be read: bracelet:1:"],
    ["a program that fails while it loads", "local x = nil .. 'a'", "failed: bracelet:1: attempt to concatenate a nil value"],
    ["a program without receive", "x = 1", "receive"],
  ])("%s", (_, code, sentence) => {
    expect(faultOf(() => board(code))).toContain(sentence);
  });

  it("a heap that runs out while loading and while running", () => {
    const hungry = "local t = {} function receive(line) for i = 1, 1e6 do t[#t + 1] = {i} end return line end";
    const peer = board(hungry, { heapBytes: 40_960 });
    expect(faultOf(() => peer.call("go"))).toMatch(
      /^The device program needs more than 40 KiB of heap \(\d+ octets asked for, \d+ free, at most \d+ of them in one piece\)\.$/,
    );
    peer.close();
    expect(faultOf(() => board("s = string.rep('x', 40000) function receive() end", { heapBytes: 32_768 }))).toContain(
      "32 KiB",
    );
    expect(faultOf(() => board(counter, { heapBytes: 2048 }))).toContain("2 KiB");
  });

  it.each(["5.3", "5.4"] as const)("garbage takes at most half of what is alive, Lua %s", (lua) => {
    const code = `
      local alive = {}
      for i = 1, 500 do alive[i] = {i, i, i} end
      function receive(line)
        for i = 1, 3000 do alive[i % 500 + 1] = {i, i, i} end
        return line
      end`;
    const peer = board(code, { lua });
    for (let n = 1; n <= 10; n++) peer.call("go");
    expect(peer.figures().peakHeapBytes).toBeLessThan(1.5 * peer.figures(true).heapBytes);
    peer.close();
  });

  it("a program that does not come to rest is stopped", () => {
    const peer = board("function receive(line) while true do end end");
    expect(faultOf(() => peer.call("go"))).toMatch(/bracelet:1: .*endless loop/);
    peer.close();
  }, 30_000);

  it("a board that stops answering, or only garbles, is told of in seconds", () => {
    let dead = false;
    const mute = (port: Port): Port => ({ write: (o) => (dead ? undefined : port.write(o)), read: port.read });
    const peer = board(counter, { between: mute, patienceMs: 500 });
    expect(peer.call("a")).toBe("a\n1");
    dead = true;
    const began = performance.now();
    expect(faultOf(() => peer.call("a"))).toContain("its board has stopped answering");
    expect(performance.now() - began).toBeLessThan(3000);
    peer.close();
    const noise = (port: Port): Port => ({ write: port.write, read: (ms) => port.read(ms).fill("?") });
    expect(faultOf(() => board(counter, { between: noise, patienceMs: 500 }))).toContain("stopped answering");
  });

  it("says what to run where the emulator is missing", () => {
    const path = process.env.PATH;
    process.env.PATH = "/nowhere";
    try {
      expect(() => findFirmware("5.3")).toThrow(InputError);
      expect(() => findFirmware("5.3")).toThrow("run board-profiles/reference-m4/build.sh");
    } finally {
      process.env.PATH = path;
    }
  });

  it("garbled octets are never taken for an answer", () => {
    // A peer without a board: whatever is changed in its answer, the line is asked again.
    for (let position = 0; position < 12; position++) {
      let asked = 0;
      let answer = Buffer.alloc(0);
      const port: Port = {
        write() {
          answer = Buffer.from("1=right*2026\n", "latin1");
          if (asked++ === 0) answer[position] ^= 1;
        },
        read: () => answer.subarray(),
      };
      const line = wire(port, 1000, 100);
      expect(line.ask(">", "x")).toEqual({ kind: "=", text: "right" });
      expect(line.resent()).toBeGreaterThan(0);
    }
  });
});
