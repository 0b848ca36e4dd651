import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { capture, FROM_DEVICE, type Spoken, TO_DEVICE } from "./capture.ts";
import { receive } from "./program.ts";
import { TALK } from "./talk.ts";

const folder = mkdtempSync(join(tmpdir(), "songbai-ble-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The conversation with every service, as tshark sees it: what a value means, by the name of its characteristic. */
function decoded(): Map<string, string[]> {
  const spoken: Spoken[] = [];
  for (const line of TALK.slice(0, TALK.indexOf("disconnect"))) {
    if (line.startsWith("pdu ")) spoken.push({ direction: TO_DEVICE, pdu: Buffer.from(line.slice(4), "hex") });
    for (const said of receive(line).split(" "))
      if (/^([0-9a-f]{2})+$/.test(said)) spoken.push({ direction: FROM_DEVICE, pdu: Buffer.from(said, "hex") });
  }
  const file = join(folder, "talk.pcap");
  writeFileSync(file, capture(spoken));
  // Values that were read, notified or indicated.
  const values = "btatt.opcode == 0x0b || btatt.opcode == 0x1b || btatt.opcode == 0x1d";
  const text = execFileSync("tshark", ["-r", file, "-Y", `(${values}) && !_ws.malformed`, "-O", "btatt"], { encoding: "utf8" });
  const found = new Map<string, string[]>();
  for (const frame of text.split(/^Frame /m)) {
    const name = /Handle: 0x[0-9a-f]+ \((?:[^:)]+: )?([^:)]+)\)/.exec(frame)?.[1];
    if (name === undefined) continue;
    const lines = frame
      .split("\n")
      .map((one) => one.trim())
      .filter((one) => /^[A-Z][^=]*: /.test(one) && !/^(Opcode|Handle|Bluetooth)/.test(one));
    found.set(name, [...(found.get(name) ?? []), lines.join("; ")]);
  }
  return found;
}

describe("bearer/ble, services as tshark decodes them", () => {
  let found: Map<string, string[]>;
  beforeAll(() => {
    found = decoded();
  });

  const TIME = "Year: 2025; Month: 11; Day: 22; Hours: 8; Minutes: 30; Seconds: 5";

  // Not the temperature: tshark 4.0 shows every 32-bit FLOAT as 0.
  it.each([
    ["Heart Rate Measurement", "Flags: 0x16, RR Interval, Sensor Support, Sensor Contact; Value: 75; RR Interval: 784"],
    ["Heart Rate Measurement", "Flags: 0x05, Sensor Support, Value is UINT16; Value: 300"],
    ["Body Sensor Location", "Body Sensor Location: Wrist (0x02)"],
    ["Battery Level", "Battery Level: 88%"],
    ["PLX Continuous Measurement", "Flags: 0x10, Pulse Amplitude Index; SpO2: 97; Pulse Rate: 72; Pulse Amplitude Index: 3.5"],
    [
      "PLX Continuous Measurement",
      "Flags: 0x10, Pulse Amplitude Index; SpO2: NaN; Pulse Rate: +INFINITY; Pulse Amplitude Index: NRes",
    ],
    [
      "PLX Spot-Check Measurement",
      `Flags: 0x09, Pulse Amplitude Index, Timestamp; SpO2: 97; Pulse Rate: 72; ${TIME}; Pulse Amplitude Index: 3.5`,
    ],
    [
      "Blood Pressure Measurement",
      `Systolic [mmHg]: 135; Diastolic [mmHg]: 85; Arterial Pressure [mmHg]: 101; ${TIME}; Pulse Rate: 72; Flags: 0x0004, Pulse_Rate Range Detection: Pulse rate is within the range, Irregular Pulse`,
    ],
    ["Intermediate Cuff Pressure", "Systolic [mmHg]: 20500; Diastolic [mmHg]: NaN; Arterial Pressure [mmHg]: NaN"],
    ["Temperature Measurement", TIME],
    ["Temperature Type", "Temperature Type: Armpit (0x01)"],
    [
      "Glucose Measurement",
      `Sequence Number: 7; ${TIME}; Time Offset: 0; Glucose Concentration [kg/l]: 0.00112; Type and Sample Location: 0xf1`,
    ],
    [
      "Record Access Control Point",
      "Request Opcode: Report Stored Records (1); Response Opcode: Success (1)\nOperator: Null (0); Number of Records: 1",
    ],
    ["Record Access Control Point", "Request Opcode: Abort Operation (3); Response Opcode: Invalid Operator (3)"],
    ["Record Access Control Point", "Request Opcode: Delete Stored Records (2); Response Opcode: No records found (6)"],
    ["Record Access Control Point", "Request Opcode: Unknown (7); Response Opcode: Op Code not supported (2)"],
    ["Weight Measurement", `Flags: 0x0a, BMI and Height, Timestamp; Weight [kg]: 14500; ${TIME}; BMI: 248; Height [m]: 1710`],
    [
      "Weight Scale Feature",
      "Resolution of 0.001 meter or 0.1 inch, Mass Measurement Resolution: Resolution of 0.005 kg or 0.01 lb, BMI, Timestamp",
    ],
    [
      "Body Composition Measurement",
      `Body Fat Percentage: 225; ${TIME}; Muscle Percentage: 380; Body Water Mass [kg]: 8000; Impedance: 5123`,
    ],
    [
      "Body Composition Feature",
      "0x00003989, Height Measurement Resolution: Not Specified, Mass Measurement Resolution: Resolution of 0.005 kg or 0.01 lb, Impedance, Body Water Mass, Muscle Percentage, Timestamp",
    ],
    [
      "RSC Measurement",
      "Instantaneous Speed: 320; Instantaneous Cadence: 104; Instantaneous Stride Length: 72; Total Distance: 12345",
    ],
    [
      "Current Time",
      "Year: 2025; Month: 11; Day: 22; Hours: 16; Minutes: 30; Seconds: 5; Day of Week: 6; Fractions256: 0; Adjust Reason: 0x02, External Reference Time Update",
    ],
  ])("%s: %s", (name, said) => {
    expect(found.get(name)?.join("\n")).toContain(said);
  });
});
