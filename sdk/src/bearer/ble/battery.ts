/** Battery (BAS 1.0): its level, percent; notified where it has changed when the link is next in use. */
import type { Battery } from "../../board/battery.ts";
import { type Gatt, NOTIFY, PLAIN, READ } from "./gatt.ts";

const BATTERY_SERVICE = 0x180f;
const BATTERY_LEVEL = 0x2a19;

export function batteryService(gatt: Gatt, battery: Battery): void {
  let told = -1;
  gatt.add({
    uuid: BATTERY_SERVICE,
    security: PLAIN,
    characteristics: [
      {
        uuid: BATTERY_LEVEL,
        properties: READ | NOTIFY,
        read: (into) => {
          into[0] = battery.levelPercent() & 255;
          return 1;
        },
        next: (into, at) => {
          const level = battery.levelPercent();
          if (level === told) return 0;
          told = level;
          into[at] = level & 255;
          return 1;
        },
        onConfigured: () => {
          told = -1;
        },
      },
    ],
  });
}
