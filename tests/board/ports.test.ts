import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { BOOTED } from "@songbai/sdk/record/codes";
import type { VmKind } from "@songbai/sim/runtime/vm";
import { findBoard } from "@songbai/tools/board/profile";
import { demoHub } from "@songbai/tools/hub/hub";
import { demoCredentials, identityOf } from "@songbai/tools/provision/demo";
import { type PortRig, portRig } from "./contract/port-rig.ts";
import { SAMPLE } from "./contract/promises.ts";

const CONTRACT = "tests/board/contract/program.ts";
/** The promise that a channel is clear. */
const CLEAR = 35;
const SUB_BAND = 10;
const LONG = "tests/board/contract/long.ts";
const HOUR_MS = 3_600_000;

/** Boards with a port: engine and fakes. */
const PORTS: Record<string, readonly [VmKind, readonly string[]]> = {
  "nodemcu-esp8266": ["lua51", ["bench.lua", "nodemcu.lua", "nodemcu-esp8266.lua"]],
  "nodemcu-esp32": ["lua53", ["bench.lua", "nodemcu.lua", "nodemcu-esp32.lua"]],
  "luatos-air780e": ["lua53", ["bench.lua", "luatos-air780e.lua"]],
  "espruino-bangle2": ["js", ["espruino-bangle2.js"]],
};

function rigOf(board: string, entryFile: string, folder = board): Promise<PortRig> {
  const [kind, fakes] = PORTS[board] as readonly [VmKind, readonly string[]];
  return portRig(folder, kind, fakes, { entryFile });
}

describe.each(Object.keys(PORTS))("the port %s", (board) => {
  it("keeps a timer that is longer than any of the vendor's, and lets one that sets itself again take its turns", async () => {
    const rig = await rigOf(board, LONG);
    rig.pass(1000);
    const [again] = rig.log();
    expect(again?.[0]).toBe(2);
    expect(again?.[1]).toBeGreaterThanOrEqual(99);
    rig.pass(10 * HOUR_MS - 2000);
    expect(rig.log()).toHaveLength(1);
    rig.pass(1000);
    expect(rig.log()[1]).toEqual([1, 10 * HOUR_MS]);
    rig.close();
  });

  it("maps the part's axes as the profile says", async () => {
    const folder = join(mkdtempSync(join(tmpdir(), "songbai-")), "turned");
    const profile = structuredClone(findBoard(board).profile);
    mkdirSync(folder);
    const accelerometer = { ...profile.parts?.accelerometer, axes: [2, -1, -3] };
    writeFileSync(join(folder, "profile.json"), JSON.stringify({ ...profile, parts: { ...profile.parts, accelerometer } }));
    const rig = await rigOf(board, CONTRACT, folder);
    for (let i = 0; i < 5; i++) rig.feel([[400, -200, 1000]]);
    const samples = rig.log().flatMap(([event, value]) => (event === SAMPLE ? [value] : []));
    expect(samples.slice(0, 3)).toEqual([-200, -400, -1000]);
    rig.close();
  });
});

describe.each(["nodemcu-esp32", "luatos-air780e"])("the radio of %s", (board) => {
  it("sends upright with a check sum on the channel, and listens inverted without", async () => {
    const rig = await rigOf(board, CONTRACT);
    rig.pass(1000);
    const steps = Math.floor((470_300_000 * 2 ** 25) / 32_000_000);
    const octets = [24, 16, 8, 0].map((shift) => (steps >> shift) & 255).join(".");
    // Preamble 8 (two octets), explicit header, length, check sum, inverted IQ.
    // SF9, 125 kHz, 4/5, no optimisation for low data rates; modulation quality as 125 kHz wants it.
    const [sent, window, ...rest] = rig.told;
    expect([sent, window]).toEqual([`tx ${octets} 9.4.1.0 4 4 0.8.0.4.1.0`, "rx 0.8.0.255.0.1"]);
    // 500 MHz is 0x1F400000 steps; 500 kHz makes SF12 short enough without the optimisation.
    expect(rest).toEqual(["hears 31.64.0.0 12.6.1.0", "rx 0.8.0.255.0.1"]);
    rig.close();
  });

  it("hears for 5 ms whether the power stays below -80 dBm", async () => {
    const clear = async (noise: (rig: PortRig) => void) => {
      const rig = await rigOf(board, CONTRACT);
      // The frame takes 50 ms, the window 300.
      rig.pass(351);
      expect(rig.told).toHaveLength(3);
      noise(rig);
      rig.pass(20);
      const said = rig.log().flatMap(([event, value]) => (event === CLEAR ? [value] : []));
      rig.close();
      return said;
    };
    expect(await clear(() => {})).toEqual([1, 1]);
    expect(await clear((rig) => rig.noise(-81))).toEqual([1, 1]);
    expect(await clear((rig) => rig.noise(-80))).toEqual([1, 0]);
    const lateNoise = (rig: PortRig) => {
      rig.pass(2);
      rig.noise(-50);
    };
    expect(await clear(lateNoise)).toEqual([1, 0]);
  });

  it("carries the bracelet's call for help", async () => {
    const [kind, fakes] = PORTS[board] as readonly [VmKind, readonly string[]];
    const rig = await portRig(board, kind, fakes, {
      entryFile: "devices/bracelet/songbai-entry.ts",
      entrySource: 'export { default as program } from "./main.ts";\n',
      identity: identityOf(demoCredentials(1, "bracelet")),
    });
    expect(rig.log().map(([event]) => event)).toContain(BOOTED);
    const heard: string[] = [];
    const far = demoHub(demoCredentials(1, "bracelet"), SUB_BAND, (topic) => heard.push(topic.split("/").slice(-1)[0]!));
    /** The next frame goes to the hub, whose answer comes in the first window; says what was in it. */
    const exchange = () => {
      const before = rig.frames.length;
      const waitFor = (isThere: () => boolean) => {
        for (let ms = 0; ms < 10_000 && !isThere(); ms += 10) rig.pass(10);
        expect(isThere()).toBe(true);
      };
      waitFor(() => rig.frames.length > before && rig.told.at(-1)!.startsWith("rx "));
      const [steps, modulation] = rig.told.at(-2)!.split(" ").slice(1);
      const frequencyHz = Math.round((steps!.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0) * 32e6) / 2 ** 25);
      const channel = { frequencyHz, spreadingFactor: Number.parseInt(modulation!, 10) };
      const { record, rejected, downlink } = far.uplink({ frame: rig.frames.at(-1)!, channel, rssiDbm: -90, snrDb: 5 }, 1e9);
      rig.hear([...downlink!.frame]);
      return rejected ?? record?.observations.map(({ name }) => name);
    };
    // Joins, and proves the session by a frame of nothing.
    expect([exchange(), exchange()]).toEqual([undefined, undefined]);
    expect(heard).toEqual([]);
    rig.press(true);
    rig.pass(4000);
    rig.press(false);
    expect(exchange()).toEqual(["sos"]);
    expect(heard).toEqual(["alarm"]);
    rig.close();
  });
});
