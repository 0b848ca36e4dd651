/**
 * An attribute server of sixty lines, for tests of what carries PDUs: 16-bit UUIDs only, no security but where asked for, no long values.
 * The device's own server is in sdk/src/bearer/ble.
 */

export interface Attribute {
  readonly type: number;
  /** 16-bit UUID or octets. */
  value: Uint8Array;
  /** The last handle of the service that begins here. */
  readonly end?: number;
  /** Reading and writing need an encrypted link. */
  readonly secret?: boolean;
}

const u16 = (value: number) => [value & 255, value >> 8];
const at16 = (pdu: Uint8Array, at: number) => pdu[at] | (pdu[at + 1] << 8);

/** Handles count from 1. Answers the answer to a PDU; `undefined` for none. */
export function standIn(
  attributes: readonly Attribute[],
  mtu: number,
  level: () => number,
  written: (handle: number) => void = () => {},
) {
  let agreed = 23;
  const refuse = (pdu: Uint8Array, handle: number, code: number) => Uint8Array.of(1, pdu[0], ...u16(handle), code);
  const range = (pdu: Uint8Array) =>
    attributes
      .map((attribute, index) => ({ ...attribute, handle: index + 1 }))
      .filter(({ handle }) => handle >= at16(pdu, 1) && handle <= at16(pdu, 3));

  function list(pdu: Uint8Array, opcode: number, rows: number[][], withLength: boolean): Uint8Array {
    const same = rows
      .filter((row) => row.length === rows[0].length)
      .slice(0, Math.floor((agreed - 2) / (rows[0]?.length ?? 1)));
    if (same.length === 0) return refuse(pdu, at16(pdu, 1), 0x0a);
    return Uint8Array.of(opcode, withLength ? same[0].length : 1, ...same.flat());
  }

  return {
    mtu: () => agreed,
    take(pdu: Uint8Array): Uint8Array | undefined {
      const handle = at16(pdu, 1);
      const attribute = attributes[handle - 1];
      switch (pdu[0]) {
        case 0x02:
          agreed = Math.max(23, Math.min(mtu, handle));
          return Uint8Array.of(3, ...u16(mtu));
        case 0x04:
          return list(
            pdu,
            5,
            range(pdu).map((one) => [...u16(one.handle), ...u16(one.type)]),
            false,
          );
        case 0x06: {
          const found = range(pdu).filter((one) => one.type === at16(pdu, 5) && one.value.join() === pdu.slice(7).join());
          if (found.length === 0) return refuse(pdu, handle, 0x0a);
          return Uint8Array.of(7, ...found.flatMap((one) => [...u16(one.handle), ...u16(one.end ?? one.handle)]));
        }
        case 0x08:
          return list(
            pdu,
            9,
            range(pdu)
              .filter((one) => one.type === at16(pdu, 5))
              .map((one) => [...u16(one.handle), ...one.value]),
            true,
          );
        case 0x10:
          return list(
            pdu,
            0x11,
            range(pdu)
              .filter((one) => one.type === at16(pdu, 5))
              .map((one) => [...u16(one.handle), ...u16(one.end ?? 0), ...one.value]),
            true,
          );
        case 0x0a:
        case 0x12:
          if (attribute === undefined) return refuse(pdu, handle, 0x01);
          if (attribute.secret && level() < 2) return refuse(pdu, handle, 0x05);
          if (pdu[0] === 0x0a) return Uint8Array.of(0x0b, ...attribute.value.slice(0, agreed - 1));
          attribute.value = pdu.slice(3);
          written(handle);
          return Uint8Array.of(0x13);
        default:
          return pdu[0] % 2 === 1 || pdu[0] === 0x1e ? undefined : refuse(pdu, 0, 0x06);
      }
    },
  };
}

/** Two services: Device Information with a serial number, Heart Rate with its measurement and the client's configuration of it. */
export function pulseServer(secret = false): Attribute[] {
  const characteristic = (properties: number, handle: number, type: number) =>
    Uint8Array.of(properties, ...u16(handle), ...u16(type));
  return [
    { type: 0x2800, value: Uint8Array.of(0x0a, 0x18), end: 3 },
    { type: 0x2803, value: characteristic(0x02, 3, 0x2a25) },
    { type: 0x2a25, value: new TextEncoder().encode("7A3F-11C0-0000-0042"), secret },
    { type: 0x2800, value: Uint8Array.of(0x0d, 0x18), end: 7 },
    { type: 0x2803, value: characteristic(0x10, 6, 0x2a37) },
    { type: 0x2a37, value: new Uint8Array(0) },
    { type: 0x2902, value: Uint8Array.of(0, 0) },
  ];
}
export const PULSE_HANDLE = 6;
export const PULSE_CONFIGURATION = 7;
