import { afterEach, describe, expect, it } from "@jest/globals";
import type { Characteristic, Noble, Peripheral } from "@stoprocent/noble";
import { nobleOver } from "../../support/noble.ts";
import { servedRig } from "./rig.ts";
import { PULSE_CONFIGURATION, PULSE_HANDLE, pulseServer } from "./stand-in.ts";

/** Flags, complete list of 16-bit services, name. */
const ADVERTISEMENT = Uint8Array.of(2, 1, 6, 5, 3, 0x0d, 0x18, 0x0a, 0x18, 6, 9, ...new TextEncoder().encode("watch"));

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).reverse()) end();
});

/** A device with the stand-in's services, a noble beside it, and time that passes. */
function bench(options: { loss?: number; distanceM?: number; secret?: boolean } = {}) {
  const subscribed: boolean[] = [];
  const attributes = pulseServer(options.secret);
  const device = servedRig(
    attributes,
    {
      air: { loss: options.loss ?? 0 },
      ...(options.distanceM === undefined ? {} : { distanceM: options.distanceM }),
      on: {
        link(connected) {
          if (!connected) device.radio.advertise(ADVERTISEMENT, 100);
        },
      },
    },
    (handle) => subscribed.push(handle === PULSE_CONFIGURATION && attributes[handle - 1].value[0] === 1),
  );
  device.radio.advertise(ADVERTISEMENT, 100);
  const host = device.host();
  const noble: Noble = nobleOver(host);
  ends.push(device.run(), () => noble.stop());
  const notify = (octets: number[]) => device.send(Uint8Array.of(0x1b, PULSE_HANDLE, 0, ...octets));
  return { device, host, noble, notify, subscribed };
}

async function discovered(noble: Noble): Promise<Peripheral> {
  await noble.waitForPoweredOnAsync();
  const found = new Promise<Peripheral>((resume) => noble.once("discover", resume));
  await noble.startScanningAsync(["180d"], false);
  const peripheral = await found;
  await noble.stopScanningAsync();
  return peripheral;
}

async function characteristicsOf(peripheral: Peripheral): Promise<Map<string, Characteristic>> {
  const { characteristics } = await peripheral.discoverAllServicesAndCharacteristicsAsync();
  return new Map(characteristics.map((one) => [one.uuid, one]));
}

/** The device's serial number. */
async function textOf(found: Map<string, Characteristic>): Promise<string> {
  return (await (found.get("2a25") as Characteristic).readAsync()).toString();
}

describe("noble, over HCI, and a device on the simulated air", () => {
  it("scans, connects, discovers, reads, subscribes and gets what is notified", async () => {
    const { noble, notify, subscribed, device } = bench();
    const peripheral = await discovered(noble);
    expect(peripheral.advertisement).toMatchObject({ localName: "watch", serviceUuids: ["180d", "180a"] });
    expect(peripheral.rssi).toBe(-58);
    await peripheral.connectAsync();
    expect(device.connected()).toBe(true);
    const found = await characteristicsOf(peripheral);
    expect([...found.keys()]).toEqual(["2a25", "2a37"]);
    expect(await textOf(found)).toBe("7A3F-11C0-0000-0042");
    const pulse = found.get("2a37") as Characteristic;
    const values: string[] = [];
    const three = new Promise<void>((resume) =>
      pulse.on("data", (data) => {
        if (values.push(data.toString("hex")) === 3) resume();
      }),
    );
    await pulse.subscribeAsync();
    expect(subscribed).toEqual([true]);
    notify([0x16, 75, 0x10, 0x03]);
    notify([0x06, 76]);
    notify([0x06, 77]);
    await three;
    expect(values).toEqual(["164b1003", "064c", "064d"]);
    await peripheral.disconnectAsync();
    expect(device.connected()).toBe(false);
  });

  it("pairs where the device asks for it, and reads then", async () => {
    const { noble, device } = bench({ secret: true });
    const peripheral = await discovered(noble);
    await peripheral.connectAsync();
    const found = await characteristicsOf(peripheral);
    expect(device.level()).toBe(1);
    expect(await textOf(found)).toBe("7A3F-11C0-0000-0042");
    expect(device.level()).toBe(2);
  });

  it("gets all in order where three packets of ten are lost, later", async () => {
    const { noble, notify, device } = bench({ loss: 0.3 });
    const peripheral = await discovered(noble);
    await peripheral.connectAsync();
    const found = await characteristicsOf(peripheral);
    const pulse = found.get("2a37") as Characteristic;
    const values: number[] = [];
    const all = new Promise<void>((resume) =>
      pulse.on("data", (data) => {
        if (values.push(data[1]) === 100) resume();
      }),
    );
    await pulse.subscribeAsync();
    for (let beat = 0; beat < 100; beat++) notify([0x06, beat]);
    await all;
    expect(values).toEqual(Array.from({ length: 100 }, (_, beat) => beat));
    expect(device.connected()).toBe(true);
  });

  it("loses the device that is carried away, and finds it again", async () => {
    const { noble, host, device } = bench();
    const peripheral = await discovered(noble);
    await peripheral.connectAsync();
    const lost = new Promise<unknown>((resume) => peripheral.once("disconnect", resume));
    host.controller?.place(undefined);
    // 0x08: connection timeout.
    expect(await lost).toBe(8);
    expect(device.connected()).toBe(false);
    host.controller?.place(10);
    await peripheral.connectAsync();
    expect(await textOf(await characteristicsOf(peripheral))).toBe("7A3F-11C0-0000-0042");
    expect(await peripheral.updateRssiAsync()).toBe(-78);
  });

  it("sees no device that is too far away", async () => {
    const { noble, device } = bench({ distanceM: 60 });
    await noble.waitForPoweredOnAsync();
    let heard = 0;
    noble.on("discover", () => heard++);
    await noble.startScanningAsync([], true);
    const untilUs = device.agenda.nowUs() + 2e6;
    while (device.agenda.nowUs() < untilUs) await new Promise((resume) => setTimeout(resume, 5));
    expect(heard).toBe(0);
  });
});
