import { describe, expect, it } from "@jest/globals";
import { observationOf } from "@songbai/sdk/record/observations";
import { receive } from "./program.ts";

/** What an octet string holds at an offset, as the services' specifications have it. */
const u16 = (octets: Buffer, at: number): number => octets.readUInt16LE(at);
const sfloat = (octets: Buffer, at: number): number => {
  const bits = octets.readInt16LE(at);
  return ((bits << 20) >> 20) * 10 ** (bits >> 12);
};
const float = (octets: Buffer, at: number): number => {
  const bits = octets.readInt32LE(at);
  return ((bits << 8) >> 8) * 10 ** (bits >> 24);
};

type Read = (octets: Buffer) => number;
const times =
  (factor: number, read: (octets: Buffer, at: number) => number, at: number): Read =>
  (octets) =>
    read(octets, at) * factor;

const AT = 1763800205;

/**
 * For each observation: the configuration to write, a line of `program.ts` with its values, and how the specification of its service
 * reads each of them in the unit of the table. Offsets are from the flags on; a time takes 7 octets.
 */
const SERVICES: [name: string, configuration: string, line: string, values: number[], read: Read[]][] = [
  ["heart-rate", "210001", "heart 75 1", [75, 1], [(octets) => octets[1], (octets) => (octets[0] & 6) >> 2]],
  ["oxygen", "2a0001", "spo2 97 72 35", [97, 72, 35], [times(1, sfloat, 1), times(1, sfloat, 3), times(1, sfloat, 5)]],
  ["temperature", "300002", `temperature 3642 ${AT}`, [3642], [times(1, float, 1)]],
  [
    "blood-pressure",
    "390002",
    `pressure 135 85 101 72 4 ${AT}`,
    [135, 85, 101, 72, 4],
    [times(1, sfloat, 1), times(1, sfloat, 3), times(1, sfloat, 5), times(1, sfloat, 14), times(1, u16, 16)],
  ],
  // Resolutions of 0.005 kg, 0.1 kg/m2 and 0.001 m (WSS 1.0, BCS 1.0).
  [
    "weight",
    "4d0002",
    `weight 14501 248 1713 ${AT}`,
    [14501, 248, 1713],
    [times(0.005, u16, 1), times(0.1, u16, 10), times(0.001, u16, 12)],
  ],
  [
    "body-composition",
    "530002",
    `composition 225 381 8001 5123 ${AT}`,
    [225, 381, 8001, 5123],
    [times(0.1, u16, 2), times(0.1, u16, 11), times(0.005, u16, 13), times(0.1, u16, 15)],
  ],
  // 1/256 m/s, 1/min, cm, dm (RSCS 1.0.1).
  [
    "pace",
    "570001",
    "run 321 104 73 12345 1",
    [321, 104, 73, 12345, 1],
    [
      times(1 / 256, u16, 1),
      (octets) => octets[3],
      times(0.01, u16, 4),
      (octets) => octets.readUInt32LE(6) / 10,
      (octets) => (octets[0] >> 2) & 1,
    ],
  ],
];

/** The value that a device notifies or indicates to that line, without its opcode and handle. */
function told(configuration: string, line: string): Buffer {
  receive("start 2 69 moles");
  receive("connect 2");
  receive(`pdu 12${configuration.slice(0, 2)}00${configuration.slice(4)}00`);
  return Buffer.from(receive(line), "hex").subarray(3);
}

describe("bearer/ble and the table of observations", () => {
  it.each(SERVICES)("%s: what a central reads is what the table says", (name, configuration, line, values, read) => {
    const octets = told(configuration, line);
    const definition = [...Array(24).keys()].map(observationOf).find((one) => one?.name === name);
    expect(definition?.values.length).toBe(values.length);
    for (const [index, value] of values.entries()) {
      expect(read[index](octets)).toBeCloseTo(value / (definition?.values[index].scale ?? 0), 9);
    }
  });

  it("beat: an interval of the table goes with the next rate", () => {
    receive("start 2 69");
    receive("connect 2");
    receive("pdu 1221000100");
    receive("beat 512");
    const octets = Buffer.from(receive("heart 75 1"), "hex").subarray(3);
    expect(octets.readUInt16LE(2) / 1024).toBe(512 / (observationOf(8)?.values[0].scale ?? 0));
  });

  it("glucose: mmol/L of the table is mol/L of the service, and the flag says so", () => {
    receive("start 2 69 moles");
    receive("connect 2");
    receive(`glucose 56 1 1 ${AT}`);
    for (const line of ["pdu 1242000100", "pdu 1247000200"]) receive(line);
    const [, report] = receive("pdu 1246000101").split(" ");
    const octets = Buffer.from(report, "hex").subarray(3);
    expect(octets[0] & 4).toBe(4);
    expect(sfloat(octets, 12) * 1000).toBeCloseTo(56 / (observationOf(12)?.values[0].scale ?? 0), 9);
    expect(octets[14]).toBe(0x11);
  });
});
