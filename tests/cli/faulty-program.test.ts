import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { songbai } from "../support/command.ts";
import { FULL } from "../support/suite.ts";

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
