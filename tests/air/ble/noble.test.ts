import { afterEach, describe, expect, it } from "@jest/globals";
import { ENCRYPTED, type Gatt } from "@songbai/sdk/bearer/ble/gatt";
import { CAPILLARY_BLOOD, FINGERTIP, glucose, glucoseMemory } from "@songbai/sdk/bearer/ble/glucose";
import { type HeartRate, heartRate, WRIST } from "@songbai/sdk/bearer/ble/heart-rate";
import { nobleOver } from "../../support/noble.ts";
import { characteristicsOf, discovered, heard, RECORDS, textOf } from "./central.ts";
import { type RigOptions, rig } from "./rig.ts";

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).reverse()) end();
});

/** A watch with a pulse beside what it has, a noble next to it, and time that passes. */
function bench(options: RigOptions = {}) {
  let pulse: HeartRate | undefined;
  const device = rig({
    ...options,
    services(attributes) {
      pulse = heartRate(attributes, ENCRYPTED, WRIST);
      options.services?.(attributes);
    },
  });
  const host = device.host();
  const noble = nobleOver(host);
  ends.push(device.run(), () => noble.stop());
  return { device, host, noble, pulse: pulse as unknown as HeartRate };
}

describe("noble, over HCI, and the watch on the simulated air", () => {
  it("scans, connects, discovers and reads Device Information", async () => {
    const { noble, device } = bench();
    const peripheral = await discovered(noble);
    expect(peripheral.advertisement).toMatchObject({ serviceUuids: [RECORDS] });
    expect(peripheral.rssi).toBe(-58);
    const the = await characteristicsOf(peripheral);
    expect(device.level()).toBe(1);
    expect(await textOf(the("2a00"))).toBe("Songbai watch");
    expect(await textOf(the("2a24"))).toBe("watch");
    expect((await the("2a23").readAsync()).toString("hex")).toContain("42000000c0113f7a");
    await peripheral.disconnectAsync();
    expect(device.level()).toBe(0);
  });

  it("pairs where the watch asks for it, subscribes and gets the heart rates that were measured", async () => {
    const { noble, device, pulse } = bench();
    const the = await characteristicsOf(await discovered(noble));
    expect((await the("2a38").readAsync())[0]).toBe(WRIST);
    expect(device.level()).toBe(ENCRYPTED);
    const values = heard(the("2a37"), 3);
    await the("2a37").subscribeAsync();
    pulse.beats.tell([784], 0);
    pulse.rate.tell([75, 1], 0);
    device.pass(1000);
    pulse.rate.tell([76, 1], 0);
    device.pass(1000);
    pulse.rate.tell([300, 0], 0);
    expect((await values).map((value) => value.toString("hex"))).toEqual(["164b1003", "064c", "052c01"]);
  });

  it("gets all in order where three packets of ten are lost, later", async () => {
    const { noble, device, pulse } = bench({ air: { loss: 0.3 } });
    const the = await characteristicsOf(await discovered(noble));
    const values = heard(the("2a37"), 50);
    await the("2a37").subscribeAsync();
    for (let beat = 0; beat < 50; beat++) {
      pulse.rate.tell([50 + beat, 1], 0);
      device.pass(1000);
    }
    expect((await values).map((value) => value[1])).toEqual(Array.from({ length: 50 }, (_, beat) => 50 + beat));
    expect(device.level()).toBe(ENCRYPTED);
  });

  it("loses the watch that is carried away, and finds it again", async () => {
    const { noble, host, device } = bench();
    const peripheral = await discovered(noble);
    await peripheral.connectAsync();
    const lost = new Promise<unknown>((resume) => peripheral.once("disconnect", resume));
    host.controller?.place(undefined);
    // 0x08: connection timeout.
    expect(await lost).toBe(8);
    expect(device.level()).toBe(0);
    host.controller?.place(10);
    expect(await textOf((await characteristicsOf(peripheral))("2a24"))).toBe("watch");
    expect(await peripheral.updateRssiAsync()).toBe(-78);
  });

  it("notices that the watch has no power any more", async () => {
    const { noble, device } = bench();
    const peripheral = await discovered(noble);
    await peripheral.connectAsync();
    const lost = new Promise<unknown>((resume) => peripheral.once("disconnect", resume));
    device.powerOff();
    expect(await lost).toBe(8);
  });

  it("hears nothing of a watch that is too far away", async () => {
    const { noble, device } = bench({ distanceM: 60 });
    await noble.waitForPoweredOnAsync();
    let count = 0;
    noble.on("discover", () => count++);
    await noble.startScanningAsync([], true);
    const untilUs = device.agenda.nowUs() + 5e6;
    while (device.agenda.nowUs() < untilUs) await new Promise((resume) => setTimeout(resume, 5));
    expect(count).toBe(0);
  });

  it("fetches stored glucose measurements by the Record Access Control Point", async () => {
    const memory = glucoseMemory(10, 1);
    const monday = Date.UTC(2026, 2, 2, 8) / 1000;
    for (let index = 0; index < 5; index++) memory.tell([95 + index, CAPILLARY_BLOOD, FINGERTIP], monday + 3600 * index);
    const services = (attributes: Gatt) => glucose(attributes, ENCRYPTED, memory, false);
    const { noble } = bench({ services });
    const the = await characteristicsOf(await discovered(noble));
    const [measurement, access] = [the("2a18"), the("2a52")];
    const ask = async (...request: number[]) => {
      const answer = heard(access, 1);
      await access.writeAsync(Buffer.from(request), false);
      const [octets] = await answer;
      access.removeAllListeners("data");
      return octets.toString("hex");
    };
    await measurement.subscribeAsync();
    await access.subscribeAsync();
    // How many, all of them: five.
    expect(await ask(4, 1)).toBe("05000500");
    const found = heard(measurement, 3);
    // Report those with a sequence number of 3 and above: done.
    expect(await ask(1, 3, 1, 3, 0)).toBe("06000101");
    expect((await found).map((value) => [value.readUInt16LE(1), value.readUInt16LE(12) & 0xfff])).toEqual([
      [3, 97],
      [4, 98],
      [5, 99],
    ]);
    // Delete all, and there is none; an operator that there is not.
    expect(await ask(2, 1)).toBe("06000201");
    expect(await ask(1, 1)).toBe("06000106");
    expect(await ask(1, 9)).toBe("06000104");
  });
});
