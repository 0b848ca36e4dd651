/** What an app does with noble. */
import type { Characteristic, Noble, Peripheral } from "@stoprocent/noble";

/** The record service and its ways up and down, as noble spells them. */
export const RECORDS = "256d000129154faf8d8e37cc121735e2";
export const RECORDS_UP = "256d000329154faf8d8e37cc121735e2";
export const RECORDS_DOWN = "256d000429154faf8d8e37cc121735e2";

export async function discovered(noble: Noble): Promise<Peripheral> {
  await noble.waitForPoweredOnAsync();
  const found = new Promise<Peripheral>((resume) => noble.once("discover", resume));
  await noble.startScanningAsync([RECORDS], false);
  const peripheral = await found;
  await noble.stopScanningAsync();
  return peripheral;
}

/** Connects, and answers the characteristics by UUID. */
export async function characteristicsOf(peripheral: Peripheral): Promise<(uuid: string) => Characteristic> {
  await peripheral.connectAsync();
  const { characteristics } = await peripheral.discoverAllServicesAndCharacteristicsAsync();
  return (uuid) => {
    const found = characteristics.find((one) => one.uuid === uuid);
    if (found === undefined) throw new Error(`noble found no ${uuid} among ${characteristics.map((one) => one.uuid)}`);
    return found;
  };
}

export const textOf = async (characteristic: Characteristic) => (await characteristic.readAsync()).toString();

/** The values that are notified, until there are so many. */
export function heard(characteristic: Characteristic, count: number): Promise<Buffer[]> {
  const values: Buffer[] = [];
  return new Promise((resume) =>
    characteristic.on("data", (data) => {
      if (values.push(data) === count) resume(values);
    }),
  );
}
