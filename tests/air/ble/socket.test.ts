import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { OK } from "@songbai/sdk/lang/result";
import { acknowledges } from "@songbai/sdk/record/acknowledgement";
import { type HciSocket, hciSocket } from "@songbai/sim/air/ble/hci-socket";
import { type Hub, hub } from "@songbai/tools/hub/hub";
import { memoryStore } from "@songbai/tools/hub/store/store";
import type { Noble } from "@stoprocent/noble";
import { NOON, openedDown, sender } from "../../support/fleet.ts";
import { nobleOver, overSocket } from "../../support/noble.ts";
import { characteristicsOf, discovered, RECORDS_DOWN, RECORDS_UP } from "./central.ts";
import { type Rig, rig } from "./rig.ts";

const watch = sender(1);

const says = (octets: Uint8Array, sequence: number) => acknowledges(octets, octets.length, 1, sequence);

describe("a controller on a Unix socket", () => {
  let folder: string;
  let path: string;
  const ends: (() => void)[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "songbai-hci-"));
    path = join(folder, "hci");
  });

  afterEach(() => {
    for (const end of ends.splice(0).reverse()) end();
    rmSync(folder, { recursive: true });
  });

  async function opened(device: Rig): Promise<HciSocket> {
    const socket = await hciSocket(path);
    socket.join(device.air, 1, 2);
    ends.push(() => socket.close());
    return socket;
  }

  function host(): Noble {
    const noble = nobleOver(overSocket(path));
    ends.push(() => noble.stop());
    return noble;
  }

  it("lets noble carry sealed records to the hub and its answers back; cut off in the middle, it goes on", async () => {
    const far: Hub = hub({ store: memoryStore([watch.credentials]), subBand: 0, publish() {} });
    const [first, second] = [watch.record(1), watch.record(8)];
    const waiting = [first, second];
    const answers: Uint8Array[] = [];
    const device = rig({
      deviceId: watch.credentials.deviceId,
      onMessage: (octets) => answers.push(octets),
      onReady(bearer) {
        const send = () => {
          const record = waiting[0];
          if (record === undefined) return;
          const sequence = record === first ? 1 : 8;
          const result = bearer.send(record, record.length, () => {
            if (answers.some((octets) => says(openedDown(watch.credentials, octets), sequence))) waiting.shift();
            if (bearer.isReady()) send();
          });
          expect(result).toBe(OK);
        };
        send();
      },
    });
    ends.push(device.run());
    await opened(device);
    const noble = host();
    const peripheral = await discovered(noble);

    // The first fragment is heard, and the link ends before the hub can answer.
    let the = await characteristicsOf(peripheral);
    const up = the(RECORDS_UP);
    const began = new Promise((resume) => up.once("data", resume));
    await up.subscribeAsync();
    await began;
    await peripheral.disconnectAsync();
    expect([answers.length, waiting.length]).toEqual([0, 2]);

    the = await characteristicsOf(peripheral);
    const outcomes: unknown[] = [];
    const both = new Promise<void>((resume) => {
      the(RECORDS_UP).on("data", (fragment) => {
        // Records of this size are one fragment at the watch's MTU.
        expect(fragment[1]).toBe(0x80);
        const { answer, record } = far.record(watch.credentials.deviceId, fragment.subarray(2), NOON);
        outcomes.push([record?.sequence, record?.duplicate, record?.observations[0].name]);
        the(RECORDS_DOWN).write(Buffer.from([fragment[0], 0x80, ...(answer as Uint8Array)]), false);
        if (outcomes.length === 2) resume();
      });
    });
    await the(RECORDS_UP).subscribeAsync();
    await both;
    expect(outcomes).toEqual([
      [1, false, "battery"],
      [8, false, "fall"],
    ]);
    while (waiting.length > 0) await new Promise((resume) => setTimeout(resume, 5));
    expect(far.counts()).toEqual({ accepted: 2, duplicates: 0, rejected: 0 });
  });

  it("gives each host a controller of its own, and the device to the first", async () => {
    const device = rig();
    ends.push(device.run());
    await opened(device);
    const [one, other] = [host(), host()];
    const [first, second] = [await discovered(one), await discovered(other)];
    await first.connectAsync();
    expect(device.level()).toBe(1);
    expect(one.address).not.toBe(other.address);
    // Nobody advertises any more; once the first has gone it is the other's turn.
    const connected = second.connectAsync();
    await first.disconnectAsync();
    await connected;
    expect(device.level()).toBe(1);
  });

  it("ends a host's connection with its socket", async () => {
    const device = rig();
    ends.push(device.run());
    await opened(device);
    const noble = host();
    const peripheral = await discovered(noble);
    await peripheral.connectAsync();
    noble.stop();
    while (device.level() > 0) await new Promise((resume) => setTimeout(resume, 5));
  });

  it("is its owner's alone, takes the place of one that was left behind, and of nothing else", async () => {
    const left = spawn(process.execPath, [
      "-e",
      `require("node:net").createServer().listen(${JSON.stringify(path)}, () => console.log())`,
    ]);
    await once(left.stdout, "data");
    left.kill("SIGKILL");
    await once(left, "exit");
    expect(existsSync(path)).toBe(true);
    const socket = await hciSocket(path);
    ends.push(() => socket.close());
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await expect(hciSocket(path)).rejects.toThrow(`${path} belongs to a run that goes on; name another path.`);
    const file = join(folder, "file");
    writeFileSync(file, "");
    await expect(hciSocket(file)).rejects.toThrow(`${file} is there and is no socket; name another path.`);
    expect(existsSync(file)).toBe(true);
    await expect(hciSocket(join(folder, "none", "hci"))).rejects.toThrow("No socket can be made at");
    await expect(hciSocket(`/${"x".repeat(107)}`)).rejects.toThrow("is too long for a socket; 107 octets are the most.");
  });
});
