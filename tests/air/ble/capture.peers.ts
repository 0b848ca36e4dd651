/** What goes between noble and the controller, as Wireshark reads it; and noble's own serial driver on a terminal that socat makes. */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { ENCRYPTED, type Gatt } from "@songbai/sdk/bearer/ble/gatt";
import { CAPILLARY_BLOOD, FINGERTIP, glucose, glucoseMemory } from "@songbai/sdk/bearer/ble/glucose";
import { type HeartRate, heartRate, WRIST } from "@songbai/sdk/bearer/ble/heart-rate";
import { hciSocket } from "@songbai/sim/air/ble/hci-socket";
import { nobleOver, withBindings } from "../../support/noble.ts";
import { pcap } from "../../support/pcap.ts";
import { characteristicsOf, discovered, heard, textOf } from "./central.ts";
import { rig } from "./rig.ts";

/** LINKTYPE_BLUETOOTH_HCI_H4_WITH_PHDR: each packet behind its direction, 0 for what the host sends. */
const LINKTYPE = 201;

interface Captured {
  readonly atUs: number;
  readonly fromHost: boolean;
  readonly octets: Uint8Array;
}

function packet({ atUs, fromHost, octets }: Captured) {
  const direction = Buffer.alloc(4);
  direction.writeUInt32BE(fromHost ? 0 : 1);
  return { atUs, octets: Buffer.concat([direction, octets]) };
}

describe("BLE traffic and tools that others wrote", () => {
  let folder: string;
  const ends: (() => void)[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "songbai-ble-"));
  });

  afterEach(() => {
    for (const end of ends.splice(0).reverse()) end();
    rmSync(folder, { recursive: true });
  });

  it("tshark reads heart rates, glucose, answers of the control point, and nothing that is malformed", async () => {
    const memory = glucoseMemory(10, 1);
    for (let index = 0; index < 3; index++)
      memory.tell([104 + index, CAPILLARY_BLOOD, FINGERTIP], Date.UTC(2026, 2, 2, 8) / 1000);
    let pulse: HeartRate | undefined;
    const services = (attributes: Gatt) => {
      pulse = heartRate(attributes, ENCRYPTED, WRIST);
      glucose(attributes, ENCRYPTED, memory, false);
    };
    const device = rig({ services });
    const captured: Captured[] = [];
    const noble = nobleOver(
      device.host((fromHost, octets) => captured.push({ atUs: device.agenda.nowUs(), fromHost, octets: octets.slice() })),
    );
    ends.push(device.run(), () => noble.stop());
    const the = await characteristicsOf(await discovered(noble));
    const beats = heard(the("2a37"), 4);
    await the("2a37").subscribeAsync();
    const rates = [72, 75, 118, 260];
    for (const rate of rates) {
      if (rate === 75) (pulse as HeartRate).beats.tell([784], 0);
      (pulse as HeartRate).rate.tell([rate, 1], 0);
      device.pass(1000);
    }
    await beats;
    await the("2a18").subscribeAsync();
    await the("2a52").subscribeAsync();
    const [measured, done] = [heard(the("2a18"), 3), heard(the("2a52"), 1)];
    await the("2a52").writeAsync(Buffer.from([1, 1]), false);
    await Promise.all([measured, done]);

    const file = join(folder, "ble.pcap");
    writeFileSync(file, pcap(LINKTYPE, captured.map(packet)));
    const tshark = (filter: string, ...fields: string[]) =>
      execFileSync(
        "tshark",
        ["-r", file, "-Y", filter, "-T", "fields", "-E", "separator=,", ...fields.flatMap((field) => ["-e", field])],
        {
          encoding: "utf8",
          stdio: ["ignore", "pipe", "ignore"],
        },
      )
        .split("\n")
        .filter((line) => line !== "");

    expect(tshark("btatt.heart_rate_measurement.value.8", "btatt.heart_rate_measurement.value.8")).toEqual(["72", "75", "118"]);
    expect(tshark("btatt.heart_rate_measurement.value.16", "btatt.heart_rate_measurement.value.16")).toEqual(["260"]);
    expect(tshark("btatt.heart_rate_measurement.rr_interval", "btatt.heart_rate_measurement.rr_interval")).toEqual(["784"]);
    expect(tshark("btatt.glucose_measurement.sequence_number", "btatt.glucose_measurement.sequence_number")).toEqual([
      "1",
      "2",
      "3",
    ]);
    expect(
      tshark(
        "btatt.opcode == 0x1d",
        "btatt.record_access_control_point.request_opcode",
        "btatt.record_access_control_point.response_code",
      ),
    ).toEqual(["1,1"]);
    // Pairing Request and Response, Confirm and Random both ways, then the bond's key and its name.
    expect(tshark("btsmp", "btsmp.opcode").map(Number)).toEqual([1, 2, 3, 3, 4, 4, 6, 7]);
    expect(tshark("bthci_evt.le_meta_subevent == 0x01", "bthci_evt.status")).toEqual(["0x00"]);
    expect(tshark("_ws.malformed || _ws.expert.severity == error", "frame.number", "_ws.expert.message")).toEqual([]);
    expect(tshark("frame", "frame.number").length).toBe(captured.length);
  });

  it("noble's own driver finds the watch through a serial port", async () => {
    const [path, port] = [join(folder, "hci"), join(folder, "tty")];
    const device = rig();
    const socket = await hciSocket(path);
    socket.join(device.air, 1, 2);
    const bridge = spawn("socat", [`PTY,link=${port},raw,echo=0`, `UNIX-CONNECT:${path}`], { stdio: "inherit" });
    ends.push(
      device.run(),
      () => socket.close(),
      () => bridge.kill(),
    );
    while (!existsSync(port)) await new Promise((resume) => setTimeout(resume, 10));
    const noble = withBindings("hci", { hciDriver: "uart", bindParams: { uart: { port, baudRate: 1_000_000 } } });
    ends.push(() => noble.stop());
    const the = await characteristicsOf(await discovered(noble));
    expect(await textOf(the("2a24"))).toBe("watch");
  });

  it("songbai run watch --ble-hci serves noble's own driver, in real time", async () => {
    const [path, port] = [join(folder, "hci"), join(folder, "tty")];
    const run = spawn(
      process.execPath,
      ["tools/bin/songbai.js", "run", "watch", "--scenario", "out-of-coverage", "--ble-hci", path],
      {
        stdio: "ignore",
      },
    );
    ends.push(() => run.kill());
    while (!existsSync(path)) await new Promise((resume) => setTimeout(resume, 50));
    const bridge = spawn("socat", [`PTY,link=${port},raw,echo=0`, `UNIX-CONNECT:${path}`], { stdio: "inherit" });
    ends.push(() => bridge.kill());
    while (!existsSync(port)) await new Promise((resume) => setTimeout(resume, 10));
    const noble = withBindings("hci", { hciDriver: "uart", bindParams: { uart: { port, baudRate: 1_000_000 } } });
    ends.push(() => noble.stop());
    const the = await characteristicsOf(await discovered(noble));
    expect(await textOf(the("2a24"))).toBe("watch");
  });
});
