/** The two services that every device has: Generic Access (Core Specification 5.3, volume 3 part C 12) and Generic Attribute. */
import { type Gatt, PLAIN, READ } from "./gatt.ts";
import { textCharacteristic } from "./text.ts";

const GENERIC_ACCESS = 0x1800;
const GENERIC_ATTRIBUTE = 0x1801;
const DEVICE_NAME = 0x2a00;
const APPEARANCE = 0x2a01;

/** `appearance`: what a phone draws it as (Assigned Numbers 2.6), 0: unknown. The attributes of a firmware never change, so the other service is empty. */
export function genericAccess(gatt: Gatt, name: string, appearance: number): void {
  gatt.add({
    uuid: GENERIC_ACCESS,
    security: PLAIN,
    characteristics: [
      textCharacteristic(DEVICE_NAME, name),
      {
        uuid: APPEARANCE,
        properties: READ,
        read: (into) => {
          into[0] = appearance & 255;
          into[1] = (appearance >> 8) & 255;
          return 2;
        },
      },
    ],
  });
  gatt.add({ uuid: GENERIC_ATTRIBUTE, security: PLAIN, characteristics: [] });
}
