import type { Hardware } from "@songbai/sim/parts/hardware";

/** BLE and modem of a board whose program is not to use them. */
export const NO_RADIOS: Pick<Hardware, "ble" | "modem"> = {
  ble: { advertise() {}, send() {}, disconnect() {} },
  modem: { attach() {}, open() {}, send() {}, close() {} },
};
