/** The BLE radio of a device, as far as nobody is there to connect. */
import type { BleHardware } from "./hardware.ts";

export function bleRadio(): BleHardware {
  return { advertise() {}, send() {}, disconnect() {} };
}
