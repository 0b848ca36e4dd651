/** Device Information (DIS 1.2): which device this is. */
import { allocBytes, type Bytes, textOf } from "../../lang/intrinsics.ts";
import { type Characteristic, type Gatt, PLAIN, READ } from "./gatt.ts";
import { textCharacteristic } from "./text.ts";

const DEVICE_INFORMATION = 0x180a;
const SYSTEM_ID = 0x2a23;
const MODEL_NUMBER = 0x2a24;
const SERIAL_NUMBER = 0x2a25;
const FIRMWARE_REVISION = 0x2a26;
const MANUFACTURER_NAME = 0x2a29;
const DEVICE_ID_BYTES = 8;

export interface DeviceInformation {
  /** EUI-64, most significant octet first. */
  readonly deviceId: Bytes;
  readonly model: string;
  readonly manufacturer?: string;
  readonly firmware?: string;
}

function digit(value: number): number {
  return value < 10 ? 48 + value : 55 + value;
}

/** The device id in hexadecimal. */
function printed(deviceId: Bytes): string {
  const codes = allocBytes(2 * DEVICE_ID_BYTES);
  for (let i = 0; i < DEVICE_ID_BYTES; i++) {
    codes[2 * i] = digit(deviceId[i] >> 4) & 255;
    codes[2 * i + 1] = digit(deviceId[i] & 15) & 255;
  }
  return textOf(codes, 0, 2 * DEVICE_ID_BYTES);
}

export function deviceInformation(gatt: Gatt, information: DeviceInformation): void {
  const { deviceId, model, manufacturer, firmware } = information;
  const characteristics: Characteristic[] = [
    {
      // An EUI-64, its least significant octet first (System ID in the GATT Specification Supplement).
      uuid: SYSTEM_ID,
      properties: READ,
      read: (into) => {
        for (let i = 0; i < DEVICE_ID_BYTES; i++) into[i] = deviceId[DEVICE_ID_BYTES - 1 - i];
        return DEVICE_ID_BYTES;
      },
    },
    textCharacteristic(MODEL_NUMBER, model),
    textCharacteristic(SERIAL_NUMBER, printed(deviceId)),
  ];
  if (firmware !== undefined) characteristics.push(textCharacteristic(FIRMWARE_REVISION, firmware));
  if (manufacturer !== undefined) characteristics.push(textCharacteristic(MANUFACTURER_NAME, manufacturer));
  gatt.add({ uuid: DEVICE_INFORMATION, security: PLAIN, characteristics });
}
