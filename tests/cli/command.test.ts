import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { COMMAND_PORT } from "@songbai/tools/hub/command";
import { fileStore } from "@songbai/tools/hub/store/store";
import { printedId } from "@songbai/tools/provision/demo";
import { songbai } from "../support/command.ts";
import { openedDown, sender } from "../support/fleet.ts";

const wang = sender(1);
const WANG = printedId(wang.credentials.deviceId);

describe("songbai command", () => {
  let data: string;
  beforeAll(() => {
    data = mkdtempSync(join(tmpdir(), "songbai-command-"));
    const store = fileStore(data);
    store.enrol(wang.credentials);
    store.close();
  });
  afterAll(() => rmSync(data, { recursive: true, force: true }));

  it("leaves a command for the device in the hub's data folder, under a number of its own each time", async () => {
    const { status, stdout } = await songbai("command", WANG, "ring", "--seconds", "30", "--data", data, "--json");
    expect([status, JSON.parse(stdout)]).toEqual([0, { device: WANG, command: "ring", number: 1 }]);
    const second = await songbai("command", WANG, "locate", "--data", data);
    // What the first had reserved is not used again.
    expect([second.status, second.stdout]).toEqual([0, `Command 65 waits for ${WANG}; its answer will have that number.\n`]);
    const store = fileStore(data);
    const queued = store.queued(1, Date.now() / 1000);
    store.close();
    expect(queued.map(({ port, payload }) => [port, openedDown(wang.credentials, payload)[1]])).toEqual([
      [COMMAND_PORT, 3],
      [COMMAND_PORT, 1],
    ]);
  });

  it.each([
    ["no folder", [WANG, "ring"], /needs the broker of a running hub, --mqtt, or the data folder/],
    ["a folder without a store", [WANG, "ring", "--data", "/nowhere"], /There is no hub's store in \/nowhere; songbai run/],
    ["a device id that is none", ["7A3F", "ring", "--data", "DATA"], /7A3F is no device id; it looks/],
    ["another's device", ["0000-0000-0000-0000", "locate", "--data", "DATA"], /the device 0000-0000-0000-0000 is not enrolled/],
    ["another word", [WANG, "sing", "--data", "DATA"], /"command" is one of locate, interval, ring, cancel-alarm, set-time/],
    ["no seconds", [WANG, "ring", "--data", "DATA"], /"ring" needs "seconds", a whole number from 0 to 600/],
    ["seconds that are none", [WANG, "ring", "--seconds", "x", "--data", "DATA"], /--seconds x is not a whole number/],
    ["a time that has passed", [WANG, "locate", "--expires", "2020-01-01T00:00:00Z", "--data", "DATA"], /"expires" has passed/],
  ])("refuses %s in one sentence", async (_, words, sentence) => {
    const { status, stdout, stderr } = await songbai("command", ...words.map((word) => (word === "DATA" ? data : word)));
    expect([status, stdout, stderr.trim().split("\n").length]).toEqual([2, "", 1]);
    expect(stderr).toMatch(sentence);
  });
});
