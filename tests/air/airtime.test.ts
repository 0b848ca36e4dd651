import { describe, expect, it } from "@jest/globals";
import { airtimeUs } from "@songbai/sim/air/airtime";

describe("air/airtime", () => {
  // Spreading factor, PHYPayload octets, CRC, milliseconds: Semtech AN1200.13, computed apart from this code.
  it.each([
    [12, 13, true, 1155],
    [12, 64, true, 2793],
    [11, 36, true, 987],
    [11, 64, true, 1561],
    [10, 99, true, 985],
    [10, 64, true, 698],
    [9, 197, true, 984],
    [9, 128, true, 677],
    [8, 255, true, 707],
    [7, 255, true, 400],
    [12, 23, true, 1483],
    [11, 23, true, 823],
    [7, 23, true, 62],
    [12, 17, false, 1155],
    [12, 33, false, 1810],
    [11, 17, false, 659],
    [10, 33, false, 453],
    [9, 17, false, 165],
    [8, 33, false, 134],
    [7, 33, false, 72],
  ])("SF%i, %i octets, CRC %s: %i ms", (spreadingFactor, octets, crc, ms) => {
    expect(Math.round(airtimeUs(octets, spreadingFactor, crc) / 1000)).toBe(ms);
  });
});
