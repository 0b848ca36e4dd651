import { describe, expect, it } from "@jest/globals";
import { cn470 } from "@songbai/sdk/bearer/lorawan/cn470";
import { FRAME_OVERHEAD } from "@songbai/sdk/bearer/lorawan/frame";
import { airtimeUs } from "@songbai/sim/air/airtime";

const SUB_BANDS = Array.from({ length: 12 }, (_, i) => i);
const DATA_RATES = [0, 1, 2, 3, 4, 5];
/** RP001: application payload by data rate. */
const RP001 = [51, 51, 51, 115, 242, 242];

describe("bearer/lorawan/cn470", () => {
  it("has the 96 uplink channels of RP001, 470.3 MHz + 0.2 n, eight a sub-band", () => {
    const channels = SUB_BANDS.flatMap((band) => Array.from({ length: 8 }, (_, i) => cn470(band).uplinkHz(i)));
    expect(channels).toEqual(Array.from({ length: 96 }, (_, n) => 470_300_000 + n * 200_000));
    for (const band of SUB_BANDS) expect(cn470(band).uplinkChannels).toBe(8);
  });

  it("hears RX1 on 500.3 MHz + 0.2 (n mod 48), RX2 on 505.3 MHz at SF12", () => {
    const channels = SUB_BANDS.flatMap((band) => Array.from({ length: 8 }, (_, i) => cn470(band).rx1Hz(i)));
    expect(channels).toEqual(Array.from({ length: 96 }, (_, n) => 500_300_000 + (n % 48) * 200_000));
    expect([cn470(3).rx2Hz, cn470(3).rx2SpreadingFactor]).toEqual([505_300_000, 12]);
  });

  it("spreads DR0 to DR5 by SF12 to SF7, at 50 mW e.r.p. or less", () => {
    expect(DATA_RATES.map(cn470(0).spreadingFactor)).toEqual([12, 11, 10, 9, 8, 7]);
    expect(10 ** ((cn470(0).powerDbm - 2.15) / 10)).toBeLessThanOrEqual(50);
  });

  it("keeps every frame within RP001's payload and within one second on air", () => {
    const region = cn470(0);
    for (const dataRate of DATA_RATES) {
      const payload = region.maxPayload(dataRate);
      expect(payload).toBeLessThanOrEqual(RP001[dataRate]);
      const us = airtimeUs(payload + FRAME_OVERHEAD, region.spreadingFactor(dataRate), true);
      if (payload > 0) expect(us).toBeLessThanOrEqual(1_000_000);
    }
    expect(region.maxPayload(0)).toBe(0);
  });

  it("gives away nothing: one octet more would break RP001 or the second", () => {
    const region = cn470(0);
    for (const dataRate of DATA_RATES.slice(1)) {
      const more = region.maxPayload(dataRate) + 1;
      const us = airtimeUs(more + FRAME_OVERHEAD, region.spreadingFactor(dataRate), true);
      expect(us > 1_000_000 || more > RP001[dataRate]).toBe(true);
    }
  });
});

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
